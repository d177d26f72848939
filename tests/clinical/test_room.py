"""What stands in the way on the day, with the patient's own times in the sentence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.dosing import Discharged, VisitBooked, VisitClosed, VisitStopped
from openkap.clinical.entries.words import Measured
from openkap.clinical.room import another_dose, dose_end, too_early, visit
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    adopted,
    and_then,
    chart_of,
    ended,
    given,
    person,
    ready_chart,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
HOME = Discharged(visit="v1", escort="sister", instructions_given=True)


def case(*facts: tuple[datetime, Any], at: datetime = AT, route: str = "im", of: str = "v1") -> Case:
    return Case(and_then(ready_chart(AT, route), *facts), adopted(), at, of)


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (None, ""),
        (HOME, "This visit is already discharged"),
        (VisitClosed(visit="v1"), "This visit is already closed"),
        (VisitStopped(visit="v1", reason="alarm"), "This visit is already stopped"),
    ],
)
def test_a_dose_belongs_to_an_open_visit(fact: object, says: str) -> None:
    """One that is over takes no other dose, and without one there is none."""
    assert visit(case(*([(AT, fact)] if fact else []))) == ((Bar(says),) if says else ())
    assert visit(case(of="")) == (Bar("No visit is open for this dose"),)
    assert visit(case(of="v9")) == (Bar("No visit is open for this dose"),)


@pytest.mark.parametrize(
    ("minutes", "phase", "since"),
    [(5, "peak watch", "5 min"), (60, "recovery", "60 min"), (150, "recovery", "2 h")],
)
def test_the_drug_of_another_visit_stands_in_the_way(minutes: int, phase: str, since: str) -> None:
    """Named by its number, with when its dose was given."""
    booked = VisitBooked(visit="v2", starts_at=AT, room="Room 2", route="im", number=2)
    facts = [(AT - DAY, booked), (AT, given("v2"))]
    found = another_dose(case(*facts, at=AT + minutes * MINUTE))
    says = f"Another visit of this patient is in {phase}: a dose was given {since} ago"
    assert found == (Bar(says, (Measured("dose", "visit 2", AT.isoformat()),)),)
    assert another_dose(case(*facts, at=AT + minutes * MINUTE, of="v2")) == ()


def test_the_infusion_of_another_visit_runs_until_its_end() -> None:
    """Whatever the clock says; after its discharge it does not count."""
    facts = [(AT, given("v2", route="iv"))]
    (bar,) = another_dose(case(*facts, at=AT + 3 * HOUR))
    assert bar.says == "Another visit of this patient is in dosing: a dose was given 3 h ago"
    home = Discharged(visit="v2", escort="sister", instructions_given=True)
    assert another_dose(case(*facts, (AT + 3 * HOUR, home), at=AT + 3 * HOUR)) == ()
    assert another_dose(case(*facts, at=AT - MINUTE)) == ()


@pytest.mark.parametrize("minutes", [0, 1, 40])
def test_an_infusion_without_its_end_is_told(minutes: int) -> None:
    """How long ago it began; not before it did, not once it has ended, and never of a single dose."""
    began = (AT, given("v1", route="iv", minutes=minutes))
    says = "The infusion began 2 h ago and its end is not recorded"
    found = dose_end(case(began, at=AT + 2 * HOUR, route="iv"))
    assert found == (Bar(says, (Measured("infusion began", "2 h ago", AT.isoformat()),)),)
    assert dose_end(case(began, at=AT - MINUTE, route="iv")) == ()
    assert dose_end(case(began, (AT + HOUR, ended("v1")), at=AT + 2 * HOUR, route="iv")) == ()
    assert dose_end(case((AT, given("v1")), at=AT + 2 * HOUR)) == ()
    assert dose_end(case(began, at=AT + 2 * HOUR, route="iv", of="v9")) == ()


@pytest.mark.parametrize(
    ("route", "minutes", "asked", "last", "mark"),
    [
        ("im", 0, "2 h", "119 min", "the dose"),
        ("iv", 40, "90 min", "89 min", "the end of the infusion"),
        ("iv", 1, "90 min", "89 min", "the end of the infusion"),
    ],
)
def test_nobody_goes_home_before_the_routes_time_has_passed(
    route: str, minutes: int, asked: str, last: str, mark: str
) -> None:
    """Counted from the last of the drug, to the minute."""
    end = AT + minutes * MINUTE
    facts = [(AT, given("v1", route=route, minutes=minutes)), (end, ended("v1"))]
    time = adopted().routes[route].earliest_discharge
    for at, since in ((end + 59 * MINUTE, "59 min"), (end + time - MINUTE, last)):
        says = f"Only {since} have passed since {mark}; this route asks for {asked}"
        found = too_early(case(*facts, at=at, route=route))
        assert found == (Bar(says, (Measured(f"time since {mark}", since),)),)
    assert too_early(case(*facts, at=end + time, route=route)) == ()


def test_before_a_dose_nothing_is_too_early() -> None:
    """Somebody who was given nothing may go; so may nobody's visit."""
    assert too_early(case()) == ()
    assert too_early(Case(chart_of([(AT, person())]), adopted(), AT)) == ()
    assert too_early(case((AT, given("v1", route="iv")), at=AT + HOUR, route="iv")) == ()
