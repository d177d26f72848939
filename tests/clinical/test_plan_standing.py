"""The plan in force: which it is, who signed it, which doses it covers, and what it holds up."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical import ordered
from openkap.clinical import plan as plans
from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.dosing import VisitBooked, Weighed
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import PlanCountersigned
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Kilograms, MgPerKg, Milligrams
from tests.clinical.charts import (
    DAY,
    HOUR,
    adopted,
    and_then,
    chart_of,
    countersigned,
    course_facts,
    given,
    person,
    plan,
    ready_chart,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def case(*facts: tuple[datetime, Any], protocol: Protocol | None = None, visit: str = "v1") -> Case:
    chart = chart_of([(AT - 99 * DAY, person()), *facts])
    return Case(chart, protocol or adopted(), AT, visit)


def test_a_plan_covers_the_doses_given_after_it_was_signed() -> None:
    """Not an earlier one, and not one of tomorrow; the order of the ledger parts two of one minute."""
    told = case(
        (AT - 3 * DAY, given("a")),
        (AT - DAY, given("b")),
        (AT - DAY, plan()),
        (AT - DAY, given("c")),
        (AT, given("d")),
        (AT + DAY, given("e")),
    )
    signed = plans.standing(told)
    assert signed is not None
    assert [entry.fact.visit for entry in plans.doses_of(told, signed)] == ["c", "d"]
    assert plans.standing(case()) is None
    assert plans.standing(case((AT - DAY, plan()), (AT, CourseClosed(reason="done")))) is None


@pytest.mark.parametrize(
    ("facts", "bars"),
    [
        ([], ()),
        ([(AT - DAY, plan())], ("The plan of 13 May has not been countersigned by a therapist",)),
        ([(AT - 400 * DAY, plan())], ("The plan of 9 April 2025 has not been countersigned by a therapist",)),
        ([(AT - DAY, plan()), (AT, countersigned())], ()),
        (
            [(AT - 2 * DAY, plan()), (AT - 2 * DAY, countersigned()), (AT - DAY, plan(sessions=4))],
            ("The plan of 13 May has not been countersigned by a therapist",),
        ),
        (
            [(AT - DAY, plan()), (AT, PlanCountersigned(plan="another", signed_name="Tove Therapist"))],
            ("The plan of 13 May has not been countersigned by a therapist",),
        ),
    ],
)
def test_a_plan_needs_the_second_signature_under_itself(facts: list[Any], bars: tuple[str, ...]) -> None:
    """One under an earlier plan, or under another, is none; without a plan there is nothing to sign."""
    assert plans.countersigned(case(*facts)) == tuple(Bar(says) for says in bars)


def test_nobody_countersigns_their_own_plan() -> None:
    """The entry may be there: whoever approved the plan is not a second person."""
    told = case((AT - DAY, plan()), (AT, countersigned()))
    signed = plans.standing(told)
    assert signed is not None and plans.countersignature(told, signed) is not None
    assert plans.countersignature(told, replace(signed, author="therapist")) is None


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ([], "No treatment plan has been approved"),
        ([(AT, plan(route="rectal"))], "The plan's route, rectal, is not in the protocol"),
        ([(AT, plan())], ""),
    ],
)
def test_a_dose_needs_a_plan_of_a_known_route(facts: list[Any], says: str) -> None:
    """A protocol that dropped the route stops the plans that used it."""
    assert plans.planned(case(*facts)) == ((Bar(says),) if says else ())


@pytest.mark.parametrize(("doses", "says"), [(0, ""), (1, ""), (2, "2 of 2"), (3, "3 of 2")])
def test_a_plan_that_was_given_out_covers_no_more(doses: int, says: str) -> None:
    """How many of how many; the last one of the plan may still be given."""
    facts = [(AT - DAY, plan(sessions=2)), *((AT - HOUR, given(f"v{n}")) for n in range(doses))]
    told = f"Every dose of the plan has been given: {says}"
    assert plans.doses_left(case(*facts, visit="next")) == ((Bar(told),) if says else ())
    assert plans.doses_left(case()) == ()


def booked(visit: str) -> tuple[datetime, VisitBooked]:
    return AT - HOUR, VisitBooked(visit=visit, starts_at=AT + DAY, room="Room 1", route="im", number=1)


@pytest.mark.parametrize(
    ("doses", "visits", "says"),
    [(0, 1, ""), (1, 0, ""), (1, 1, "2 of 2"), (0, 2, "2 of 2"), (2, 1, "3 of 2")],
)
def test_visits_are_booked_as_far_as_the_plan_goes(doses: int, visits: int, says: str) -> None:
    """Those given and those booked together."""
    facts = [(AT - DAY, plan(sessions=2)), *((AT - HOUR, given(f"v{n}")) for n in range(doses))]
    told = f"Every dose of the plan is given or booked: {says}"
    found = plans.visits_left(case(*facts, *(booked(f"b{n}") for n in range(visits))))
    assert found == ((Bar(told),) if says else ())
    assert plans.visits_left(case()) == ()


def test_a_visit_with_somebody_in_it_is_still_to_come() -> None:
    """Arrived and checked, it counts as booked until its dose is given."""
    for chart, left in ((ready_chart(AT), ()), (without(course_facts(AT, 1), "plan"), ())):
        assert plans.visits_left(Case(chart, adopted(), AT, "v1")) == left
    chart = and_then(ready_chart(AT), (AT - 6 * DAY, plan(sessions=1)))
    told = plans.visits_left(Case(chart, adopted(), AT, "v1"))
    assert told == (Bar("Every dose of the plan is given or booked: 1 of 1"),)


def capped(per_kg: str | None, mg: str | None) -> Protocol:
    """A clinic that set these limits for the injection."""
    limits = {"cap_mg_per_kg": Decimal(per_kg) if per_kg else None, "cap_mg": Decimal(mg) if mg else None}
    routes = {**adopted().routes, "im": replace(adopted().routes["im"], **limits)}
    return replace(adopted(), routes=routes)


TITLE = adopted().routes["im"].title.lower()
FIXED = {"mg_per_kg": None, "fixed": Milligrams(Decimal(40))}


@pytest.mark.parametrize(
    ("changed", "limits", "says"),
    [
        ({}, (None, None), ()),
        ({}, ("0.5", "35"), ()),
        ({}, ("0.49", None), ("0.5 mg/kg is above the limit of 0.49 mg/kg",)),
        ({}, (None, "34.9"), ("35 mg is above the limit of 34.9 mg",)),
        (
            {},
            ("0.4", "30"),
            ("0.5 mg/kg is above the limit of 0.4 mg/kg", "35 mg is above the limit of 30 mg"),
        ),
        (FIXED, ("0.1", "40"), ()),
        (FIXED, (None, "39"), ("40 mg is above the limit of 39 mg",)),
        ({"route": "rectal"}, ("0.1", "1"), ()),
    ],
)
def test_a_dose_stays_within_what_the_clinic_set(
    changed: dict[str, Any], limits: tuple[str | None, str | None], says: tuple[str, ...]
) -> None:
    """Per kilogram, and in milligrams by the weight of this visit; at the limit is within it."""
    weighed = (AT - HOUR, Weighed(visit="v1", weight=Kilograms(Decimal(70)), typed="70 kg"))
    heavier = (AT, Weighed(visit="v2", weight=Kilograms(Decimal(120)), typed="120 kg"))
    told = case((AT - DAY, plan(**changed)), weighed, heavier, protocol=capped(*limits))
    assert ordered.cap(told) == tuple(Bar(f"{one} this clinic set for {TITLE}") for one in says)
    assert ordered.cap(case(protocol=capped("0.1", "1"))) == ()


def test_milligrams_are_not_known_before_the_weight_is() -> None:
    """The limit per kilogram holds all the same."""
    told = case((AT - DAY, plan()), protocol=capped("0.4", "1"))
    says = f"0.5 mg/kg is above the limit of 0.4 mg/kg this clinic set for {TITLE}"
    assert ordered.cap(told) == (Bar(says),)


@pytest.mark.parametrize(
    ("visit", "planned", "says"),
    [
        ("im", "im", ""),
        ("iv", "im", "The visit is booked for {iv} and the plan says {im}"),
        ("rectal", "im", "The visit is booked for rectal and the plan says {im}"),
        ("im", "rectal", "The visit is booked for {im} and the plan says rectal"),
    ],
)
def test_the_dose_goes_the_way_the_plan_says(visit: str, planned: str, says: str) -> None:
    """Both ways by their names; a route that left the protocol by its own word."""
    booking = VisitBooked(visit="v1", starts_at=AT, room="Room 1", route=visit, number=1)
    told = plans.route(case((AT - DAY, plan(route=planned)), (AT - HOUR, booking)))
    words = says.format(**{name: adopted().routes[name].title.lower() for name in ("im", "iv")})
    assert told == ((Bar(words),) if says else ())
    assert plans.route(case((AT - HOUR, booking))) == ()
    assert plans.route(case((AT - DAY, plan(route=planned)))) == ()


def test_a_dose_per_kilogram_waits_for_the_weight_of_this_visit() -> None:
    """The weight of another visit is another day's; a dose in milligrams waits for none."""
    weighed = [
        (AT - HOUR, Weighed(visit=name, weight=Kilograms(Decimal(70)), typed="70 kg"))
        for name in ("v1", "v2")
    ]
    missing = (Bar("The plan is 0.5 mg/kg and the patient has not been weighed for this visit"),)
    assert ordered.weight(case((AT - DAY, plan()))) == missing
    assert ordered.weight(case((AT - DAY, plan()), weighed[1])) == missing
    assert ordered.weight(case((AT - DAY, plan()), weighed[0])) == ()
    assert ordered.weight(case((AT - DAY, plan(**FIXED)))) == ()
    assert ordered.weight(case()) == ()


@pytest.mark.parametrize("value", ["0.5", "0.50", "1", "1.20"])
def test_an_amount_above_its_limit_is_written_plainly(value: str) -> None:
    """No trailing zero."""
    way = capped("0.1", None).routes["im"]
    (says,) = plans.over_cap(way, MgPerKg(Decimal(value)), None)
    assert says.startswith(
        f"{value.rstrip('0') if '.' in value else value} mg/kg is above the limit of 0.1 mg/kg"
    )
