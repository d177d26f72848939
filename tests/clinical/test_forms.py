"""Forms: what is asked next, given the answers so far; a second evaluator, from FHIR's words, agrees."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.forms import (
    OPERATORS,
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
from openkap.clinical.refusal import BadFields

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


HELP_IN = Question("inside", "Would you like help?", "yes-no")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("yes-no", ("yes",), ("maybe",)),
        ("text", ("a few words",), ("  ",)),
        ("lines", ("aspirin", "St John's wort"), ("aspirin", "aspirin")),
        ("whole", ("12",), ("1.5",)),
        ("decimal", ("1.5",), ("1,5",)),
        ("date", ("2026-05-14",), ("20260514",)),
        ("date", ("2024-02-29",), ("2026-02-29",)),
        ("text", ("one",), ("one", "two")),
    ],
)
def test_each_kind_takes_what_it_can_read(kind: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert fault(Question("q", "?", kind), good) is None
    assert fault(Question("q", "?", kind), bad) is not None


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            (replace(DRINKS, enabled_when=(Enabling("drinks", "=", "yes"),)),),
            "depends on itself (drinks → drinks)",
        ),
        ((DRINKS, DRINKS), "2 parts have this id"),
        ((replace(DRINKS, id=""),), "a part has no id"),
        ((replace(DRINKS, kind="display"),), "this form asks nothing"),
        ((replace(DRINKS, kind="picture"),), "is not a kind of question"),
        ((replace(DRINKS, kind="one"),), "there is nothing to choose from"),
        ((replace(DRINKS, choices=NEVER_TO_DAILY),), "it offers no choice"),
        ((replace(OFTEN, choices=NEVER_TO_DAILY * 2, enabled_when=()),), "two answers have the same value"),
        ((OFTEN,), "which is no question here"),
        ((DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", ">", "yes"),))), "have no order"),
        ((DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", "~", "yes"),))), "is not a condition"),
        ((DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", "=", "often"),))), "cannot be an answer"),
        (
            (DRINKS, replace(OFTEN, enabled_when=(Enabling("drinks", "exists", "yes"),))),
            "neither true nor false",
        ),
        ((DRINKS, replace(OFTEN, enabled_by="most")), "neither all nor any"),
        (
            (replace(OFTEN, may_not_know=True, enabled_when=(), choices=(Choice(UNKNOWN, "?"),)),),
            "which means: I don't know",
        ),
    ],
)
def test_a_form_that_cannot_work_is_refused(parts: tuple[Question, ...], says: str) -> None:
    with pytest.raises(BadFields, match=None) as refused:
        Form("f", "F", parts)
    assert says in str(refused.value)


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


# --- any form at all ---

KINDS = ("one", "many", "yes-no", "text", "whole", "date")
TYPED = {
    "one": ("0", "1", "2"),
    "many": ("0", "1", "2"),
    "yes-no": ("yes", "no"),
    "text": ("a", "b"),
    "whole": ("1", "2", "3"),
    "date": ("2026-05-13", "2026-05-14"),
}


@st.composite
def forms(draw: Any, *, circles: bool = True) -> tuple[Question, ...]:
    """Up to six questions, some in a group, with conditions on any of them, or only on those before."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    made = []
    for number, kind in enumerate(kinds):
        within = len(kinds) if circles else number
        wanted = st.tuples(st.integers(0, max(within - 1, 0)), st.sampled_from(OPERATORS), st.integers(0, 5))
        conditions = draw(st.lists(wanted, max_size=2)) if within else []
        made.append(
            Question(
                f"q{number}",
                "?",
                kind,
                choices=NEVER_TO_DAILY if kind in ("one", "many") else (),
                required=draw(st.booleans()),
                enabled_when=tuple(condition(kinds, *one) for one in conditions),
                enabled_by=draw(st.sampled_from(("all", "any"))),
                may_not_know=draw(st.booleans()),
            )
        )
    cut = draw(st.integers(0, len(made)))
    return (*made[:cut], Question("g", "Group", "group", inner=tuple(made[cut:])))


def condition(kinds: list[str], of: int, operator: str, pick: int) -> Enabling:
    kind = kinds[of]
    if operator == "exists":
        return Enabling(f"q{of}", operator, ("true", "false")[pick % 2])
    if kind not in ("whole", "date") and operator not in ("=", "!="):
        operator = "!="
    return Enabling(f"q{of}", operator, TYPED[kind][pick % len(TYPED[kind])])


