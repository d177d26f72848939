"""The weight a dose is counted by: as measured or ideal, and what looks like a slip at the scale.

Comparisons are exact; nothing is rounded before it is compared.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from openkap.clinical.case import Bar, Bars, Case, order
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.entries.words import Measured
from openkap.clinical.measured import points
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Centimetres, Kilograms, plain

ACTUAL, IDEAL = "actual", "ideal"
WEIGHTS = (ACTUAL, IDEAL)
"""Which weight a plan per kilogram names."""
IDEAL_WORDS = "ideal body weight"
_CM_PER_INCH = Decimal("2.54")
_CM_PER_M, _PERCENT, _KG, _CM = 100, 100, "kg", "cm"
_SUMS = Context(prec=80, rounding=ROUND_HALF_UP)
_TO_10_G = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Ideal:
    """Ideal body weight, to 0.01 kg, with its sum."""

    weight: Kilograms
    line: str  # "ideal body weight 61.44 kg ≈ 45.5 kg + 2.3 kg/in × (170 cm − 152.4 cm) ÷ 2.54 cm/in"


def ideal(chart: Chart, protocol: Protocol, at: datetime) -> Ideal | str:
    """By the formula of the protocol, or in words why it says nothing."""
    tall = height(chart, at)
    if tall is None:
        return "no height is on file"
    sex = chart.person.sex
    if f"ideal-weight-{sex}" not in protocol.numbers:
        return f"the formula has no numbers for the sex on file, {sex}"
    shortest = protocol.amount("ideal-weight-from-height")
    if tall.value < shortest:
        return f"the formula says nothing below {plain(shortest)} cm, and the height on file is {tall}"
    base, slope = protocol.pair(f"ideal-weight-{sex}")
    inches = _SUMS.divide(tall.value - shortest, _CM_PER_INCH)
    exact = _SUMS.add(base, _SUMS.multiply(slope, inches))
    weight = Kilograms(exact.quantize(_TO_10_G, context=_SUMS))
    sign = "=" if weight.value == exact else "≈"
    parts = f"{plain(base)} kg + {plain(slope)} kg/in × ({tall} − {plain(shortest)} cm)"
    return Ideal(weight, f"ideal body weight {weight} {sign} {parts} ÷ 2.54 cm/in")


def height(chart: Chart, at: datetime) -> Centimetres | None:
    """The latest height on file."""
    found = [p.value for p in points(chart, "height") if p.at <= at and p.unit == _CM and p.value > 0]
    return Centimetres(found[-1]) if found else None


def asks_again(
    chart: Chart, protocol: Protocol, at: datetime, visit: str, weight: Kilograms
) -> tuple[str, ...]:
    """Why a weight that is about to be written looks like a slip. Empty when it does not."""
    found = []
    last, limit = _before(chart, visit, at), protocol.amount("weight-asks-again")
    if last and _apart(weight.value, last.value, limit):
        found.append(f"{weight} is {_percent(weight.value, last.value)} than {_named(last)}")
    index = _index(weight, height(chart, at))
    low, high = protocol.pair("body-mass-index-asks-again")
    if index is not None and not low <= index <= high:
        shown = plain(_shown(index))
        found.append(f"{weight} makes a body mass index of {shown}, outside {plain(low)} to {plain(high)}")
    return tuple(found)


def far(case: Case) -> Bars:
    """A weight far from the last one gives no dose until a second weighing of the visit agrees with it."""
    here = sorted(case.all(Weighed, visit=case.visit), key=order)
    last = _before(case.chart, case.visit, case.at)
    blocks, agrees = (case.protocol.amount(name) for name in ("weight-blocks", "weight-asks-again"))
    if not here or last is None:
        return ()
    now = here[-1].fact.weight
    if not _apart(now.value, last.value, blocks):
        return ()
    if any(not _apart(one.fact.weight.value, now.value, agrees) for one in here[:-1]):
        return ()
    told = Measured("weight", str(now), here[-1].effective_at.isoformat())
    much = _percent(now.value, last.value)
    return (Bar(f"{now} is {much} than {_named(last)}: weigh again", (told,), override=""),)


def weighed_here(case: Case) -> Entry | None:
    """The newest weighing of this visit."""
    return case.latest(Weighed, visit=case.visit)


def _before(chart: Chart, visit: str, at: datetime) -> Kilograms | None:
    """The latest weight on file that this visit's scale did not give."""
    found = [
        (e.effective_at, e.seq, e.fact.weight)
        for e in chart.all(Weighed)
        if e.fact.visit != visit and e.effective_at <= at
    ]
    found += [
        (e.effective_at, e.seq, Kilograms(e.fact.value))
        for e in chart.all(Measurement)
        if e.fact.what == "weight" and e.fact.unit == _KG and e.effective_at <= at
    ]
    kept = [one for one in found if one[2].value > 0]
    return max(kept)[2] if kept else None


def _named(last: Kilograms) -> str:
    """Apart from a weighing of this visit, which the page shows beside it and which may differ."""
    return f"the last weight before this visit, {last}"


def _apart(one: Decimal, other: Decimal, percent: Decimal) -> bool:
    """Whether the first is more than so many per cent of the second away from it."""
    return abs(Fraction(one) - Fraction(other)) * _PERCENT > Fraction(percent) * Fraction(other)


def _percent(one: Decimal, other: Decimal) -> str:
    share = abs(Fraction(one) - Fraction(other)) * _PERCENT / Fraction(other)
    return f"{plain(_shown(share))} % {'more' if one > other else 'less'}"


def _index(weight: Kilograms, tall: Centimetres | None) -> Fraction | None:
    if tall is None:
        return None
    metres = Fraction(tall.value) / _CM_PER_M
    return Fraction(weight.value) / (metres * metres)


def _shown(value: Fraction) -> Decimal:
    exact = _SUMS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return exact.quantize(Decimal("0.1"), context=_SUMS)
