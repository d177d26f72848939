"""The fold of a visit: phases, legal moves, the next look, going home."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from openkap.clinical.answers import PHASES, Due, Visit
from openkap.clinical.dosing import (
    MOVES,
    checks_open,
    current,
    due,
    home_from,
    may_move,
    visits,
)
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    Discharged,
    VisitBooked,
    VisitCancelled,
    VisitClosed,
    VisitStopped,
)
from openkap.clinical.entries.integration import NextDayContact
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    PRE_DOSE,
    adopted,
    and_then,
    chart_of,
    dose_and_after,
    ended,
    given,
    person,
    ready_chart,
    ready_facts,
    vitals,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def visit(chart: Any, at: datetime, name: str = "v1") -> Visit:
    return next(one for one in visits(chart, adopted(), at) if one.id == name)


def test_a_single_dose_walks_through_its_phases() -> None:
    """Booked to closed, each phase at the minute its fact was written; the peak ends by the clock."""
    chart = and_then(
        ready_chart(AT),
        (AT, given("v1")),
        (AT + 2 * HOUR, Discharged(visit="v1", escort="sister", instructions_given=True)),
        (AT + 2 * HOUR + MINUTE, VisitClosed(visit="v1")),
    )
    walked = [
        (AT - DAY, "booked"),
        (AT - 40 * MINUTE - SECOND, "booked"),
        (AT - 40 * MINUTE, "arrived"),
        (AT - 4 * MINUTE - SECOND, "arrived"),
        (AT - 4 * MINUTE, "checked"),
        (AT, "peak watch"),
        (AT + 22 * MINUTE - SECOND, "peak watch"),
        (AT + 22 * MINUTE, "recovery"),
        (AT + 2 * HOUR, "discharged"),
        (AT + 2 * HOUR + MINUTE, "closed"),
    ]
    assert [(at, visit(chart, at).phase) for at, _ in walked] == walked


def test_an_infusion_is_dosing_until_its_end_is_recorded() -> None:
    """The clock alone never ends an infusion; the peak is watched from its end on."""
    begun = and_then(ready_chart(AT, "iv"), (AT, given("v1", route="iv")))
    assert visit(begun, AT + 3 * HOUR).phase == "dosing"
    done = and_then(begun, (AT + 41 * MINUTE, ended("v1", "33")))
    for at, phase in (
        (AT + 41 * MINUTE - SECOND, "dosing"),
        (AT + 41 * MINUTE, "peak watch"),
        (AT + 71 * MINUTE - SECOND, "peak watch"),
        (AT + 71 * MINUTE, "recovery"),
    ):
        assert visit(done, at).phase == phase
    assert (visit(begun, AT).given_mg, visit(done, AT + HOUR).given_mg) == (Decimal(35), Decimal(33))


@pytest.mark.parametrize("minutes", [-30, -10, 0, 10, 60, 130])
def test_a_visit_stops_from_any_phase(minutes: int) -> None:
    """Whatever was going on, it is stopped, and nothing is due any more."""
    chart = and_then(
        ready_chart(AT), (AT, given("v1")), (AT + minutes * MINUTE, VisitStopped(visit="v1", reason="alarm"))
    )
    stopped = visit(chart, AT + minutes * MINUTE)
    assert (stopped.phase, stopped.next_check_at) == ("stopped", None)


def test_moves_are_a_table_over_every_phase() -> None:
    """Every phase has its row; all but closed can be left; closed is the end."""
    assert set(MOVES) == set(PHASES)
    assert {phase for phase, onward in MOVES.items() if not onward} == {"closed"}
    assert all("stopped" in onward for phase, onward in MOVES.items() if phase not in ("stopped", "closed"))
    assert may_move("checked", "peak watch") and not may_move("arrived", "dosing")


TOLD = st.permutations(["arrive", "dose", "end", "home", "close"])


@examples(order=TOLD, cut=st.integers(0, 5))
def test_what_is_written_late_never_moves_a_visit_back(order: list[str], cut: int) -> None:
    """Facts of one visit may be written in any order: the phase depends on what is known."""
    facts = {
        "arrive": (AT - HOUR, Arrived(visit="v1", identifiers=("name", "birth date"))),
        "dose": (AT, given("v1", route="iv")),
        "end": (AT + 40 * MINUTE, ended("v1")),
        "home": (AT + 3 * HOUR, Discharged(visit="v1", escort="a", instructions_given=True)),
        "close": (AT + 4 * HOUR, VisitClosed(visit="v1")),
    }
    booked = VisitBooked(visit="v1", starts_at=AT, room="Room 1", route="iv", number=1)
    told = order[:cut]
    chart = chart_of([(AT - DAY, person()), (AT - DAY, booked), *(facts[name] for name in told)])
    expected = "booked"
    for name, phase in (
        ("arrive", "arrived"),
        ("dose", "dosing"),
        ("end", "recovery" if "dose" in told else expected),
        ("home", "discharged"),
        ("close", "closed"),
    ):
        if name in told and not (name == "end" and "dose" not in told):
            expected = phase
    assert visit(chart, AT + 5 * HOUR).phase == expected


def test_a_visit_is_checked_with_every_item_answered_and_vital_signs() -> None:
    """One open line, or no vital signs, and it has only arrived."""
    assert visit(ready_chart(AT), AT).phase == "checked"
    for name in ("escort", "vitals"):
        assert visit(without(ready_facts(AT), name), AT).phase == "arrived"


def test_the_next_look_counts_from_the_last_one_after_the_dose() -> None:
    """Vital signs before the dose do not put off the first look after it."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    assert visit(chart, AT).next_check_at == AT + 10 * MINUTE
    looked = and_then(chart, (AT + 12 * MINUTE, vitals("v1")))
    assert visit(looked, AT + 13 * MINUTE).next_check_at == AT + 22 * MINUTE
    owed = Due("vital signs", "monitor", AT + 22 * MINUTE, "vital-signs-due", "v1", "dosing")
    assert due(visit(looked, AT + 13 * MINUTE)) == (owed,)
    assert due(visit(ready_chart(AT), AT)) == () and due(None) == ()


