"""An instrument as a form, which forms there are for a person, and what one answer sets off at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.clinical.answers import Due
from openkap.clinical.asking import danger, due, form_named, form_of, items_of
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries.asking import IntakeSent
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.forms import Choice, Enabling, Form, Question, asked
from openkap.clinical.instruments import AskedIf, Instrument, Item
from openkap.clinical.intake import Intake
from openkap.clinical.protocol import Protocol
from tests.clinical.charts import DAY, HOUR, MINUTE, adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
NEVER, ONCE, OFTEN = (Choice(str(n), words, Decimal(n)) for n, words in enumerate(("Never", "Once", "Often")))
NIGHTS = replace(
    adopted().instruments["phq9"],
    id="nights",
    title="Nights",
    stem="Over the last 2 weeks, how often",
    items=(
        Item("did you wake?"),
        Item("did you dream?", answers=("No", "Yes"), above="Past month", note="Nightmares too"),
        Item("was it the same dream?", asked_if=AskedIf(item=2, at_least=1)),
        Item("how hard was the day after?", asked_if=AskedIf(item=0, at_least=1), scored=False),
    ),
    answers=("Never", "Once", "Often"),
    notice="Nobody's",
    recall=timedelta(days=14),
)


def protocol(**changed: object) -> Protocol:
    """The protocol that ships, which has made no form yet."""
    return replace(adopted(), **changed)  # type: ignore[arg-type]


def chart(sex: str = "female") -> Chart:
    return chart_of([(AT - 30 * DAY, person(sex=sex))])


# --- an instrument as a form ---


def test_an_instrument_is_asked_in_its_published_words_and_order() -> None:
    """Each answer has its place as its score; what adds nothing may be left open and scores nothing."""
    assert form_of(NIGHTS) == Form(
        "nights",
        "Nights",
        (
            Question("item-1", "did you wake?", "one", (NEVER, ONCE, OFTEN), required=True, enabled_by="any"),
            Question(
                "item-2",
                "did you dream?",
                "one",
                (Choice("0", "No", Decimal(0)), Choice("1", "Yes", Decimal(1))),
                required=True,
                enabled_by="any",
                above="Past month",
                hint="Nightmares too",
            ),
            Question(
                "item-3",
                "was it the same dream?",
                "one",
                (NEVER, ONCE, OFTEN),
                required=True,
                enabled_when=(Enabling("item-2", "=", "1"),),
                enabled_by="any",
            ),
            Question(
                "item-4",
                "how hard was the day after?",
                "one",
                (Choice("0", "Never"), Choice("1", "Once"), Choice("2", "Often")),
                required=False,
                enabled_when=(
                    Enabling("item-1", "=", "1"),
                    Enabling("item-1", "=", "2"),
                    Enabling("item-2", "=", "1"),
                    Enabling("item-3", "=", "1"),
                    Enabling("item-3", "=", "2"),
                ),
                enabled_by="any",
            ),
        ),
        stem="Over the last 2 weeks, how often",
        notice="Nobody's",
        recall=timedelta(days=14),
    )


def test_what_stands_over_a_triage_is_not_said_to_whoever_answers() -> None:
    """It tells the rater what to do; a questionnaire's own stem is read to everybody."""
    assert form_of(replace(NIGHTS, how="triage")).stem == ""
    assert form_of(replace(NIGHTS, how="sum")).stem == NIGHTS.stem


def test_what_is_seen_now_never_grows_too_old_to_go_on_with() -> None:
    """A recall of nothing is no limit, not a limit of nothing."""
    assert form_of(replace(NIGHTS, recall=timedelta(0))).recall is None


@pytest.mark.parametrize(
    ("wake", "dream", "asked_too"),
    [
        ("0", "0", []),
        ("1", "0", ["item-4"]),
        ("2", "0", ["item-4"]),
        ("0", "1", ["item-3", "item-4"]),
    ],
)
def test_an_item_is_asked_when_the_item_it_looks_at_scored_enough(
    wake: str, dream: str, asked_too: list[str]
) -> None:
    """Of one named item, or of any before it."""
    given = {"item-1": (wake,), "item-2": (dream,)}
    assert [one.id for one in asked(form_of(NIGHTS), given)] == ["item-1", "item-2", *asked_too]


@pytest.mark.parametrize(("at_least", "asked_from"), [(1, ["1", "2"]), (2, ["2"]), (3, [])])
def test_an_item_is_asked_from_exactly_that_score_on(at_least: int, asked_from: list[str]) -> None:
    """At least 2 is asked at 2 and not at 1; a score no answer has never asks it."""
    items = (Item("did you wake?"), Item("and then?", asked_if=AskedIf(item=1, at_least=at_least)))
    form = form_of(replace(NIGHTS, items=items))
    wanted = tuple(Enabling("item-1", "=", value) for value in asked_from)
    assert form.question("item-2").enabled_when == wanted


# --- what is kept of the answers ---


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"item-1": ("2",), "item-2": ("1",), "item-3": ("0",), "item-4": ("1",)}, (2, 1, 0, 1)),
        ({"item-4": ("1",), "item-1": ("1",), "item-2": ("0",)}, (1, 0, None, 1)),
        ({"item-1": ("0",), "item-2": ("0",), "item-3": ("2",)}, (0, 0, None, None)),
        ({"item-1": (), "item-2": ("1",)}, (None, 1, None, None)),
        ({}, (None, None, None, None)),
    ],
)
def test_a_score_keeps_the_answers_in_the_order_of_the_items(
    given: dict[str, tuple[str, ...]], kept: tuple[int | None, ...]
) -> None:
    """Nothing stands for what was left blank, and for an answer to a question that no longer shows."""
    assert items_of(NIGHTS, given) == kept


