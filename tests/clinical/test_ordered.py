"""The next dose as ordered: which weight, what it comes to, boosters and their wait; and who stands by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.confirming import confirmed, prepared
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.drug import DoseConfirmed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.entries.words import BoosterOrder
from openkap.clinical.ordered import given_already, order, weight, worked_out
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams
from tests.clinical.charts import (
    DAY,
    MINUTE,
    Fact,
    adopted,
    and_then,
    countersigned,
    day_facts,
    ended,
    given,
    plan,
    prepared_facts,
    refused,
    sum_confirmed,
    sum_made,
    vitals,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
FIFTY = MgPerMl(Decimal(50))
BOOSTER = BoosterOrder(count=2, after_minutes=15, mg_per_kg=MgPerKg(Decimal("0.25")))


def facts(route: str = "im", **changed: Any) -> list[Fact]:
    tall = ("height", AT - 9 * DAY, Measurement(what="height", value=Decimal(170), unit="cm"))
    return [*prepared_facts(AT, route=route, **changed), tall, *day_facts(AT, route=route)]


def case(chart: Chart, at: datetime = AT) -> Case:
    return Case(chart, adopted(), at, "v1")


@pytest.mark.parametrize(
    ("weight_by", "line", "beside"),
    [
        (
            None,
            "0.5 mg/kg × 70 kg = 35 mg",
            "Not ordered, to compare: by ideal body weight 0.5 mg/kg × 61.44 kg = 30.72 mg",
        ),
        (
            "actual",
            "0.5 mg/kg × 70 kg = 35 mg",
            "Not ordered, to compare: by ideal body weight 0.5 mg/kg × 61.44 kg = 30.72 mg",
        ),
        (
            "ideal",
            "0.5 mg/kg × 61.44 kg ideal body weight = 30.72 mg",
            "Not ordered, to compare: by the weight as measured 0.5 mg/kg × 70 kg = 35 mg",
        ),
    ],
)
def test_the_plan_names_the_weight_and_both_are_shown(weight_by: str | None, line: str, beside: str) -> None:
    """A plan of earlier days, which names none, takes the weight as measured."""
    found = worked_out(case(without(facts(weight_by=weight_by))), None)
    assert found is not None
    assert found.line.startswith(line) and found.beside.startswith(beside)


def test_without_a_height_an_order_by_ideal_weight_waits_for_it() -> None:
    """It never falls back to the scale."""
    chart = without(facts(weight_by="ideal"), "height")
    assert worked_out(case(chart), FIFTY) is None
    (bar,) = weight(case(chart))
    assert bar.says == "The plan is 0.5 mg/kg of ideal body weight, and no height is on file"
    assert list(refused(chart, "start-dose", AT)) == ["weight-today"]


def test_every_part_of_a_sum_makes_it_another_calculation() -> None:
    """Strength, lot, weighing, plan: each changes the digest, and the same asked twice does not."""
    chart = without(facts())
    made = worked_out(case(chart), FIFTY, "L1")
    again = worked_out(case(chart), FIFTY, "L1")
    assert made and again and made.calculation == again.calculation
    again_weighed = and_then(chart, (AT, Weighed(visit="v1", weight=Kilograms(Decimal(70)), typed="70 kg")))
    planned_again = and_then(chart, (AT, plan()), (AT, countersigned()))
    others = (
        worked_out(case(chart), MgPerMl(Decimal(10)), "L1"),
        worked_out(case(chart), FIFTY, "L2"),
        worked_out(case(again_weighed), FIFTY, "L1"),
        worked_out(case(planned_again), FIFTY, "L1"),
    )
    kept = {other.calculation for other in others if other}
    assert len(kept) == len(others) and made.calculation not in kept


def boosted(*more: tuple[datetime, Any]) -> Chart:
    return and_then(without(facts(booster=BOOSTER)), (AT, given("v1", dose="d1")), *more)


@pytest.mark.parametrize(
    ("seconds", "says"), [(15 * 60, ""), (15 * 60 - 1, "1 min left"), (0, "15 min left")]
)
def test_a_booster_waits_for_the_plans_own_minutes(seconds: int, says: str) -> None:
    """At the minute itself it may be given; a second before not."""
    bars = given_already(case(boosted(), AT + timedelta(seconds=seconds)))
    assert [says in bar.says for bar in bars] == [True] * bool(says)


def test_boosters_end_with_the_allowance() -> None:
    """Two are ordered; the third is refused by name; each is worked out by its own amount."""
    later = AT + 60 * MINUTE
    one = boosted()
    found = order(case(one, later))
    assert found and (found.number, found.booster, str(found.per_kg)) == (2, True, "0.25 mg/kg")
    sum_ = worked_out(case(one, later), FIFTY)
    assert sum_ and sum_.amount == Milligrams(Decimal("17.5"))
    three = boosted(
        (AT + 20 * MINUTE, given("v1", "17.5", dose="d2", booster=True)),
        (AT + 40 * MINUTE, given("v1", "17.5", dose="d3", booster=True)),
    )
    assert order(case(three, later)) is None
    (bar,) = given_already(case(three, later))
    assert bar.says == "Every booster of the plan has been given in this visit: 2 of 2"


def test_without_an_order_there_is_no_second_dose() -> None:
    chart = and_then(without(facts()), (AT, given("v1")))
    (bar,) = given_already(case(chart, AT + 60 * MINUTE))
    assert bar.says == "A dose has already been given in this visit, and the plan allows no booster"


def test_nothing_is_added_while_a_dose_runs() -> None:
    """Its end comes first."""
    extra = replace(BOOSTER, minutes=10)
    chart = and_then(without(facts("iv", booster=extra)), (AT, given("v1", route="iv", dose="d1")))
    (bar,) = given_already(case(chart, AT + 60 * MINUTE))
    assert bar.says == "A dose is in progress: its end comes before a booster"
    over = and_then(chart, (AT + 40 * MINUTE, ended("v1")))
    assert given_already(case(over, AT + 55 * MINUTE)) == ()


def test_a_booster_passes_the_whole_gate_again_and_counts_as_no_dose_of_the_plan() -> None:
    """Pressure, second person and all; the last dose of a plan may have its booster."""
    at = AT + 20 * MINUTE
    chart = and_then(without(facts(booster=BOOSTER, sessions=1)), (AT, given("v1", dose="d1")))
    assert set(refused(chart, "start-dose", at)) == {"blood-pressure-before-dose", "dose-second-person"}
    ready = and_then(chart, (at, vitals("v1")), (at, sum_made("v1")), (at, sum_confirmed("v1")))
    assert refused(ready, "start-dose", at) == {}


@pytest.mark.parametrize(
    ("changed", "stands"),
    [({}, True), ({"amount": Milligrams(Decimal("35.01"))}, False), ({"calculation": "another"}, False)],
)
def test_a_confirmation_is_of_one_sum_and_one_number(changed: dict[str, Any], stands: bool) -> None:
    chart = without(facts(), "second")
    made = prepared(case(chart))
    assert made is not None and made.confirmed is None
    typed = {
        "calculation": made.entry.fact.calculation,
        "amount": made.entry.fact.amount,
        "role": "prescriber",
    }
    done = and_then(chart, (AT, DoseConfirmed(visit="v1", **typed | changed)))
    assert (confirmed(case(done)) == ()) is stands
