"""The preparation checklist: each line done, waiting or not needed, by whom, by when, and what it stops."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import ConsentExplained, Intention, PreparationHeld
from openkap.clinical.entries.readiness import (
    CalmingPlan,
    EscortNamed,
    OwnWords,
    RidePlanned,
    SettingChosen,
    SupportNamed,
)
from openkap.clinical.gates import reasons, verdict
from openkap.clinical.protocol import Number
from openkap.clinical.readiness import Line, readiness
from tests.clinical.charts import (
    DAY,
    HOUR,
    adopted,
    and_then,
    chart_of,
    course_facts,
    given,
    person,
    prepared_facts,
    ready_chart,
    refused,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
EXPLAINED: dict[str, Any] = {"document": "ketamine-treatment", "version": "2", "note": "said back"}
PAUL: dict[str, Any] = {"name": "Paul", "relation": "brother", "phone": "555 0101"}
SETTING = SettingChosen(position="recliner", eyeshades=True, headphones=False, music="")
ANSWERS: list[tuple[str, Any]] = [
    ("explained-by-prescriber", ConsentExplained(role="prescriber", **EXPLAINED)),
    ("explained-by-therapist", ConsentExplained(role="therapist", **EXPLAINED)),
    ("goals", OwnWords(about="goals", words="get up")),
    ("expectations", OwnWords(about="expectations", words="quiet")),
    ("concerns", OwnWords(about="concerns", words="losing control")),
    ("calming", CalmingPlan(helps="my name")),
    ("setting", SETTING),
    ("support", SupportNamed(may_call=True, **PAUL)),
    ("escort", EscortNamed(confirmed=True, **PAUL)),
    ("ride", RidePlanned(way="taxi", not_driving=True)),
]


def lines(chart: Any, at: datetime = AT, protocol: Any = None) -> dict[str, Line]:
    return {line.item.id: line for line in readiness(Case(chart, protocol or adopted(), at))}


def test_of_somebody_new_everything_waits_and_each_line_says_for_whom() -> None:
    """A sentence, a role, a rule with its sources; nothing is "done" for want of asking."""
    told = lines(chart_of([(AT - DAY, person())]))
    waiting = {name for name, line in told.items() if line.state == "waiting"}
    assert waiting == set(told) - {"holds"}
    assert all(reason.says and reason.who for line in told.values() for reason in line.reasons)
    assert told["holds"].state == "not needed"


@pytest.mark.parametrize(("line", "fact"), ANSWERS, ids=[name for name, _ in ANSWERS])
def test_a_line_waits_until_its_fact_is_there(line: str, fact: Any) -> None:
    """Asked for by a prompt, which stops no dose; answered, it shows what is there."""
    bare = ready_chart(AT)
    told, then = lines(bare)[line], lines(and_then(bare, (AT - HOUR, fact)))[line]
    assert (told.state, told.stops_dose) == ("waiting", False)
    assert (then.state, then.reasons, then.entry.fact) == ("done", (), fact)
    assert refused(bare, "start-dose", AT) == {}


@pytest.mark.parametrize(
    ("line", "left_out"),
    [("consent", "consent"), ("session", "preparation"), ("intention", "intention"), ("plan", "plan")],
)
def test_what_no_dose_goes_without_is_marked_so(line: str, left_out: str) -> None:
    """The line and the gate say the same."""
    facts = prepared_facts(AT)
    assert lines(without(facts))[line].state == "done"
    missing = lines(without(facts, left_out))[line]
    assert (missing.state, missing.stops_dose) == ("waiting", True)
    closing = {
        reason.rule for reason in verdict("start-dose", without(facts, left_out), adopted(), AT).because
    }
    assert {reason.rule for reason in missing.reasons} <= closing


@pytest.mark.parametrize(
    ("line", "fact"),
    [("escort", EscortNamed(confirmed=False, **PAUL)), ("ride", RidePlanned(way="car", not_driving=False))],
)
def test_an_escort_who_has_not_said_so_and_a_patient_who_may_drive_still_wait(line: str, fact: Any) -> None:
    """A name alone is no promise to be sober and free; a way home is no promise not to drive."""
    assert lines(and_then(ready_chart(AT), (AT - HOUR, fact)))[line].state == "waiting"


def test_the_way_home_is_asked_for_before_each_dose() -> None:
    """Who came last week need not come today."""
    chart = and_then(ready_chart(AT), (AT - HOUR, EscortNamed(confirmed=True, **PAUL)), (AT, given("v1")))
    assert lines(ready_chart(AT), AT)["escort"].state == "waiting"
    assert lines(chart, AT + HOUR)["escort"].state == "waiting"


def test_after_the_last_dose_of_the_plan_nobody_is_asked_for_a_way_home() -> None:
    """Not needed, and said so; a further visit asks again."""
    facts = without(course_facts(AT, 1, sessions=1))
    later = AT + 5 * DAY
    assert lines(facts, later)["escort"].state == "not needed"
    more = VisitBooked(visit="v2", starts_at=later + DAY, room="Room 1", route="im", number=2)
    assert lines(and_then(facts, (later, more)), later)["escort"].state == "waiting"


def test_a_line_is_wanted_its_lead_before_the_next_visit() -> None:
    """The day before for the way home, at the dose for the rest, and open while nothing is booked."""
    told = lines(ready_chart(AT), AT - HOUR)
    starts = AT - HOUR / 2
    assert (told["escort"].by, told["consent"].by) == (starts - DAY, starts)
    assert lines(without(prepared_facts(AT)))["escort"].by is None


def test_a_new_course_asks_for_the_words_again() -> None:
    """What was hoped for in the last course is not what is hoped for now."""
    answered = and_then(ready_chart(AT), *((AT - 3 * HOUR, fact) for _, fact in ANSWERS))
    closed = and_then(answered, (AT - HOUR, CourseClosed(reason="well")))
    for name in ("goals", "calming", "setting", "explained-by-prescriber"):
        assert (lines(answered)[name].state, lines(closed)[name].state) == ("done", "waiting")


@pytest.mark.parametrize(
    ("held", "wanted", "says"),
    [
        (0, 1, "No preparation session has been held"),
        (1, 1, ""),
        (1, 2, "1 of 2 preparation sessions held"),
        (2, 2, ""),
    ],
)
def test_a_program_asks_for_as_many_sessions_as_its_protocol_says(held: int, wanted: int, says: str) -> None:
    """One as shipped; the number is data."""
    number = Number("preparation-sessions", wanted, "", "local", ())
    protocol = dataclasses.replace(adopted(), numbers={**adopted().numbers, number.id: number})
    held_facts = [(AT - HOUR, PreparationHeld(minutes=50, note="")) for _ in range(held)]
    chart = chart_of([(AT - DAY, person()), (AT - 2 * HOUR, Intention(words="x")), *held_facts])
    told = reasons("dose-needs-preparation", Case(chart, protocol, AT))
    assert [reason.says for reason in told] == ([says] if says else [])


def test_sessions_of_an_earlier_course_do_not_count() -> None:
    chart = and_then(ready_chart(AT), (AT - HOUR, CourseClosed(reason="moved")))
    assert reasons("dose-needs-preparation", Case(chart, adopted(), AT))