# --- which forms there are ---


def test_an_instrument_is_found_by_its_name() -> None:
    ours = protocol()
    assert form_named("phq9", chart(), ours) == form_of(ours.instruments["phq9"])
    assert form_named("gad7", chart(), ours) == form_of(ours.instruments["gad7"])


@pytest.mark.parametrize(
    "scale",
    [replace(NIGHTS, rated_by="clinician"), replace(NIGHTS, items=()), None],
    ids=["a clinician rates it", "its text belongs to somebody", "nobody knows it"],
)
def test_there_is_no_form_for_what_a_patient_cannot_fill_in(scale: Instrument | None) -> None:
    ours = protocol(instruments={"nights": scale} if scale else {})
    assert form_named("nights", chart(), ours) is None


def test_the_intake_asks_each_person_what_concerns_them() -> None:
    """Of two people under one protocol each gets their own, whoever is asked first."""
    ours = protocol()
    hers, his = (form_named("intake", chart(sex), ours) for sex in ("female", "male"))
    assert hers and his and hers.id == his.id == "intake"
    only_hers = {one.id for one in asked(hers, {})} - {one.id for one in asked(his, {})}
    assert "pregnancy" in only_hers
    assert all("male" not in ours.rule(name).asked_of_sex for name in only_hers)
    assert form_named("intake", chart("female"), ours) == hers
    other = form_named("phq9", chart("male"), ours)
    assert other and other.id == "phq9"


def test_a_form_is_made_once_for_a_protocol() -> None:
    """Every page of a filling in asks for it again; who is asked matters to the intake alone."""
    ours = protocol()
    assert form_named("phq9", chart("female"), ours) is form_named("phq9", chart("male"), ours)
    assert form_named("intake", chart("female"), ours) is form_named("intake", chart("female"), ours)


def test_a_protocol_without_an_intake_has_no_such_form() -> None:
    assert form_named("intake", chart(), protocol(intake=Intake())) is None


# --- an intake waits to be read ---

SENT = (AT, IntakeSent(run="r", version="v", answered=9))


@pytest.mark.parametrize(
    ("decided_after", "waits"), [(None, True), (-MINUTE, True), (timedelta(0), False), (MINUTE, False)]
)
def test_an_intake_waits_to_be_read_until_somebody_has_decided(
    decided_after: timedelta | None, waits: bool
) -> None:
    """A decision from before it was sent does not count: its signer had not read it."""
    decision = ScreeningDecided(decision="suitable", reason="history taken")
    facts = [SENT] if decided_after is None else [SENT, (AT + decided_after, decision)]
    case = Case(chart_of([(AT - 30 * DAY, person()), *facts]), adopted(), AT + DAY)
    by = AT + adopted().span("intake-read")
    wanted = (Due("intake to read", "prescriber", by, "intake-read", stage="screening"),)
    assert due(case) == (wanted if waits else ())


def test_an_intake_nobody_sent_is_not_waited_for() -> None:
    """Nor one that is sent later than the moment asked about."""
    assert due(Case(chart(), adopted(), AT)) == ()
    later = chart_of([(AT - 30 * DAY, person()), SENT])
    assert due(Case(later, adopted(), AT - MINUTE)) == ()


def test_the_intake_sent_last_counts() -> None:
    """Sent once more, it is read once more, within the time from then on."""
    again = chart_of([(AT - 30 * DAY, person()), SENT, (AT + HOUR, SENT[1])])
    (owed,) = due(Case(again, adopted(), AT + DAY))
    assert owed.at == AT + HOUR + adopted().span("intake-read")


# --- an answer that may not wait ---


def test_a_yes_to_suicidality_in_the_intake_opens_a_task_at_once() -> None:
    """In the words of its rule, under the id of this filling in."""
    says = adopted().rule("suicidality").says
    wanted = TaskOpened(task="intake-r1", what=f"{says} (the patient's own answer)", rule="suicidality")
    assert danger(adopted(), "intake", "suicidality", ("yes",), run="r1") == (wanted,)
    assert danger(adopted(), "intake", "suicidality", ("no",), run="r1") == ()
    assert danger(adopted(), "intake", "porphyria", ("yes",), run="r1") == ()


def test_the_last_answer_of_a_phq9_opens_a_task_at_once() -> None:
    """Item 9 asks about death and self-harm; any answer but "not at all" counts."""
    (task,) = danger(adopted(), "phq9", "item-9", ("2",), run="r1")
    assert (task.task, task.instrument, task.item, task.value) == ("phq9-r1", "phq9", 9, 2)


@pytest.mark.parametrize(
    ("question", "values"), [("item-9", ("0",)), ("item-9", ()), ("item-8", ("3",)), ("help", ("1",))]
)
def test_every_other_answer_opens_none(question: str, values: tuple[str, ...]) -> None:
    """Nothing of the kind, left blank, another item, no item at all."""
    assert danger(adopted(), "phq9", question, values, run="r1") == ()
