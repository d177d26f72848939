"""Integration as the status shows it; the protocol's sentences are in tests/spec/integration."""

from datetime import UTC, datetime

import pytest

from openkap.clinical.answers import Due
from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.dosing import VisitBooked, VisitCancelled
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.words import Measured
from openkap.clinical.integration import contact, due, integration, owed
from tests.clinical.charts import DAY, HOUR, adopted, and_then, course_facts, given, ready_chart, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def test_what_is_due_names_who_and_which_visit() -> None:
    """A board line needs the role, the visit and the rule it can be looked up by."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    call, session = due(Case(chart, adopted(), AT + HOUR))
    assert call == Due(
        "call after dose 1", "therapist", AT + DAY, "next-day-contact-due", "v1", "integration"
    )
    assert (session.rule, session.visit) == ("integration-session-due", "v1")
    assert {call.rule, session.rule} <= {rule.id for rule in adopted().rules}


def test_only_the_last_dose_asks_for_its_call() -> None:
    """A call missed after dose 1 is not chased once dose 2 is given."""
    facts = course_facts(AT, 2)
    case = Case(without(facts, "call"), adopted(), AT + 8 * DAY)
    assert [d.visit for d in due(case) if d.rule == "next-day-contact-due"] == ["v2"]
    assert len(contact(case)) == 2


def test_the_visit_asked_about_does_not_hold_itself_up() -> None:
    """The dose of this visit is not the previous dose."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    assert integration(Case(chart, adopted(), AT, "v1")) == ()
    assert len(integration(Case(chart, adopted(), AT, "v2"))) == 1


def test_before_any_dose_nothing_is_owed() -> None:
    """No dose, no obligation."""
    assert due(Case(ready_chart(AT), adopted(), AT)) == ()


def test_what_stands_in_the_way_is_told_with_its_dose() -> None:
    """The last dose that was not integrated, with its day; the call by the number of its dose."""
    chart = without(course_facts(AT, 2), "session", "call")
    given_then = (Measured("dose", "dose 2", (AT + 7 * DAY).isoformat()),)
    says = "Integration of dose 2 (21 May) has not been held"
    assert integration(Case(chart, adopted(), AT + 8 * DAY)) == (Bar(says, given_then),)
    assert integration(Case(chart, adopted(), AT + DAY))[0].says == (
        "Integration of dose 1 (14 May) has not been held"
    )
    assert contact(Case(chart, adopted(), AT + 8 * DAY)) == (
        Bar("The call after dose 1 has not reached the patient"),
        Bar("The call after dose 2 has not reached the patient"),
    )


def held(visit: str, at: datetime) -> tuple[datetime, IntegrationHeld]:
    return at, IntegrationHeld(visit=visit, approach="open", minutes=50)


def test_a_session_for_a_later_dose_covers_the_earlier_ones() -> None:
    """And one for an earlier dose leaves the later one owed."""
    chart = without(course_facts(AT, 3), "session")
    at = AT + 15 * DAY
    late, early = (and_then(chart, held(visit, at)) for visit in ("v3", "v1"))
    assert owed(Case(late, adopted(), at)) == ()
    assert [visit.id for visit in owed(Case(early, adopted(), at))] == ["v2", "v3"]
    assert [visit.id for visit in owed(Case(chart, adopted(), at))] == ["v1", "v2", "v3"]


@pytest.mark.parametrize(
    ("wanted", "sessions", "says"),
    [
        (0, 1, ""),
        (1, 1, ""),
        (2, 1, "1 of 2 integration sessions held after dose 3"),
        (2, 2, ""),
        (3, 2, "2 of 3 integration sessions held after dose 3"),
        (2, 3, ""),
    ],
)
def test_a_plan_may_ask_for_more_than_one_session(wanted: int, sessions: int, says: str) -> None:
    """After the last dose before this one, counted by the plan that stands."""
    facts = [fact for fact in course_facts(AT, 3, integrations=wanted) if fact[0] != "session"]
    more = [held("v3", AT + (15 + n) * DAY) for n in range(sessions)]
    case = Case(and_then(without(facts), held("v1", AT + DAY), *more), adopted(), AT + 21 * DAY, "v4")
    assert integration(case) == ((Bar(says),) if says else ())
    unplanned = without([*facts], "plan", "countersignature")
    alone = and_then(unplanned, held("v1", AT + DAY), *more)
    assert integration(Case(alone, adopted(), AT + 21 * DAY, "v4")) == ()


def test_a_session_is_due_before_the_next_dose_or_by_the_programs_time() -> None:
    """Whichever comes first; a visit that is not after the dose, or no longer booked, sets no time."""
    chart = without(course_facts(AT, 1), "session")
    until = AT + adopted().span("integration-until")

    def by(*more: tuple[datetime, object]) -> Due:
        return due(Case(and_then(chart, *more), adopted(), AT + DAY))[-1]

    def booked(at: datetime, visit: str = "v2") -> tuple[datetime, VisitBooked]:
        return AT + HOUR, VisitBooked(visit=visit, starts_at=at, room="Room 1", route="im", number=2)

    what, rule = "integration session after dose 1", "integration-session-due"
    assert by() == Due(what, "therapist", until, rule, "v1", "integration")
    assert by(booked(until - HOUR)).at == until - HOUR
    assert by(booked(until + HOUR)).at == until
    assert by(booked(until - HOUR), booked(until - 2 * HOUR, "v3")).at == until - 2 * HOUR
    assert by(booked(AT)).at == by(booked(AT - HOUR)).at == until
    assert by(booked(AT + HOUR * 2), (AT + 3 * HOUR, VisitCancelled(visit="v2", reason="ill"))).at == until
