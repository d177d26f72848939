"""A correction is a new entry: the first stays, the reason stands beside it, and policy says whose it is."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import correcting, dosing
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven, VitalSigns
from openkap.clinical.entries.room import Corrected
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.policy import Principal
from tests.actions.day import dosed
from tests.conftest import AT

LATER = AT + timedelta(minutes=10)
SIGNS = {"systolic": Decimal(150), "diastolic": Decimal(70)}


@pytest.fixture
def visiting(ready: Telling) -> Visiting:
    """The infusion runs since AT."""
    return dosed(ready)


@pytest.fixture
def signs(visiting: Visiting) -> Entry:
    """150/70, charted by the session monitor at LATER."""
    staff, chart = visiting.telling.staff, visiting.telling.chart
    return dosing.chart_vitals(staff.monitor, chart, at=LATER, visit=visiting.visit, **SIGNS)


def corrects(visiting: Visiting, wrong: Entry, who: Principal | None = None, **terms: Any) -> Entry:
    fields: dict[str, Any] = {"reason": "Read the wrong line", "changed": {"systolic": Decimal(130)}}
    return correcting.correct(
        who or visiting.telling.staff.monitor,
        visiting.telling.chart,
        **{"at": LATER + timedelta(minutes=2), "visit": visiting.visit, "entry": str(wrong.id)}
        | fields
        | terms,
    )


def other(visiting: Visiting) -> Principal:
    return replace(visiting.telling.staff.monitor, user="00000000-0000-4000-8000-000000000001")


def stands(chart: Chart) -> tuple[Any, Any]:
    entry = chart.latest(VitalSigns)
    return entry.fact.systolic, entry.effective_at


def test_the_first_value_stays_and_the_second_stands(visiting: Visiting, signs: Entry) -> None:
    """At the time it was charted for; the reason names the entry that was wrong."""
    corrects(visiting, signs)
    chart = visiting.telling.folded()
    assert stands(chart) == (130, LATER)
    assert signs in chart.entries
    assert [(f.entry, f.reason) for f in chart.facts(Corrected)] == [(str(signs.id), "Read the wrong line")]


def test_a_time_alone_can_be_corrected(visiting: Visiting, signs: Entry) -> None:
    """The value stays, the moment moves."""
    corrects(visiting, signs, changed={}, effective_at=AT + timedelta(minutes=7))
    assert stands(visiting.telling.folded()) == (150, AT + timedelta(minutes=7))


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"changed": {}}, "nothing was changed"),
        ({"changed": {"systolic": Decimal(150)}}, "nothing was changed"),
        ({"reason": ""}, "nothing is written"),
        ({"changed": {"visit": "another"}}, "not corrected by typing"),
        ({"changed": {"systolic": Decimal(70)}}, "not below the systolic"),
        ({"changed": {"systolic": None}}, "two numbers"),
        ({"changed": {"systolic": Decimal(900)}}, "outside what"),
        ({"entry": "00000000-0000-4000-8000-000000000001"}, "no such entry"),
        ({"entry": "the first one"}, "no such entry"),
    ],
)
def test_what_cannot_stand_is_refused(
    visiting: Visiting, signs: Entry, terms: dict[str, Any], says: str
) -> None:
    """The same bounds as when it was charted, and nothing is written."""
    before = visiting.telling.folded().seq
    with pytest.raises(BadInput, match=says):
        corrects(visiting, signs, **terms)
    assert visiting.telling.folded().seq == before


def test_whose_it_is_to_correct(visiting: Visiting, signs: Entry) -> None:
    """One's own, or anybody's by a prescriber; what a correction replaced is no longer there to correct."""
    with pytest.raises(BadInput, match="not yours"):
        corrects(visiting, signs, other(visiting))
    second = corrects(visiting, signs, visiting.telling.staff.prescriber)
    with pytest.raises(BadInput, match="no such entry"):
        corrects(visiting, signs)
    with pytest.raises(BadInput, match="not yours"):
        corrects(visiting, second, changed={"systolic": Decimal(131)})


def test_taken_out_it_no_longer_stands_and_is_still_there(visiting: Visiting, signs: Entry) -> None:
    """The values before it are the newest again."""
    telling = visiting.telling
    fields = {"visit": visiting.visit, "entry": str(signs.id), "reason": "Another patient's"}
    correcting.take_out(telling.staff.monitor, telling.chart, at=LATER + timedelta(minutes=1), **fields)
    chart = telling.folded()
    assert signs not in chart.all(VitalSigns)
    assert signs in chart.entries
    assert chart.facts(Corrected)[-1].void


def test_a_dose_is_taken_out_by_a_prescriber_alone(visiting: Visiting) -> None:
    """Its amount is corrected by whoever gave it; the sum that was worked out goes with the old one."""
    telling, at = visiting.telling, LATER + timedelta(minutes=1)
    (dose,) = telling.folded().all(DoseGiven)
    fields = {"visit": visiting.visit, "entry": str(dose.id), "reason": "Another patient's"}
    with pytest.raises(BadInput, match="not yours"):
        correcting.take_out(telling.staff.monitor, telling.chart, at=at, **fields)
    corrects(visiting, dose, changed={"amount": Milligrams(Decimal(30))})
    (now,) = telling.folded().all(DoseGiven)
    assert (now.fact.amount, now.fact.arithmetic) == (Milligrams(Decimal(30)), "")
    fields["entry"] = str(now.id)
    correcting.take_out(telling.staff.prescriber, telling.chart, at=at + timedelta(minutes=5), **fields)
    assert not telling.folded().all(DoseGiven)
