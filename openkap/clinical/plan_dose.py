"""The dose of a plan, shown whole: its sum, how it stands to the published ranges, and slips of the point.

Ranges include their ends. No range decides: outside one a prescriber may go, with a reason.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal

from openkap.clinical import arithmetic
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.measured import points
from openkap.clinical.protocol import Protocol, Route
from openkap.clinical.quantity import Amount, Kilograms, MgPerKg, MgPerMl, Milligrams, plain
from openkap.clinical.weighing import IDEAL, Ideal, ideal

_EXACT = Context(prec=80)
_POINT = Decimal(10)
_KG, _CM = "kg", "cm"
_CM_PER_M = 100
Range = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class WeightOnFile:
    """A weight with its moment and author. `typed` is what was written: "154 lb"."""

    weight: Kilograms
    at: datetime
    author: str
    typed: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The dose beside ranges of one unit, exactly."""

    unit: str
    value: Decimal
    usual: Range | None
    anaesthetic: Range | None


@dataclass(frozen=True, slots=True)
class DoseLook:
    """Everything to be seen about a dose before it is signed."""

    line: str  # the sum; "" while a weight is missing
    ranges: tuple[str, ...]
    outside: tuple[str, ...]  # each needs the prescriber's reason
    slip: str  # a tenth or ten times the dose would be usual: the point may be misplaced
    compared: Compared | None  # for the scale


def weight_on_file(chart: Chart, at: datetime) -> WeightOnFile | None:
    """The latest weight taken by `at`, in a visit or not; pounds were converted when it was written."""
    found = [
        WeightOnFile(e.fact.weight, e.effective_at, e.author, e.fact.typed)
        for e in chart.all(Weighed)
        if e.effective_at <= at
    ]
    found += [
        WeightOnFile(Kilograms(e.fact.value), e.effective_at, e.author, e.fact.source)
        for e in chart.all(Measurement)
        if e.fact.what == "weight" and e.fact.unit == _KG and e.effective_at <= at
    ]
    return max(found, key=lambda one: one.at, default=None)


def weight_for(chart: Chart, protocol: Protocol, at: datetime, weight_by: str | None) -> Kilograms | None:
    """The weight a plan takes: the one on file, or the ideal one where it names that; None while unknown."""
    if weight_by == IDEAL:
        found = ideal(chart, protocol, at)
        return found.weight if isinstance(found, Ideal) else None
    on_file = weight_on_file(chart, at)
    return on_file.weight if on_file else None


def look(
    route: Route,
    per_kg: MgPerKg | None,
    fixed: Milligrams | None,
    weight: Kilograms | None,
    concentration: MgPerMl | None = None,
) -> DoseLook:
    """The dose as typed, beside what is published for its route. BadInput on nothing or less."""
    compared = _compared(route, per_kg, fixed, weight)
    return DoseLook(
        line=_line(per_kg, fixed, weight, concentration),
        ranges=ranges(route),
        outside=_outside(route, compared) if compared else (),
        slip=_slip(compared) if compared else "",
        compared=compared,
    )


def ranges(route: Route) -> tuple[str, ...]:
    """The usual range of a route and what an anaesthetist would use, each a sentence."""
    usual = [
        _span(limits, unit)
        for limits, unit in ((route.mg_per_kg, MgPerKg.unit), (route.fixed_mg, Milligrams.unit))
        if limits
    ]
    said = f"Published range: {' or '.join(usual)}." if usual else "No range is published for it."
    if route.anaesthetic is None:
        return said, "No anaesthetic range is published for it."
    return said, f"Anaesthetic range, to stay below: {_span(route.anaesthetic, MgPerKg.unit)}."


def volumes(amount: Milligrams, route: Route, protocol: Protocol) -> tuple[str, ...]:
    """The same dose drawn from each vial on the market: the wrong one is a ten-fold error."""
    strengths = protocol.numbers["vial-strengths"].value
    assert isinstance(strengths, tuple), "vial-strengths is not a list"
    strongest, drawn = route.strongest_mg_per_ml, [MgPerMl(Decimal(each)) for each in strengths]
    return tuple(
        f"{each} is diluted first"
        if strongest is not None and each.value > strongest
        else arithmetic.fixed_dose(amount, each).line
        for each in drawn
    )


