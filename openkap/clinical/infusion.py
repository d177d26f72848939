"""What a pump gives: rates as they are read from it, and milligrams by the rates that were recorded.

Rates and sums are exact fractions inside; a figure is rounded once, half up to 0.01, where it is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from openkap.clinical.entries.drug import RateChanged
from openkap.clinical.quantity import (
    MgPerHour,
    MgPerMinute,
    MgPerMl,
    Milligrams,
    MlPerHour,
    plain,
)
from openkap.clinical.refusal import BadInput

_MINUTES_PER_HOUR = 60
_HOUR, _MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)
_STEPS = 100
"""A hundredth is what every figure is rounded to."""

Rate = MlPerHour | MgPerHour | MgPerMinute


@dataclass(frozen=True, slots=True)
class PumpSum:
    """How a pump is set, e.g. "over 40 min: 52.5 mg/h = 1.05 mL/h"."""

    mg_per_hour: MgPerHour
    ml_per_hour: MlPerHour | None
    line: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since` on the pump gives so many mg/h, until the next stretch begins."""

    since: datetime
    mg_per_hour: Fraction


def rounded(exact: Fraction) -> Decimal:
    """To 0.01, half up. `exact` is nothing or more."""
    hundredths = (2 * _STEPS * exact + 1) // 2
    return Decimal(hundredths).scaleb(-2)


def pump(amount: Milligrams, minutes: int, concentration: MgPerMl | None) -> PumpSum:
    """The setting that gives `amount` evenly over the minutes. The mL/h follow from the mg/h shown."""
    exact = even_rate(amount, minutes)
    per_hour = MgPerHour(_above_nothing(rounded(exact), "minutes"))
    line = f"over {minutes} min: {_sign(exact, per_hour.value)}{per_hour}"
    if concentration is None:
        return PumpSum(per_hour, None, line)
    exact_ml = Fraction(per_hour.value) / Fraction(concentration.value)
    ml = MlPerHour(_above_nothing(rounded(exact_ml), "concentration"))
    sign = "=" if Fraction(ml.value) == exact_ml else "≈"
    return PumpSum(per_hour, ml, f"{line} {sign} {ml}")


def even_rate(amount: Milligrams, minutes: int) -> Fraction:
    """mg/h that give the amount in these minutes. BadInput when there are none."""
    if minutes <= 0:
        raise BadInput("minutes", f"{minutes} min is no length of an infusion", "Write whole minutes")
    return Fraction(amount.value) * _MINUTES_PER_HOUR / minutes


def typed_rate(change: RateChanged) -> Rate:
    """The one rate that was read from the pump."""
    given = [one for one in (change.ml_per_hour, change.mg_per_hour, change.mg_per_minute) if one is not None]
    assert len(given) == 1, "a rate is one number with one unit"
    return given[0]


def mg_per_hour(rate: Rate, concentration: MgPerMl | None) -> Fraction:
    """The rate in mg/h, exactly. BadInput for mL/h of a concentration nobody wrote down."""
    _above_nothing(rate.value, "rate")
    if isinstance(rate, MgPerHour):
        return Fraction(rate.value)
    if isinstance(rate, MgPerMinute):
        return Fraction(rate.value) * _MINUTES_PER_HOUR
    if concentration is None:
        raise BadInput("rate", f"{rate} needs the mg/mL of the syringe, which is not charted", "Write mg/h")
    return Fraction(rate.value) * Fraction(concentration.value)


def rate_line(rate: Rate, concentration: MgPerMl | None) -> str:
    """A rate in every unit that can be checked by hand: "1.05 mL/h × 50 mg/mL = 52.5 mg/h"."""
    exact = mg_per_hour(rate, concentration)
    shown = MgPerHour(rounded(exact))
    sign = "=" if Fraction(shown.value) == exact else "≈"
    if isinstance(rate, MlPerHour):
        return f"{rate} × {concentration} {sign} {shown}"
    line = f"{rate}" if isinstance(rate, MgPerHour) else f"{rate} × 60 min/h {sign} {shown}"
    if concentration is None:
        return line
    ml = MlPerHour(rounded(exact / Fraction(concentration.value)))
    even = Fraction(ml.value) * Fraction(concentration.value) == exact
    return f"{line} {'=' if even else '≈'} {ml}"


def by_rates(stretches: Iterable[Stretch], until: datetime, at_most: Milligrams) -> Fraction:
    """Milligrams by the recorded rates up to a moment; never more than the syringe was filled with."""
    kept, given = [one for one in stretches if one.since <= until], Fraction(0)
    for one, then in zip(kept, [*(each.since for each in kept), until][1:], strict=True):
        given += one.mg_per_hour * Fraction((then - one.since) // _MICROSECOND, _HOUR // _MICROSECOND)
    return min(given, Fraction(at_most.value))


def empty_at(stretches: Iterable[Stretch], at: datetime, at_most: Milligrams) -> datetime | None:
    """When the syringe was or will be empty, by the rates known at `at`; None while the pump stands still."""
    left, kept = Fraction(at_most.value), [one for one in stretches if one.since <= at]
    for one, then in zip(kept, [*(each.since for each in kept), None][1:], strict=True):
        if not one.mg_per_hour:
            continue
        hours = left / one.mg_per_hour
        empty = one.since + timedelta(microseconds=int(hours * (_HOUR // _MICROSECOND)))
        if then is None or empty <= then:
            return empty
        left -= one.mg_per_hour * Fraction((then - one.since) // _MICROSECOND, _HOUR // _MICROSECOND)
    return None


def _sign(exact: Fraction, shown: Decimal) -> str:
    return "" if Fraction(shown) == exact else "≈ "


def _above_nothing(value: Decimal, where: str) -> Decimal:
    if value <= 0:
        raise BadInput(where, f"{plain(value)} is not above nothing", "Check the figures and type them again")
    return value