def test_a_second_dose_in_one_visit_counts_and_starts_the_clock_again() -> None:
    """What has happened is never lost: both doses are summed, and home is counted from the later one."""
    chart = and_then(ready_chart(AT), (AT, given("v1")), (AT + 30 * MINUTE, given("v1", "20")))
    twice = visit(chart, AT + HOUR)
    assert (twice.given_mg, twice.dose_at) == (Decimal(55), AT + 30 * MINUTE)
    assert home_from(twice, adopted()) == AT + 150 * MINUTE


def test_the_end_of_an_earlier_infusion_does_not_end_a_later_one() -> None:
    """The drug is running again."""
    chart = and_then(
        ready_chart(AT, "iv"),
        (AT, given("v1", route="iv")),
        (AT + 20 * MINUTE, ended("v1", "18")),
        (AT + 30 * MINUTE, given("v1", "10", route="iv")),
    )
    again = visit(chart, AT + 31 * MINUTE)
    assert (again.phase, again.dose_ended_at, home_from(again, adopted())) == ("dosing", None, None)


def test_an_infusion_stopped_within_its_first_minute_has_ended() -> None:
    """People write minutes: begun and ended at 10:00 is ended."""
    chart = and_then(ready_chart(AT, "iv"), (AT, given("v1", route="iv")), (AT, ended("v1", "1")))
    assert visit(chart, AT).dose_ended_at == AT


def test_a_line_answered_now_is_answered() -> None:
    """The checklist is complete at the moment of its last answer, not after it."""
    last = Checked(visit="v1", item="escort", answer="yes")
    open_ = without(ready_facts(AT), "escort")
    assert checks_open(open_, adopted(), AT, "v1") == ("escort",)
    assert checks_open(and_then(open_, (AT, last)), adopted(), AT, "v1") == ()
    assert checks_open(and_then(open_, (AT + SECOND, last)), adopted(), AT, "v1") == ("escort",)


def test_an_infusion_without_its_length_is_still_an_infusion() -> None:
    """The route says how long it takes, so a forgotten field does not end the watch."""
    chart = and_then(ready_chart(AT, "iv"), (AT, given("v1", route="iv", minutes=0)))
    assert (visit(chart, AT + HOUR).phase, visit(chart, AT).minutes) == ("dosing", 40)


def test_a_cancelled_visit_is_gone_unless_a_dose_was_given() -> None:
    """A booking can be taken back; what has happened cannot."""
    cancelled = (AT + MINUTE, VisitCancelled(visit="v1", reason="slip"))
    assert visits(and_then(ready_chart(AT), cancelled), adopted(), AT + HOUR) == ()
    dosed = and_then(ready_chart(AT), (AT, given("v1")), cancelled)
    assert len(visits(dosed, adopted(), AT + HOUR)) == 1


def test_a_dose_nobody_booked_is_still_a_visit() -> None:
    """Recorded outside everything, it is watched like any other."""
    found = visit(chart_of([(AT - DAY, person()), (AT, given("v9"))]), AT + MINUTE, "v9")
    assert (found.phase, found.number, found.starts_at) == ("peak watch", 0, AT)


def test_a_route_that_left_the_protocol_leaves_the_visit_readable() -> None:
    """No limits are known any more, so none is made up."""
    found = visit(chart_of([(AT - DAY, person()), (AT, given("v9", route="nasal"))]), AT + MINUTE, "v9")
    assert (found.phase, found.next_check_at, home_from(found, adopted())) == ("recovery", None, None)