def ideal_weight_note(chart: Chart, protocol: Protocol, at: datetime) -> str:
    """From a body mass index on some programs dose by ideal body weight. "" below it, or while unknown."""
    weight = weight_on_file(chart, at)
    heights = [p.value for p in points(chart, "height") if p.at <= at and p.unit == _CM and p.value > 0]
    if weight is None or not heights:
        return ""
    metres = heights[-1] / _CM_PER_M
    index = weight.weight.value / (metres * metres)
    limit = protocol.amount("ideal-weight-from-bmi")
    if index < limit:
        return ""
    shown = plain(index.quantize(Decimal("0.1")))
    return (
        f"Body mass index {shown} ({weight.weight}, {plain(heights[-1])} cm): from {plain(limit)} on some "
        "programs dose by ideal body weight. Say below which weight this plan takes."
    )


def _line(
    per_kg: MgPerKg | None,
    fixed: Milligrams | None,
    weight: Kilograms | None,
    concentration: MgPerMl | None,
) -> str:
    if fixed is not None:
        return arithmetic.fixed_dose(fixed, concentration).line
    if per_kg is None or weight is None:
        return ""
    return arithmetic.dose(per_kg, weight, concentration).line


def _compared(
    route: Route, per_kg: MgPerKg | None, fixed: Milligrams | None, weight: Kilograms | None
) -> Compared | None:
    """In the unit the dose was written in, where a range is published in it; else by the weight."""
    if per_kg is not None and (route.mg_per_kg or route.fixed_mg is None):
        return Compared(MgPerKg.unit, per_kg.value, route.mg_per_kg, route.anaesthetic)
    if fixed is not None and (route.fixed_mg or weight is None):
        return Compared(Milligrams.unit, fixed.value, route.fixed_mg, _in_mg(route.anaesthetic, weight))
    if weight is None or (per_kg is None and fixed is None):
        return None
    if per_kg is not None:
        amount = _EXACT.multiply(per_kg.value, weight.value)
        return Compared(Milligrams.unit, amount, route.fixed_mg, _in_mg(route.anaesthetic, weight))
    assert fixed is not None
    usual = _in_mg(route.mg_per_kg, weight)
    return Compared(Milligrams.unit, fixed.value, usual, _in_mg(route.anaesthetic, weight))


def _in_mg(limits: Range | None, weight: Kilograms | None) -> Range | None:
    if limits is None or weight is None:
        return None
    low, high = (_EXACT.multiply(limit, weight.value) for limit in limits)
    return low, high


def _outside(route: Route, dose: Compared) -> tuple[str, ...]:
    shown = f"{plain(dose.value)} {dose.unit}"
    said = []
    if dose.usual is None:
        said.append(f"No range is published that {shown} could be held against")
    elif not dose.usual[0] <= dose.value <= dose.usual[1]:
        side = "below" if dose.value < dose.usual[0] else "above"
        said.append(f"{shown} is {side} the published range of {_span(dose.usual, dose.unit)}")
    if dose.anaesthetic and dose.value >= dose.anaesthetic[0]:
        reach = "reaches" if dose.value <= dose.anaesthetic[1] else "is beyond"
        said.append(f"{shown} {reach} the anaesthetic range of {_span(dose.anaesthetic, dose.unit)}")
    return tuple(f"{says} for {route.title.lower()}" for says in said)


def _slip(dose: Compared) -> str:
    """Whether the same digits with the point moved by one place would be usual."""
    if dose.usual is None or dose.usual[0] <= dose.value <= dose.usual[1]:
        return ""
    for meant in (_EXACT.divide(dose.value, _POINT), _EXACT.multiply(dose.value, _POINT)):
        if dose.usual[0] <= meant <= dose.usual[1]:
            return (
                f"{plain(dose.value)} {dose.unit} is unusual and {plain(meant)} {dose.unit} would be usual: "
                "is the point in its place?"
            )
    return ""


def _span(limits: Range, unit: str) -> str:
    return f"{plain(limits[0])} to {plain(limits[1])} {unit}"


def amount_of(
    per_kg: MgPerKg | None, fixed: Milligrams | None, weight: Kilograms | None
) -> Milligrams | None:
    """The milligrams a plan comes to with this weight, to 0.01 mg; None while one is missing."""
    if fixed is not None:
        return fixed
    if per_kg is None or weight is None:
        return None
    found: Amount = arithmetic.dose(per_kg, weight, None).amount
    assert isinstance(found, Milligrams)
    return found
