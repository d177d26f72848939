"""Integration: each dose opens an obligation."""

from datetime import UTC, datetime, timedelta

from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact
from openkap.clinical.integration import due, owed, window
from tests.clinical.charts import (
    DAY,
    HOUR,
    adopted,
    and_then,
    course_facts,
    dose_and_after,
    prepared_facts,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def case(*left_out: str, doses: int = 1, at: datetime = AT + 4 * HOUR) -> Case:
    return Case(without(course_facts(AT, doses), *left_out), adopted(), at)


def test_a_dose_owes_a_call_and_a_session() -> None:
    """The call within 24 h, the session within 72 h: a scheduling convention (assumed)."""
    assert [(d.what, d.at - AT) for d in due(case("call", "session"))] == [
        ("call after dose 1", 24 * HOUR),
        ("integration session after dose 1", 72 * HOUR),
    ]


def test_what_is_owed_is_late_only_after_its_time() -> None:
    """At 24 h sharp the call is not late; a second later it is."""
    call = due(case("call", "session"))[0]
    assert not call.overdue(AT + 24 * HOUR)
    assert call.overdue(AT + 24 * HOUR + SECOND)


def test_a_call_that_did_not_reach_the_patient_is_still_owed() -> None:
    """Trying is not reaching."""
    tried = and_then(
        case("call", "session").chart, (AT + 20 * HOUR, NextDayContact(visit="v1", reached=False))
    )
    at = AT + 21 * HOUR
    assert [d.rule for d in due(Case(tried, adopted(), at))][0] == "next-day-contact-due"
    reached = and_then(tried, (AT + 20 * HOUR, NextDayContact(visit="v1", reached=True)))
    assert [d.rule for d in due(Case(reached, adopted(), at))] == ["integration-session-due"]


def test_a_session_held_ends_the_obligation() -> None:
    """Held is held, however late; what has not happened yet does not count."""
    assert due(case(at=AT + 5 * DAY)) == ()
    assert len(due(case(at=AT + 2 * DAY - SECOND))) == 1


def test_the_session_comes_before_a_next_dose_that_is_sooner() -> None:
    """With the next visit after two days the session is due by then."""
    soon = VisitBooked(visit="v2", starts_at=AT + 2 * DAY, room="Room 1", route="im", number=2)
    chart = and_then(case("session").chart, (AT + HOUR, soon))
    (session,) = [
        d for d in due(Case(chart, adopted(), AT + 25 * HOUR)) if d.rule == "integration-session-due"
    ]
    assert session.at == AT + 2 * DAY


def test_a_visit_nobody_came_to_does_not_bring_the_session_forward() -> None:
    """A booking that lies before the dose is not the next dose."""
    missed = VisitBooked(visit="v0", starts_at=AT - 7 * DAY, room="Room 1", route="im", number=1)
    chart = and_then(case("call", "session").chart, (AT - 9 * DAY, missed))
    assert due(Case(chart, adopted(), AT + HOUR))[1].at == AT + 3 * DAY


def test_a_session_for_a_later_dose_covers_an_earlier_one() -> None:
    """Some programs meet after every second dose; the later session looks back on both."""
    facts = [
        *prepared_facts(AT),
        *(fact for fact in dose_and_after(AT, 1) if fact[0] != "session"),
        *dose_and_after(AT + 7 * DAY, 2),
    ]
    assert owed(Case(without(facts), adopted(), AT + 10 * DAY)) == ()


def test_a_late_session_for_an_earlier_dose_does_not_cover_a_later_one() -> None:
    """Speaking about dose 1 leaves dose 2 open."""
    late = IntegrationHeld(visit="v1", approach="cbt", minutes=50)
    facts = [
        *prepared_facts(AT),
        *(fact for n in (1, 2) for fact in dose_and_after(AT + (n - 1) * 7 * DAY, n) if fact[0] != "session"),
        ("late", AT + 9 * DAY, late),
    ]
    assert [visit.number for visit in owed(Case(without(facts), adopted(), AT + 10 * DAY))] == [2]


def test_the_second_session_a_plan_asks_for_comes_before_the_next_dose() -> None:
    """Due when the next dose is booked for; once all are held, nothing is owed."""
    facts = course_facts(AT, 1, integrations=2)
    at, next_dose = AT + 3 * DAY, AT + 7 * DAY
    booked = (AT + HOUR, VisitBooked(visit="v2", starts_at=next_dose, room="Room 1", route="im", number=2))
    second = (AT + 2 * DAY + HOUR, IntegrationHeld(visit="v1", approach="open", minutes=50))
    assert due(Case(without(facts), adopted(), at)) == ()
    (owing,) = due(Case(and_then(without(facts), booked), adopted(), at))
    assert (owing.what, owing.at) == ("integration session 2 of 2 after dose 1", next_dose)
    assert due(Case(and_then(without(facts), booked, second), adopted(), at)) == ()


def test_the_window_of_the_first_session_is_a_convention() -> None:
    """From 24 h to 72 h after the dose, marked as assumed; a session before it is a session all the same."""
    visit = case().dosed[0]
    assert window(visit, adopted()) == (AT + 24 * HOUR, AT + 72 * HOUR)
    numbers = adopted().numbers
    assert {numbers[name].basis for name in ("integration-from", "integration-until")} == {"assumed"}
    early = and_then(
        case("session").chart, (AT + 5 * HOUR, IntegrationHeld(visit="v1", approach="open", minutes=50))
    )
    assert owed(Case(early, adopted(), AT + 6 * HOUR)) == ()
