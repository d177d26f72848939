"""Each dose of a visit as it stands: the pump, the lozenge, the spray, and entries of earlier days."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.answers import Visit
from openkap.clinical.doses import Dose
from openkap.clinical.dosing import home_from, visits
from openkap.clinical.entries.dosing import DoseEnded, DoseGiven
from openkap.clinical.entries.drug import (
    DeviceUsed,
    HoldEnded,
    InfusionPaused,
    InfusionResumed,
    RateChanged,
)
from openkap.clinical.entries.kind import from_body, to_body
from openkap.clinical.quantity import MgPerHour, MgPerMl, Milligrams, MlPerHour
from tests.clinical.charts import HOUR, MINUTE, adopted, and_then, given, ready_chart

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def mg(text: str) -> Milligrams:
    return Milligrams(Decimal(text))


def stands(at: datetime, *facts: tuple[datetime, Any], route: str = "iv") -> Visit:
    found = visits(and_then(ready_chart(AT, route), *facts), adopted(), at)
    return next(one for one in found if one.id == "v1")


def dose_of(at: datetime, *facts: tuple[datetime, Any], route: str = "iv") -> Dose:
    return stands(at, *facts, route=route).doses[-1]


INFUSION = (AT, given("v1", route="iv", dose="d1", concentration=MgPerMl(Decimal(50))))
SLOWER = (AT + 20 * MINUTE, RateChanged(visit="v1", dose="d1", ml_per_hour=MlPerHour(Decimal("0.525"))))
PAUSED = (AT + 10 * MINUTE, InfusionPaused(visit="v1", dose="d1", reason="nausea"))
RESUMED = (AT + 14 * MINUTE, InfusionResumed(visit="v1", dose="d1"))


def test_planned_and_pumped_are_two_figures() -> None:
    """By the rates 35 mg after 40 min; the pump says 33.4: both are kept, and what the pump says counts."""
    end = (AT + 40 * MINUTE, DoseEnded(visit="v1", given=mg("33.4"), dose="d1"))
    over = dose_of(AT + HOUR, INFUSION, end)
    assert (over.by_rates(AT + HOUR), over.says, over.given) == (
        Decimal("35.00"),
        mg("33.4"),
        Decimal("33.4"),
    )
    assert not over.open and over.last_drug_at == AT + 40 * MINUTE


@pytest.mark.parametrize(
    ("minute", "expected"),
    [(0, "0"), (20, "17.5"), (40, "35"), (41, "35"), (600, "35")],
)
def test_milligrams_by_the_clock_stop_at_what_was_drawn_up(minute: int, expected: str) -> None:
    assert dose_of(AT + minute * MINUTE, INFUSION).by_rates(AT + minute * MINUTE) == Decimal(expected)


def test_a_slower_rate_moves_the_end() -> None:
    """Halved after 20 of 40 min: 26.25 mg at the minute it was meant to end, empty at 60."""
    dose = dose_of(AT + 40 * MINUTE, INFUSION, SLOWER)
    assert dose.by_rates(AT + 40 * MINUTE) == Decimal("26.25")
    assert dose.empty_at(AT + 40 * MINUTE) == AT + 60 * MINUTE


def test_a_pause_gives_nothing() -> None:
    """Four minutes of pause: 3.5 mg less, and the end four minutes later."""
    held = dose_of(AT + 12 * MINUTE, INFUSION, PAUSED)
    assert held.paused and held.open and held.empty_at(AT + 12 * MINUTE) is None
    on = dose_of(AT + 40 * MINUTE, INFUSION, PAUSED, RESUMED)
    assert (on.by_rates(AT + 40 * MINUTE), on.paused) == (Decimal("31.5"), False)
    assert on.empty_at(AT + 40 * MINUTE) == AT + 44 * MINUTE


def test_a_rate_set_during_a_pause_runs_from_the_moment_it_goes_on() -> None:
    changed = (AT + 11 * MINUTE, RateChanged(visit="v1", dose="d1", mg_per_hour=MgPerHour(Decimal(30))))
    held = dose_of(AT + 13 * MINUTE, INFUSION, PAUSED, changed)
    assert held.paused and held.by_rates(AT + 13 * MINUTE) == Decimal("8.75")
    on = dose_of(AT + 24 * MINUTE, INFUSION, PAUSED, changed, RESUMED)
    assert on.by_rates(AT + 24 * MINUTE) == Decimal("13.75")


def test_each_dose_of_a_visit_has_its_own_rates_and_end() -> None:
    """What is written of the booster never touches the first dose."""
    booster = given("v1", "10", route="iv", dose="d2", minutes=10, booster=True)
    facts = (
        INFUSION,
        (AT + 40 * MINUTE, DoseEnded(visit="v1", given=mg("34"), dose="d1")),
        (AT + 50 * MINUTE, booster),
        (AT + 52 * MINUTE, InfusionPaused(visit="v1", dose="d2", reason="asked to")),
    )
    found = stands(AT + 55 * MINUTE, *facts)
    first, second = found.doses
    assert (first.given, second.by_rates(AT + 55 * MINUTE), second.booster) == (Decimal(34), Decimal(2), True)
    assert (found.phase, found.given_mg, found.last_drug_at) == ("dosing", Decimal(44), None)
    assert [one.open for one in found.doses] == [False, True]
    done = (AT + 60 * MINUTE, DoseEnded(visit="v1", given=mg("2"), dose="d2"))
    over = stands(AT + 61 * MINUTE, *facts, done)
    assert (over.given_mg, over.last_drug_at, over.phase) == (Decimal(36), AT + 60 * MINUTE, "peak watch")
    assert home_from(over, adopted()) == AT + 150 * MINUTE


def test_a_booster_puts_no_check_off() -> None:
    """The check was due at 10:10; a booster at 10:09 leaves it due then."""
    facts = ((AT, given("v1")), (AT + 9 * MINUTE, given("v1", "20", booster=True)))
    assert stands(AT + 9 * MINUTE, *facts, route="im").next_check_at == AT + 10 * MINUTE


def test_an_end_without_a_name_is_of_the_dose_begun_last() -> None:
    """As charts of earlier days have it: two doses, each with its own end."""
    facts = (
        (AT, given("v1", route="iv")),
        (AT + 20 * MINUTE, DoseEnded(visit="v1", given=mg("18"))),
        (AT + 30 * MINUTE, given("v1", "10", route="iv")),
        (AT + 40 * MINUTE, DoseEnded(visit="v1", given=mg("9"))),
    )
    assert [dose.given for dose in stands(AT + HOUR, *facts).doses] == [Decimal(18), Decimal(9)]


@pytest.mark.parametrize("then", ["swallowed", "spat out"])
def test_a_lozenge_is_held_until_somebody_says_otherwise(then: str) -> None:
    """The clock alone ends nothing: the prescriber's minutes are a mark, the record is the end."""
    lozenge = (AT, given("v1", "100", route="sublingual", dose="d1", hold_minutes=12, after_hold="spit"))
    held = stands(AT + 20 * MINUTE, lozenge)
    assert (held.phase, held.doses[0].hold_until, held.doses[0].open) == ("dosing", AT + 12 * MINUTE, True)
    over = stands(AT + 20 * MINUTE, lozenge, (AT + 13 * MINUTE, HoldEnded(visit="v1", dose="d1", then=then)))
    assert (over.phase, over.doses[0].then, over.last_drug_at) == ("peak watch", then, AT + 13 * MINUTE)
    assert over.given_mg == Decimal(100)