def test_the_visit_under_the_drug_comes_before_any_other() -> None:
    """Then one under way, then the next booked; a closed one is never current."""
    later = VisitBooked(visit="v2", starts_at=AT + 7 * DAY, room="Room 1", route="im", number=2)
    booked = and_then(ready_chart(AT), (AT - DAY, later))
    both = and_then(booked, (AT - HOUR, Arrived(visit="v2", identifiers=("name",))), (AT, given("v2")))
    assert current(visits(both, adopted(), AT + MINUTE)).id == "v2"  # type: ignore[union-attr]
    assert current(visits(booked, adopted(), AT)).id == "v1"  # type: ignore[union-attr]
    closed = and_then(booked, (AT, VisitClosed(visit="v1")))
    assert current(visits(closed, adopted(), AT)).id == "v2"  # type: ignore[union-attr]
    assert current(()) is None


def test_time_is_utc_across_a_change_of_clocks() -> None:
    """Clocks go back at 01:00 UTC on 25 October 2026: two hours after the dose are two hours."""
    dose = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    chart = and_then(ready_chart(dose), (dose, given("v1")))
    assert home_from(visit(chart, dose), adopted()) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


def test_a_visit_tells_all_that_was_written_of_it() -> None:
    """Booked, dosed, looked at, called after and integrated; of another visit nothing is taken."""
    whole = visit(without(dose_and_after(AT, 1)), AT + 3 * DAY)
    (dose,) = whole.doses
    assert (dose.given, dose.began_at, dose.last_drug_at) == (Decimal(35), AT, AT)
    assert replace(whole, doses=()) == Visit(
        id="v1",
        number=1,
        room="Room 1",
        route="im",
        starts_at=AT - 30 * MINUTE,
        phase="closed",
        dose_at=AT,
        closed_at=AT + 2 * HOUR + MINUTE,
        given_mg=Decimal(35),
        last_vitals_at=AT + 2 * HOUR - MINUTE,
        integration_held=True,
        contacted=True,
    )
    early = visit(without(dose_and_after(AT, 1)), AT - DAY)
    assert (early.dose_at, early.given_mg, early.integration_held, early.contacted) == (
        None,
        None,
        False,
        False,
    )


def test_a_booking_written_anew_moves_the_visit() -> None:
    """The newest one counts: its room, its time and its route, until a dose says which way it went."""
    moved = VisitBooked(visit="v1", starts_at=AT + HOUR, room="Room 2", route="iv", number=3)
    chart = and_then(ready_chart(AT), (AT - 5 * DAY, moved))
    found = visit(chart, AT)
    assert (found.room, found.starts_at, found.route, found.number) == ("Room 2", AT + HOUR, "iv", 3)
    assert found.minutes == 40
    assert visit(and_then(chart, (AT, given("v1"))), AT).route == "im"


def test_nobody_was_reached_until_somebody_was() -> None:
    """A call in vain is written down and is no contact."""
    calls = [(AT + DAY, NextDayContact(visit="v1", reached=False))]
    chart = and_then(ready_chart(AT), (AT, given("v1")), *calls)
    assert not visit(chart, AT + 2 * DAY).contacted
    reached = and_then(chart, (AT + DAY + HOUR, NextDayContact(visit="v1", reached=True)))
    assert visit(reached, AT + 2 * DAY).contacted


def test_visits_come_by_their_time_then_by_their_number() -> None:
    """Two of one hour are told apart."""
    booked = [
        VisitBooked(visit=name, starts_at=at, room="Room 1", route="im", number=number)
        for name, at, number in (("d", AT + HOUR, 1), ("b", AT, 2), ("a", AT, 2), ("c", AT, 1))
    ]
    chart = chart_of([(AT - DAY, person()), *((AT - DAY, one) for one in booked)])
    assert [one.id for one in visits(chart, adopted(), AT)] == ["c", "a", "b", "d"]


@pytest.mark.parametrize("minutes", [1, 40])
def test_an_infusion_of_any_length_has_an_end(minutes: int) -> None:
    """Until it is written down it is missing, and nobody may go home."""
    begun = and_then(ready_chart(AT, "iv"), (AT, given("v1", route="iv", minutes=minutes)))
    running = visit(begun, AT + HOUR)
    assert [one.open for one in running.doses] == [True] and home_from(running, adopted()) is None
    over = visit(and_then(begun, (AT + MINUTE, ended("v1"))), AT + HOUR)
    assert [one.open for one in over.doses] == [False] and home_from(over, adopted()) == AT + 91 * MINUTE
    sprayed = visit(and_then(ready_chart(AT), (AT, given("v1"))), AT + HOUR)
    assert [one.open for one in sprayed.doses] == [False]
    assert visit(ready_chart(AT, "iv"), AT).doses == ()


def test_without_a_checklist_no_line_is_open() -> None:
    """A protocol may have none: then the vital signs alone make a visit checked."""
    bare = replace(adopted(), checklists={})
    chart = without(ready_facts(AT), *PRE_DOSE)
    assert checks_open(chart, bare, AT, "v1") == ()
    assert set(checks_open(chart, adopted(), AT, "v1")) == set(PRE_DOSE)
    (found,) = visits(chart, bare, AT)
    assert found.phase == "checked"
