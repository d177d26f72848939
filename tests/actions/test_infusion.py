"""The pump, the vein, the lozenge and the spray: what is recorded, and what cannot be meant."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import dosing
from openkap.clinical.doses import Dose
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.drug import DeviceUsed, RateChanged, SiteChecked
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.quantity import MgPerHour, MgPerMinute, Milligrams, MlPerHour
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.ledger import Draft, append
from tests.actions.day import booked, dosed
from tests.conftest import AT

MINUTE = timedelta(minutes=1)


def does(visiting: Visiting, act: Any, minute: float, **fields: Any) -> Any:
    telling = visiting.telling
    at = AT + minute * MINUTE
    return act(telling.staff.monitor, telling.chart, at=at, visit=visiting.visit, **fields)


def dose(visiting: Visiting, minute: float) -> Dose:
    (found,) = (v for v in visiting.telling.status(AT + minute * MINUTE).visits if v.id == visiting.visit)
    last: Dose = found.doses[-1]
    return last


@pytest.mark.parametrize(
    ("rate", "line"),
    [
        (MlPerHour(Decimal("0.5")), "0.5 mL/h × 50 mg/mL = 25 mg/h"),
        (MgPerHour(Decimal("25")), "25 mg/h = 0.5 mL/h"),
        (MgPerMinute(Decimal("0.5")), "0.5 mg/min × 60 min/h = 30 mg/h = 0.6 mL/h"),
    ],
)
def test_a_rate_is_kept_as_it_was_read(ready: Telling, rate: Any, line: str) -> None:
    """One of the three units, its sum beside it, and the milligrams by rates follow."""
    visiting = dosed(ready)
    fact = does(visiting, dosing.change_rate, 10, rate=rate, reason="Dizzy").fact
    assert (fact.arithmetic, fact.dose) == (line, dose(visiting, 10).id)
    kept = [one for one in (fact.ml_per_hour, fact.mg_per_hour, fact.mg_per_minute) if one]
    assert kept == [rate]
    before, after = (dose(visiting, minute).by_rates(AT + minute * MINUTE) for minute in (10, 22))
    assert after - before == Decimal(line.split(" mg/h")[0].split()[-1]) / 5


def test_a_pump_is_paused_once_and_resumed_once(ready: Telling) -> None:
    visiting = dosed(ready)
    with pytest.raises(BadInput, match="not paused"):
        does(visiting, dosing.resume, 5)
    with pytest.raises(BadInput, match="reason"):
        does(visiting, dosing.pause, 5, reason=" ")
    does(visiting, dosing.pause, 5, reason="Nausea")
    with pytest.raises(BadInput, match="paused already"):
        does(visiting, dosing.pause, 6, reason="Nausea")
    does(visiting, dosing.resume, 7)
    assert not dose(visiting, 8).paused


def test_what_the_pump_did_may_be_charted_late(ready: Telling) -> None:
    """At the time it happened, never before the dose or the pause it ends."""
    visiting = dosed(ready)
    began = dose(visiting, 5).began_at
    with pytest.raises(BadInput, match="before the dose began"):
        does(visiting, dosing.pause, 20, reason="Nausea", effective_at=began - MINUTE)
    does(visiting, dosing.pause, 20, reason="Nausea", effective_at=AT + 8 * MINUTE)
    with pytest.raises(BadInput, match="before it was paused"):
        does(visiting, dosing.resume, 21, effective_at=AT + 7 * MINUTE)
    stood = dose(visiting, 20).by_rates(AT + 20 * MINUTE)
    assert stood == dose(visiting, 20).by_rates(AT + 8 * MINUTE) > 0
    does(visiting, dosing.resume, 21, effective_at=AT + 8 * MINUTE)
    assert dose(visiting, 22).by_rates(AT + 20 * MINUTE) > stood


def test_nothing_is_pumped_where_nothing_runs(ready: Telling) -> None:
    """Before the dose and after its end there is no pump to set; a vein may be looked at all the same."""
    visiting = booked(ready)
    for act, fields in (
        (dosing.change_rate, {"rate": MgPerHour(Decimal(10))}),
        (dosing.pause, {"reason": "x"}),
        (dosing.end_dose, {"given": Milligrams(Decimal(1))}),
        (dosing.end_hold, {"then": "swallowed"}),
        (dosing.use_device, {"lot": "E1"}),
    ):
        with pytest.raises(BadInput, match="no dose is running"):
            does(visiting, act, 1, **fields)
    fact = does(visiting, dosing.check_site, 1, pain=False, swelling=True, note="Moved").fact
    assert fact == SiteChecked(visit=visiting.visit, pain=False, swelling=True, note="Moved")


def test_an_infusion_is_no_lozenge_and_no_spray(ready: Telling) -> None:
    visiting = dosed(ready)
    with pytest.raises(BadInput, match="nothing is held"):
        does(visiting, dosing.end_hold, 1, then="swallowed")
    with pytest.raises(BadInput, match="no nasal device"):
        does(visiting, dosing.use_device, 1, lot="E1")
    with pytest.raises(BadInput, match="not above nothing"):
        does(visiting, dosing.change_rate, 1, rate=MgPerHour(Decimal(0)))
    assert visiting.telling.folded().facts(RateChanged) == []


def opened(telling: Telling, **fact: Any) -> Visiting:
    """A dose by another route, as its entry would be."""
    visiting = booked(telling)
    given = DoseGiven(visit=visiting.visit, dose="d1", lot="E1", **fact)
    append([Draft(f"chart:{telling.chart}", given, AT)], author="nurse", via="test", at=AT)
    return visiting


def test_a_lozenge_ends_by_what_was_done_with_it(ready: Telling) -> None:
    """Whatever was planned; anything else than the two words is refused."""
    lozenge = {"route": "sublingual", "amount": Milligrams(Decimal(100)), "hold_minutes": 10}
    visiting = opened(ready, **lozenge, after_hold="spit")
    with pytest.raises(BadInput, match="not known here"):
        does(visiting, dosing.end_hold, 9, then="lost")
    with pytest.raises(BadInput, match="no infusion"):
        does(visiting, dosing.pause, 9, reason="x")
    does(visiting, dosing.end_hold, 9, then="swallowed")
    assert (dose(visiting, 9).then, dose(visiting, 9).open) == ("swallowed", False)


@pytest.mark.parametrize(("minute", "left"), [(0.5, "4 min 30 s"), (4.99, "0 min 01 s")])
def test_a_nasal_device_waits_for_its_gap(ready: Telling, minute: float, left: str) -> None:
    """Refused with what is left; at five minutes it is taken; what has happened is recorded, with a task."""
    spray = {"route": "intranasal", "amount": Milligrams(Decimal(84)), "device": Milligrams(Decimal(28))}
    visiting = opened(ready, **spray)
    first = DeviceUsed(visit=visiting.visit, dose="d1", number=1, amount=Milligrams(Decimal(28)), lot="E1")
    append([Draft(f"chart:{ready.chart}", first, AT)], author="nurse", via="test", at=AT)
    with pytest.raises(BadInput, match=f"5 min between two devices: {left} left"):
        does(visiting, dosing.use_device, minute, lot="E2")
    with pytest.raises(BadInput, match="lot"):
        does(visiting, dosing.use_device, 5, lot=" ")
    does(visiting, dosing.use_device, 5, lot="E2")
    assert ready.folded().facts(TaskOpened) == []
    late = does(visiting, dosing.use_device, 6, lot="E3", already_given=True).fact
    assert late.number == 3 and "left" in late.against
    assert "used too soon" in ready.folded().latest(TaskOpened).fact.what
    assert (dose(visiting, 6).given, dose(visiting, 6).open) == (Decimal(84), False)