@st.composite
def answers_to(draw: Any, parts: tuple[Question, ...]) -> dict[str, tuple[str, ...]]:
    given = {}
    for part in flat(parts):
        if part.kind == "group" or draw(st.booleans()):
            continue
        known = st.sampled_from(TYPED[part.kind])
        several = st.lists(known, max_size=3 if part.kind == "many" else 1, unique=True).map(tuple)
        given[part.id] = draw(st.one_of(several, st.just((UNKNOWN,)))) if part.may_not_know else draw(several)
    return given


def flat(parts: tuple[Question, ...]) -> list[Question]:
    return [one for part in parts for one in (part, *flat(part.inner))]


class Naive:
    """FHIR's sentences, one after the other, asked again from the start for every question."""

    def __init__(self, parts: tuple[Question, ...], answers: dict[str, tuple[str, ...]]) -> None:
        self.parts, self.answers = parts, answers
        self.all = {part.id: part for part in flat(parts)}
        self.outer = {inner.id: part.id for part in flat(parts) for inner in part.inner}

    def circle(self) -> bool:
        def back_to(name: str, seen: tuple[str, ...]) -> bool:
            if name in seen:
                return True
            after = [one.question for one in self.all[name].enabled_when]
            after += [self.outer[name]] if name in self.outer else []
            return any(back_to(other, (*seen, name)) for other in after)

        return any(back_to(name, ()) for name in self.all)

    def enabled(self, name: str) -> bool:
        if name in self.outer and not self.enabled(self.outer[name]):
            return False
        part = self.all[name]
        if not part.enabled_when:
            return True
        held = [self.holds(one) for one in part.enabled_when]
        return False not in held if part.enabled_by == "all" else True in held

    def holds(self, one: Enabling) -> bool:
        part = self.all[one.question]
        given = list(self.answers.get(one.question, ())) if self.enabled(one.question) else []
        if part.may_not_know and UNKNOWN in given:
            given.remove(UNKNOWN)
        if one.operator == "exists":
            return (len(given) > 0) is (one.value == "true")
        convert: Any = {"whole": int, "date": date.fromisoformat}.get(part.kind, lambda text: text)
        ours, theirs = convert(one.value), [convert(value) for value in given]
        equal, above, below = ours in theirs, [v for v in theirs if v > ours], [v for v in theirs if v < ours]
        return {
            "=": equal,
            "!=": not equal,
            ">": bool(above),
            "<": bool(below),
            ">=": equal or bool(above),
            "<=": equal or bool(below),
        }[one.operator]


@given(st.data())
def test_a_second_evaluator_agrees_on_every_form(data: st.DataObject) -> None:
    parts = data.draw(forms())
    given = data.draw(answers_to(parts))
    naive = Naive(parts, given)
    if naive.circle():
        with pytest.raises(BadFields, match="depends on itself"):
            Form("f", "F", parts)
        return
    form = Form("f", "F", parts)
    shown = [part.id for part in flat(parts) if naive.enabled(part.id)]
    assert ids(visible(form, given)) == shown
    open_ = [name for name in shown if naive.all[name].kind != "group" and name not in given]
    following = next_question(form, given)
    assert (following.id if following else None) == (open_[0] if open_ else None)
    chosen = [
        int(v) for name in shown for v in given.get(name, ()) if naive.all[name].choices and v != UNKNOWN
    ]
    assert total(form, given) == sum(chosen)
    wanting = [name for name in shown if naive.all[name].required and not given.get(name)]
    assert [one.where for one in problems(form, given)] == wanting


@given(st.data())
def test_answers_nobody_is_asked_for_change_nothing(data: st.DataObject) -> None:
    """Taking away every answer to a hidden question leaves all that shows as it was."""
    parts = data.draw(forms(circles=False))
    form, given = Form("f", "F", parts), data.draw(answers_to(parts))
    shown = {part.id for part in visible(form, given)}
    without = {name: values for name, values in given.items() if name in shown}
    assert visible(form, without) == visible(form, given)
    assert total(form, without) == total(form, given)
    assert list(map(str, problems(form, without))) == list(map(str, problems(form, given)))


@given(st.data())
def test_answering_what_is_asked_next_comes_to_an_end(data: st.DataObject) -> None:
    """Whatever is answered, the form ends with nothing open, and no question came twice."""
    parts = data.draw(forms(circles=False))
    form, given = Form("f", "F", parts), {}
    while (question := next_question(form, given)) is not None:
        assert question.id not in given
        given[question.id] = (data.draw(st.sampled_from(TYPED[question.kind])),)
    assert problems(form, given) == ()
