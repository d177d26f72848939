"""Before a dose its drug is out of the cupboard: enough of it, by what is written and not yet gone again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.entries.balance import DrugDrawn, DrugReturned, DrugWasted, VarianceRecorded
from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.formulary import PresentationSet
from openkap.clinical.formulary import Formulary, Lot
from openkap.clinical.gates import verdict
from openkap.clinical.quantity import Milligrams
from tests.clinical.charts import adopted, and_then, chart_of, given, ready_chart, ready_facts

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = "dose-taken-out"
NOTHING = "Nothing is recorded as taken out of the drug cupboard for this dose"
VIAL = PresentationSet(
    presentation="p", title="Ketamine", routes=("im",), unit=Milligrams(Decimal(500)), drug="racemic"
)


def asked(chart: Any, *, routes: tuple[str, ...] = ("im",), lots: bool = True) -> str:
    """What the rule says against a dose at AT, in a clinic with one lot for these routes; "" for nothing."""
    lot = Lot("l1", "A1", date(2027, 1, 1), replace(VIAL, routes=routes))
    protocol = replace(adopted(), formulary=Formulary(lots={"l1": lot} if lots else {}))
    because = verdict("start-dose", chart, protocol, AT, "v1").because
    return next((one.says for one in because if one.rule == RULE), "")


def after(*facts: Any) -> str:
    """The same, with these facts in the quarter of an hour before the dose."""
    return asked(and_then(ready_chart(AT), *((AT - MINUTE, fact) for fact in facts)))


def drawn(micrograms: int, units: int = 1) -> DrugDrawn:
    return DrugDrawn(visit="v1", lot="l1", number="A1", units=units, each=micrograms)


def test_a_dose_that_nobody_took_out_is_not_given() -> None:
    """In a clinic that has lots for the route; one without any, or for other routes alone, is not asked."""
    chart = ready_chart(AT)
    assert asked(chart) == NOTHING
    assert asked(chart, lots=False) == asked(chart, routes=("iv",)) == ""


@pytest.mark.parametrize(
    ("micrograms", "units", "says"),
    [
        (35_000, 1, ""),
        (34_999, 1, "34.999 mg is left of what was taken out, and the dose is 35 mg"),
        (17_500, 2, ""),
        (17_499, 2, "34.998 mg is left of what was taken out, and the dose is 35 mg"),
    ],
)
def test_what_is_out_is_enough_for_the_dose(micrograms: int, units: int, says: str) -> None:
    """To the microgram."""
    assert after(drawn(micrograms, units)) == says


def test_what_is_gone_again_counts_no_more() -> None:
    """Put back, thrown away though nobody signed yet, given, or answered for as missing."""
    chart = and_then(ready_chart(AT), (AT - 5 * MINUTE, drawn(40_000)))
    of = str(chart.entries[-1].id)
    gone = (
        DrugReturned(visit="v1", drawn=of, units=1),
        DrugWasted(visit="v1", drawn=of, micrograms=5_001, how="Into the gel"),
        VarianceRecorded(visit="v1", micrograms=5_001, reason="Broke", incident="i", owner="o"),
    )
    assert asked(chart) == ""
    for fact in gone:
        assert "is left of what was taken out" in asked(and_then(chart, (AT - MINUTE, fact)))
    less = DrugWasted(visit="v1", drawn=of, micrograms=5_000, how="Into the gel")
    assert asked(and_then(chart, (AT - MINUTE, less))) == ""
    assert asked(and_then(chart, (AT - MINUTE, given("v1")))) == ""  # no booster is ordered


def test_a_home_has_its_own_count() -> None:
    """The medicine was sent; nothing leaves the clinic's cupboard on the day."""
    facts = [
        (at, replace(fact, place="home") if isinstance(fact, VisitBooked) else fact)
        for _, at, fact in ready_facts(AT, "im")
    ]
    assert asked(chart_of(facts)) == ""