def test_a_lozenge_of_earlier_days_has_no_holding() -> None:
    assert not dose_of(AT, (AT, given("v1", "100", route="sublingual"))).open


def test_sprays_are_counted_device_by_device() -> None:
    """84 mg are three devices; after two the dose is open and 56 mg are in; the clock is from the last."""
    order = (AT, given("v1", "84", route="intranasal", dose="d1", device=mg("28")))
    used = [
        (AT + 5 * n * MINUTE, DeviceUsed(visit="v1", dose="d1", number=n + 1, amount=mg("28"), lot="L"))
        for n in range(3)
    ]
    two = stands(AT + 7 * MINUTE, order, *used[:2])
    assert (two.given_mg, two.phase, two.doses[0].devices_ordered) == (Decimal(56), "dosing", 3)
    three = stands(AT + 11 * MINUTE, order, *used)
    assert (three.given_mg, three.phase, three.last_drug_at) == (Decimal(84), "peak watch", AT + 10 * MINUTE)
    ended = (AT + 8 * MINUTE, DoseEnded(visit="v1", given=mg("56"), dose="d1", early=True, reason="declined"))
    early = stands(AT + 9 * MINUTE, order, *used[:2], ended)
    assert (early.given_mg, early.last_drug_at, early.phase) == (Decimal(56), AT + 5 * MINUTE, "peak watch")


def test_fields_added_later_leave_old_entries_as_they_were_written() -> None:
    """The body of a dose without them has not one key more, so its hash still holds."""
    old = {"visit": "v1", "route": "im", "amount": "35", "minutes": 0, "lot": "", "arithmetic": ""}
    assert to_body(from_body("dose-given", old)) == old
    end = {"visit": "v1", "given": "35", "early": False, "reason": ""}
    assert to_body(from_body("dose-ended", end)) == end
    assert isinstance(from_body("dose-given", old), DoseGiven)
