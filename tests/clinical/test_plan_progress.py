"""A plan dose by dose: what was given, what is booked, what is to come; and when it is time to stop."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import VisitBooked, VisitStopped
from openkap.clinical.entries.words import StopAgreed
from openkap.clinical.plan import standing
from openkap.clinical.plan_progress import DoseLine, progress, time_to_stop
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    adopted,
    and_then,
    chart_of,
    course_facts,
    day_facts,
    given,
    phq9,
    plan,
    prepared_facts,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
NO_RESPONSE = StopAgreed("No response after six doses", "no-response")


def case(chart: Chart, at: datetime = AT) -> Case:
    return Case(chart, adopted(), at)


def signed(now: Case) -> Entry:
    """The plan in force."""
    found = standing(now)
    assert found is not None
    return found


def test_the_plan_is_told_dose_by_dose() -> None:
    """Given, booked, to come: each line knows its integration and whether the response is looked at."""
    facts = course_facts(AT, 1, sessions=4, checkpoints=(1, 2, 4), instruments=("phq9",))
    booked = [fact for fact in day_facts(AT + 7 * DAY, "v2", 2) if fact[0] == "visit"]
    now = case(without([*facts, *booked]), AT + 3 * DAY)
    lines = progress(now, signed(now))
    assert lines == (
        DoseLine(1, "given", AT, Decimal(35), "v1", integrations=1, look=True),
        DoseLine(2, "booked", AT + 7 * DAY - 30 * MINUTE, visit="v2", look=True),
        DoseLine(3, "to come"),
        DoseLine(4, "to come", look=True),
    )


def test_each_dose_stands_in_its_own_line() -> None:
    """Two given and two booked ahead: the plan's four, in their order."""
    booked = [
        (AT + 8 * DAY, VisitBooked(visit=f"v{n}", starts_at=AT + n * 7 * DAY, room="", route="im", number=n))
        for n in (3, 4)
    ]
    now = case(and_then(without(course_facts(AT, 2, sessions=4)), *booked), AT + 9 * DAY)
    assert [(line.number, line.state, line.visit) for line in progress(now, signed(now))] == [
        (1, "given", "v1"),
        (2, "given", "v2"),
        (3, "booked", "v3"),
        (4, "booked", "v4"),
    ]


@pytest.mark.parametrize("here", [1, 2])
def test_a_patient_who_has_arrived_still_waits_for_the_dose(here: int) -> None:
    """A visit counts as booked until its dose is given, and not once it was stopped."""
    came = day_facts(AT, "v1", 1)[: 1 + here]
    waiting = case(without([*prepared_facts(AT, sessions=1), *came]))
    assert [line.state for line in progress(waiting, signed(waiting))] == ["booked"]
    stopped = case(and_then(waiting.chart, (AT, VisitStopped(visit="v1", reason="fainted"))))
    assert progress(stopped, signed(stopped)) == (DoseLine(1, "to come"),)


def test_a_dose_beyond_the_plan_is_told_all_the_same() -> None:
    """What has happened is not left out."""
    now = case(without(course_facts(AT, 2, sessions=1)), AT + 8 * DAY)
    assert [(line.number, line.state) for line in progress(now, signed(now))] == [(1, "given"), (2, "given")]


@pytest.mark.parametrize(("later", "state"), [(-DAY, "given"), (timedelta(0), "to come"), (DAY, "to come")])
def test_a_plan_counts_the_doses_given_after_it_was_signed(later: timedelta, state: str) -> None:
    """A dose of an earlier plan is none of this one, also where both happened in the same minute."""
    facts = [(at, fact) for _, at, fact in course_facts(AT, 1)]
    chart = chart_of(sorted([*facts, (AT + later, plan(sessions=1))], key=lambda fact: fact[0]))
    now = case(chart, AT + DAY)
    assert [line.state for line in progress(now, signed(now))] == [state]


def test_a_dose_written_right_after_the_plan_is_the_plans() -> None:
    """In the same minute the order of writing decides, as everywhere."""
    now = case(and_then(without(day_facts(AT)), (AT, plan(sessions=1)), (AT, given("v1"))), AT + HOUR)
    assert [line.state for line in progress(now, signed(now))] == ["given"]


@pytest.mark.parametrize(
    ("doses", "total", "stops", "speaks"),
    [
        (6, 16, True, True),
        (7, 16, True, True),
        (6, 21, True, True),
        (5, 16, True, False),
        (6, 8, True, False),
        (6, 16, False, False),
    ],
)
def test_no_response_after_six_doses_speaks_where_it_was_agreed(
    doses: int, total: int, stops: bool, speaks: bool
) -> None:
    """From 16 to 16 is none, to 21 is worse, to 8 a response; after five doses it is early to say."""
    agreed = {"stops": (NO_RESPONSE,)} if stops else {}
    last = AT + (doses - 1) * 7 * DAY + 3 * DAY
    score = tuple(min(3, max(0, total - 3 * item)) for item in range(9))
    chart = and_then(without(course_facts(AT, doses, sessions=8, **agreed)), (last, phq9(*score)))
    now = case(chart, last + HOUR)
    said = time_to_stop(now, signed(now))
    assert bool(said) is speaks
    if speaks:
        assert said == f"No response after six doses: {doses} doses given, and no scale shows a response"


def test_only_the_rule_about_no_response_speaks_here() -> None:
    """A stop rule of one's own, or another of the protocol, stands before it and keeps still."""
    before = (StopAgreed("The patient moves away"), StopAgreed("Urinary symptoms", "urinary"))
    facts = course_facts(AT, 6, sessions=8, stops=(*before, NO_RESPONSE))
    now = case(and_then(without(facts), (AT + 38 * DAY, phq9(*(2,) * 8, 0))), AT + 39 * DAY)
    assert time_to_stop(now, signed(now)).startswith("No response after six doses: ")
    alone = case(and_then(without(course_facts(AT, 6, sessions=8, stops=before))), AT + 39 * DAY)
    assert time_to_stop(alone, signed(alone)) == ""
