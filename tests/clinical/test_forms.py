"""Forms: what is asked next, given the answers so far, and what is refused in which words."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.clinical.forms import (
    UNKNOWN,
    Choice,
    Enabling,
    Form,
    Question,
    asked,
    counted,
    fault,
    next_question,
    problems,
    total,
    visible,
)
from openkap.clinical.refusal import BadFields, BadInput

NEVER_TO_DAILY = tuple(
    Choice(str(n), word, Decimal(n)) for n, word in enumerate(("Never", "Weekly", "Daily"))
)
DRINKS = Question("drinks", "Do you drink?", "yes-no", required=True)
OFTEN = Question(
    "often",
    "How often?",
    "one",
    choices=NEVER_TO_DAILY,
    required=True,
    enabled_when=(Enabling("drinks", "=", "yes"),),
)
HELP = Question("help", "Would you like help?", "yes-no", enabled_when=(Enabling("often", "=", "2"),))
HELP_IN = Question("inside", "Would you like help?", "yes-no")
DRINKING = Form("drinking", "Drinking", (DRINKS, OFTEN, HELP))


def ids(parts: tuple[Question, ...]) -> list[str]:
    return [part.id for part in parts]


def test_a_question_shows_once_its_condition_holds() -> None:
    assert ids(visible(DRINKING, {})) == ["drinks"]
    assert ids(visible(DRINKING, {"drinks": ("no",)})) == ["drinks"]
    assert ids(visible(DRINKING, {"drinks": ("yes",)})) == ["drinks", "often"]
    assert ids(visible(DRINKING, {"drinks": ("yes",), "often": ("2",)})) == ["drinks", "often", "help"]


def test_an_answer_that_no_longer_shows_is_kept_and_does_not_count() -> None:
    given = {"drinks": ("no",), "often": ("2",), "help": ("yes",)}
    assert counted(DRINKING, given) == {"drinks": ("no",)}
    assert total(DRINKING, given) == 0
    assert problems(DRINKING, given) == ()
    assert total(DRINKING, given | {"drinks": ("yes",)}) == 2


def test_the_next_question_is_the_first_one_nobody_answered_or_left_blank() -> None:
    assert next_question(DRINKING, {}) == DRINKS
    assert next_question(DRINKING, {"drinks": ("yes",)}) == OFTEN
    assert next_question(DRINKING, {"drinks": ("yes",), "often": ("2",)}) == HELP
    assert next_question(DRINKING, {"drinks": ("yes",), "often": ("2",), "help": ()}) is None


def test_every_problem_is_told_at_once() -> None:
    told = problems(DRINKING, {"drinks": ("yes",), "often": ("7",), "height": ("180",)})
    assert [str(one) for one in told] == [
        "height: this is not a question of this form.",
        "often: '7' is not one of the answers. Choose one of the answers.",
    ]
    assert [one.where for one in problems(DRINKING, {"drinks": ()})] == ["drinks"]


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("=", "5", (False, True, False)),
        ("!=", "5", (True, False, True)),
        (">", "5", (False, False, True)),
        ("<", "5", (True, False, False)),
        (">=", "5", (False, True, True)),
        ("<=", "5", (True, True, False)),
        ("=", "5.0", (False, True, False)),
    ],
)
def test_a_condition_at_just_below_and_just_above_its_value(
    operator: str, value: str, holds: tuple[bool, ...]
) -> None:
    number = Question("n", "How many?", "decimal")
    form = Form(
        "f", "F", (number, Question("more", "?", "text", enabled_when=(Enabling("n", operator, value),)))
    )
    shown = tuple("more" in ids(visible(form, {"n": (typed,)})) for typed in ("4.9", "5", "5.1"))
    assert shown == holds


def test_numbers_compare_as_numbers_and_days_as_days() -> None:
    parts = (
        Question("n", "?", "whole"),
        Question("d", "?", "date"),
        Question("over", "?", "text", enabled_when=(Enabling("n", ">", "9"),)),
        Question("since", "?", "text", enabled_when=(Enabling("d", ">=", "2026-05-14"),)),
    )
    form = Form("f", "F", parts)
    assert "over" in ids(visible(form, {"n": ("10",)}))
    assert "since" in ids(visible(form, {"d": ("2026-05-14",)}))
    assert "since" not in ids(visible(form, {"d": ("2026-05-13",)}))


def test_not_knowing_is_an_answer_and_fulfils_no_condition() -> None:
    number = Question("n", "?", "whole", required=True, may_not_know=True)
    more = Question("more", "?", "text", enabled_when=(Enabling("n", "exists", "true"),))
    form = Form("f", "F", (number, more))
    assert fault(number, (UNKNOWN,)) is None
    assert fault(replace(number, may_not_know=False), (UNKNOWN,)) is not None
    assert ids(visible(form, {"n": (UNKNOWN,)})) == ["n"]
    assert counted(form, {"n": (UNKNOWN,)}) == {"n": (UNKNOWN,)}


def test_what_stands_in_a_hidden_group_is_hidden_with_it() -> None:
    group = Question("g", "Group", "group", enabled_when=(Enabling("drinks", "=", "yes"),), inner=(HELP_IN,))
    form = Form("f", "F", (DRINKS, group))
    assert ids(asked(form, {"inside": ("yes",)})) == ["drinks"]
    assert ids(asked(form, {"drinks": ("yes",)})) == ["drinks", "inside"]
    assert form.group_of("inside") == group
    assert form.group_of("drinks") is None


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("one", ("2",)),
        ("many", ("0", "2")),
        ("yes-no", ("yes",)),
        ("text", ("a few words",)),
        ("lines", ("aspirin", "St John's wort")),
        ("whole", ("12",)),
        ("whole", ("12.0",)),
        ("decimal", ("1.5",)),
        ("date", ("2024-02-29",)),
    ],
)
def test_each_kind_takes_what_it_can_read(kind: str, given: tuple[str, ...]) -> None:
    choices = NEVER_TO_DAILY if kind in ("one", "many") else ()
    assert fault(Question("q", "?", kind, choices=choices), given) is None


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("one", (), "this is not answered. Choose one of the answers."),
        ("many", (), "this is not answered. Choose from the answers."),
        ("yes-no", (), "this is not answered. Choose one of the answers."),
        ("text", (), "this is not answered. Write it in your own words."),
        ("lines", (), "this is not answered. Write one on each line."),
        ("whole", (), "this is not answered. Write a number such as 2."),
        ("decimal", (), "this is not answered. Write a number such as 2.5."),
        ("date", (), "this is not answered. Write it like 2026-05-14."),
        ("one", ("3",), "'3' is not one of the answers. Choose one of the answers."),
        ("many", ("0", "3"), "'3' is not one of the answers. Choose from the answers."),
        ("yes-no", ("maybe",), "'maybe' is neither yes nor no. Choose one of the answers."),
        ("text", ("  ",), "'  ' is not a text. Write it in your own words."),
        ("lines", ("a", " "), "' ' is not a text. Write one on each line."),
        ("whole", ("1.5",), "'1.5' is not a whole number. Write a number such as 2."),
        ("decimal", ("1,5",), "'1,5' is not a number. Write a number such as 2.5."),
        ("date", ("20260514",), "'20260514' is not a date. Write it like 2026-05-14."),
        ("date", ("2026-02-29",), "'2026-02-29' is not a date. Write it like 2026-05-14."),
        ("whole", ("9" * 41,), f"'{'9' * 40}' is not a whole number. Write a number such as 2."),
        ("text", ("one", "two"), "2 answers were given. Give one answer."),
        ("lines", ("aspirin", "aspirin"), "the same answer was given twice. Give it once."),
        ("many", ("1", "1"), "the same answer was given twice. Give it once."),
    ],
)
def test_an_answer_that_cannot_be_taken_says_how_one_is_given(
    kind: str, given: tuple[str, ...], says: str
) -> None:
    """The sentence quotes the answer and shows one that would do; an optional question may stay empty."""
    choices = NEVER_TO_DAILY if kind in ("one", "many") else ()
    question = Question("q", "?", kind, choices=choices, required=True)
    assert str(fault(question, given)) == f"q: {says}"
    assert (fault(replace(question, required=False), given) is None) == (not given)


def test_a_question_nobody_reached_is_a_problem_like_one_left_blank() -> None:
    """Without an answer or with an empty one, what is required is missing."""
    missing = ["drinks: this is not answered. Choose one of the answers."]
    assert [str(one) for one in problems(DRINKING, {})] == missing
    assert [str(one) for one in problems(DRINKING, {"drinks": ()})] == missing


def test_a_question_is_found_by_its_id() -> None:
    """Inside a group as well; a heading takes no answer, and is none."""
    form = Form("f", "F", (Question("g", "Group", "group", inner=(HELP_IN,)), DRINKS))
    assert form.question("inside") == HELP_IN
    assert form.question("drinks") == DRINKS
    for name, quoted in (("g", "g"), ("height", "height"), ("x" * 41, "x" * 40)):
        with pytest.raises(BadInput) as refused:
            form.question(name)
        told = f"question: '{quoted}' is not a question here. Open the questions again."
        assert str(refused.value) == told


def test_a_total_without_a_scored_answer_is_nought() -> None:
    """As an exact number, which a total always is; a choice without a score adds nothing."""
    one = Question("q", "?", "one", choices=(Choice("a", "A"), Choice("b", "B", Decimal(3))))
    form = Form("f", "F", (one,))
    assert repr(total(form, {})) == repr(total(form, {"q": ("a",)})) == "Decimal('0')"
    assert total(form, {"q": ("b",)}) == 3


@pytest.mark.parametrize(
    ("by", "shown"), [("all", [False, False, False, True]), ("any", [False, True, True, True])]
)
def test_several_conditions_hold_together_or_one_for_all(by: str, shown: list[bool]) -> None:
    """Asked when all of them hold, or when any does."""
    smoke = Question("smoke", "Do you smoke?", "yes-no")
    both = (Enabling("drinks", "=", "yes"), Enabling("smoke", "=", "yes"))
    form = Form("f", "F", (DRINKS, smoke, replace(HELP, enabled_when=both, enabled_by=by)))
    pairs = [(drinks, smokes) for drinks in ("no", "yes") for smokes in ("no", "yes")]
    assert [
        "help" in ids(visible(form, {"drinks": (drinks,), "smoke": (smokes,)})) for drinks, smokes in pairs
    ] == shown


@pytest.mark.parametrize(("given", "told", "silent"), [("12", True, False), (UNKNOWN, False, True)])
def test_a_number_that_might_be_unknown_counts_once_it_is_known(given: str, told: bool, silent: bool) -> None:
    """Whether there is an answer at all can be asked both ways."""
    number = Question("n", "?", "whole", may_not_know=True)
    more = Question("more", "?", "text", enabled_when=(Enabling("n", "exists", "true"),))
    else_ = Question("else", "?", "text", enabled_when=(Enabling("n", "exists", "false"),))
    shown = ids(visible(Form("f", "F", (number, more, else_)), {"n": (given,)}))
    assert ("more" in shown, "else" in shown) == (told, silent)


def test_unknown_is_an_ordinary_choice_where_not_knowing_is_none() -> None:
    """A form from elsewhere may offer that very word."""
    choice = Question("q", "?", "one", choices=(Choice(UNKNOWN, "Unknown"), Choice("known", "Known")))
    more = Question("more", "?", "text", enabled_when=(Enabling("q", "=", UNKNOWN),))
    assert ids(visible(Form("f", "F", (choice, more)), {"q": (UNKNOWN,)})) == ["q", "more"]


def test_a_hidden_group_hides_nothing_that_stands_beside_it() -> None:
    """Whatever waits longest for its answers is still asked."""
    group = Question("g", "Group", "group", enabled_when=(Enabling("drinks", "=", "no"),), inner=(HELP_IN,))
    last = Question("last", "?", "text", enabled_when=(Enabling("help", "=", "yes"),))
    form = Form("f", "F", (DRINKS, group, OFTEN, HELP, last))
    given = {"drinks": ("yes",), "often": ("2",), "help": ("yes",)}
    assert ids(visible(form, given)) == ["drinks", "often", "help", "last"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            (replace(DRINKS, enabled_when=(Enabling("drinks", "=", "yes"),)),),
            "drinks: whether this is asked depends on itself (drinks → drinks).",
        ),
        ((DRINKS, DRINKS), "drinks: 2 parts have this id."),
        ((replace(DRINKS, id=""),), ": a part has no id."),
        ((replace(DRINKS, kind="display"),), "questions: this form asks nothing."),
        ((), "questions: this form asks nothing."),
        ((replace(DRINKS, kind="picture"),), "drinks: 'picture' is not a kind of question."),
        ((replace(DRINKS, kind="one"),), "drinks: there is nothing to choose from."),
        ((replace(DRINKS, kind="many"),), "drinks: there is nothing to choose from."),
        ((replace(DRINKS, choices=NEVER_TO_DAILY),), "drinks: it offers no choice."),
        (
            (replace(OFTEN, choices=NEVER_TO_DAILY * 2, enabled_when=()),),
            "often: two answers have the same value, or one has none.",
        ),
        (
            (replace(OFTEN, choices=(Choice("", "Never"),), enabled_when=()),),
            "often: two answers have the same value, or one has none.",
        ),
        ((OFTEN,), "often: its condition asks about 'drinks', which is no question here."),
        (
            (Question("drinks", "Drinks", "display"), OFTEN, replace(HELP, enabled_when=())),
            "often: its condition asks about 'drinks', which is no question here.",
        ),
        (
            (DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", ">", "yes"),))),
            "often: answers to 'drinks' have no order, so '>' means nothing.",
        ),
        (
            (DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", "~", "yes"),))),
            "often: '~' is not a condition.",
        ),
        (
            (DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", "=", "often"),))),
            "often: 'often' cannot be an answer to 'drinks'.",
        ),
        (
            (DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", "exists", "yes"),))),
            "often: 'yes' is neither true nor false.",
        ),
        ((DRINKS, replace(OFTEN, enabled_by="most")), "often: 'most' is neither all nor any."),
        (
            (replace(OFTEN, may_not_know=True, enabled_when=(), choices=(Choice(UNKNOWN, "?"),)),),
            "often: an answer has the value 'unknown', which means: I don't know.",
        ),
        (
            (replace(DRINKS, enabled_by="most"), replace(OFTEN, kind="picture")),
            "drinks: 'most' is neither all nor any. often: 'picture' is not a kind of question.",
        ),
    ],
)
def test_a_form_that_cannot_work_is_refused(parts: tuple[Question, ...], says: str) -> None:
    """Whoever wrote the form reads which part it is, and every fault at once."""
    with pytest.raises(BadFields) as refused:
        Form("f", "F", parts)
    assert str(refused.value) == says


def test_a_circle_is_told_the_way_the_questions_wait() -> None:
    """Named from one of its questions on, back to it."""
    waits = (Enabling("often", "exists", "true"),)
    with pytest.raises(BadFields) as refused:
        Form("f", "F", (replace(DRINKS, enabled_when=waits), OFTEN))
    (fault,) = refused.value.faults
    assert str(fault) in {
        f"{first}: whether this is asked depends on itself ({first} → {other} → {first})."
        for first, other in (("drinks", "often"), ("often", "drinks"))
    }


def test_a_condition_on_what_stands_inside_is_a_circle() -> None:
    """A hidden group hides its question, so a group cannot wait for an answer from inside."""
    with pytest.raises(BadFields) as refused:
        Form(
            "f",
            "F",
            (
                Question(
                    "g",
                    "",
                    "group",
                    enabled_when=(Enabling("q", "=", "yes"),),
                    inner=(Question("q", "?", "yes-no"),),
                ),
            ),
        )
    assert "depends on itself" in str(refused.value)


def test_the_version_is_of_everything_that_is_asked() -> None:
    same = Form("drinking", "Drinking", (DRINKS, OFTEN, HELP))
    assert same.version == DRINKING.version
    for other in (
        replace(DRINKING, title="Drink"),
        replace(DRINKING, parts=(DRINKS, OFTEN)),
        replace(DRINKING, recall=timedelta(days=14)),
        replace(
            DRINKING,
            parts=(DRINKS, replace(OFTEN, choices=NEVER_TO_DAILY[:2]), replace(HELP, enabled_when=())),
        ),
    ):
        assert other.version != DRINKING.version
