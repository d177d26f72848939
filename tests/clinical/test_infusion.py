"""The pump: settings checked by hand, and milligrams by rates against a second implementation in seconds."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical.entries.drug import RateChanged
from openkap.clinical.infusion import Stretch, by_rates, empty_at, mg_per_hour, pump, rate_line, rounded
from openkap.clinical.quantity import MgPerHour, MgPerMinute, MgPerMl, Milligrams, MlPerHour
from openkap.clinical.refusal import BadInput

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def mg(text: str) -> Milligrams:
    return Milligrams(Decimal(text))


def per_ml(text: str) -> MgPerMl:
    return MgPerMl(Decimal(text))


@pytest.mark.parametrize(
    ("amount", "minutes", "concentration", "line"),
    [
        ("35", 40, "50", "over 40 min: 52.5 mg/h = 1.05 mL/h"),
        ("35", 40, "10", "over 40 min: 52.5 mg/h = 5.25 mL/h"),
        ("34.93", 40, "50", "over 40 min: ≈ 52.4 mg/h ≈ 1.05 mL/h"),
        ("40", 60, None, "over 60 min: 40 mg/h"),
        ("50", 7, None, "over 7 min: ≈ 428.57 mg/h"),
    ],
)
def test_a_pump_setting_is_the_line_a_person_checks(
    amount: str, minutes: int, concentration: str | None, line: str
) -> None:
    """A rounded figure follows "≈"; the mL/h follow from the mg/h shown."""
    strength = per_ml(concentration) if concentration else None
    assert pump(mg(amount), minutes, strength).line == line


@pytest.mark.parametrize("minutes", [0, -1])
def test_no_minutes_are_no_infusion(minutes: int) -> None:
    with pytest.raises(BadInput, match="no length of an infusion"):
        pump(mg("35"), minutes, None)


def test_a_setting_that_rounds_to_nothing_is_refused() -> None:
    """0.01 mg over ten hours would show a pump that stands still."""
    with pytest.raises(BadInput, match="not above nothing"):
        pump(mg("0.01"), 600, None)
    with pytest.raises(BadInput, match="not above nothing"):
        pump(mg("1"), 600, per_ml("50"))


@pytest.mark.parametrize(
    ("rate", "concentration", "exact", "line"),
    [
        (MlPerHour(Decimal("1.05")), "50", "52.5", "1.05 mL/h × 50 mg/mL = 52.5 mg/h"),
        (MgPerHour(Decimal("52.5")), "50", "52.5", "52.5 mg/h = 1.05 mL/h"),
        (MgPerMinute(Decimal("0.875")), "50", "52.5", "0.875 mg/min × 60 min/h = 52.5 mg/h = 1.05 mL/h"),
        (MgPerMinute(Decimal("1")), None, "60", "1 mg/min × 60 min/h = 60 mg/h"),
        (MgPerHour(Decimal("10")), "3", "10", "10 mg/h ≈ 3.33 mL/h"),
    ],
)
def test_a_rate_is_read_in_the_unit_of_the_pump(
    rate: MlPerHour | MgPerHour | MgPerMinute, concentration: str | None, exact: str, line: str
) -> None:
    """mL/h, mg/h or mg/min: the same milligrams, and the line says how."""
    strength = per_ml(concentration) if concentration else None
    assert mg_per_hour(rate, strength) == Fraction(exact)
    assert rate_line(rate, strength) == line


def test_millilitres_an_hour_of_nobody_knows_what_are_refused() -> None:
    with pytest.raises(BadInput, match="which is not charted"):
        mg_per_hour(MlPerHour(Decimal(1)), None)
    with pytest.raises(BadInput, match="not above nothing"):
        mg_per_hour(MgPerHour(Decimal(0)), None)


def test_a_rate_is_one_number_with_one_unit() -> None:
    from openkap.clinical.infusion import typed_rate

    with pytest.raises(AssertionError):
        typed_rate(RateChanged(visit="v", dose="d"))
    assert typed_rate(RateChanged(visit="v", dose="d", mg_per_hour=MgPerHour(Decimal(2)))).unit == "mg/h"


RUN = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 4000)), min_size=1, max_size=8)


@given(run=RUN, until=st.integers(0, 900), filled=st.integers(1, 200))
@settings(max_examples=200, deadline=None)
def test_milligrams_by_rates_are_those_of_a_second_count(
    run: list[tuple[int, int]], until: int, filled: int
) -> None:
    """Second by second, in integers: the same milligrams, never more than was drawn up."""
    run = sorted(run, key=lambda pair: pair[0])
    stretches = [Stretch(AT + timedelta(seconds=s), Fraction(rate, 100)) for s, rate in run]
    hundredths_times_3600 = 0
    for second in range(until):
        running = [rate for since, rate in run if since <= second]
        hundredths_times_3600 += running[-1] if running else 0
    expected = min(Fraction(hundredths_times_3600, 360_000), Fraction(filled))
    at = AT + timedelta(seconds=until)
    assert by_rates(stretches, at, mg(str(filled))) == expected
    low, high = rounded(expected) - Decimal("0.005"), rounded(expected) + Decimal("0.005")
    assert Fraction(low) <= expected <= Fraction(high)


def test_the_syringe_is_empty_when_the_rate_says_so() -> None:
    """35 mg at 52.5 mg/h: 40 minutes; slowed to half after 20: an hour; paused: nobody knows."""
    full = [Stretch(AT, Fraction("52.5"))]
    minute = timedelta(minutes=1)
    assert empty_at(full, AT + 10 * minute, mg("35")) == AT + 40 * minute
    slowed = [*full, Stretch(AT + 20 * minute, Fraction("26.25"))]
    assert empty_at(slowed, AT + 20 * minute, mg("35")) == AT + 60 * minute
    assert empty_at([*full, Stretch(AT + minute, Fraction(0))], AT + 2 * minute, mg("35")) is None
    assert empty_at(full, AT - minute, mg("35")) is None
    assert empty_at(full, AT + 90 * minute, mg("35")) == AT + 40 * minute
