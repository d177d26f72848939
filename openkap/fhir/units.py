"""A quantity in the unit the protocol measures in: by a listed exact factor, or not at all."""

import re
from decimal import Decimal
from typing import Final

from openkap.clinical.protocol import MeasurementKind
from openkap.fhir.element import Node, NotRead, group, shape, text

UCUM: Final = "http://unitsofmeasure.org"

SPELLINGS: Final = {
    "mmHg": "mm[Hg]",
    "mm Hg": "mm[Hg]",
    "bpm": "/min",
    "beats/min": "/min",
    "beats/minute": "/min",
    "per minute": "/min",
    "breaths/min": "/min",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "pounds": "[lb_av]",
    "in": "[in_i]",
    "inches": "[in_i]",
    "degF": "[degF]",
    "°F": "[degF]",
    "°C": "Cel",
    "IU/L": "[iU]/L",
    "percent": "%",
    "kilograms": "kg",
}
"""Spellings outside UCUM that can mean one thing only; none is the UCUM code of another unit."""

EXACT: Final = {
    ("[lb_av]", "kg"): Decimal("0.45359237"),
    ("[oz_av]", "kg"): Decimal("0.028349523125"),
    ("g", "kg"): Decimal("0.001"),
    ("[in_i]", "cm"): Decimal("2.54"),
    ("[ft_i]", "cm"): Decimal("30.48"),
    ("m", "cm"): Decimal(100),
    ("mm", "cm"): Decimal("0.1"),
    ("[iU]/L", "U/L"): Decimal(1),  # UCUM: enzyme activity reported in either, by the same assay unit
}
"""Factors that are exact by definition. Others come with the protocol's measurements."""

_ANNOTATION = re.compile(r"\{[^}]*\}")
_PLACES = Decimal("0.0001")
"""Beyond four decimals a number is arithmetic noise: some senders write a height of 173.45484138767452 cm."""


def value_in(quantity: Node, kind: MeasurementKind) -> Decimal:
    """The quantity's value in `kind.unit`, within its plausible limits, or NotRead."""
    if text(quantity, "comparator"):
        raise NotRead(f"{kind.title} is given only as {quantity['comparator']} a value")
    number = number_in(quantity, "value")
    value = _converted(number, quantity, kind)
    if not kind.lowest <= value <= kind.highest:
        raise NotRead(
            f"{kind.title} of {_short(number)} {_said(quantity)} lies outside "
            f"{kind.lowest}–{kind.highest} {kind.unit}, so it is not taken"
        )
    return value.quantize(_PLACES).normalize() + 0


def number_in(node: Node, key: str) -> Decimal:
    """The finite number under that name, or NotRead."""
    value = node.get(key)
    if value is None:
        raise NotRead(f"{key} is missing")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise NotRead(f"{key} should be a number and is {shape(value)}")
    return Decimal(value)


def _converted(number: Decimal, quantity: Node, kind: MeasurementKind) -> Decimal:
    told = {answer for unit in _units(quantity) if (answer := _in_unit(number, unit, kind)) is not None}
    if len(told) == 1:
        return told.pop()
    if told:
        raise NotRead(f"{kind.title}: the unit is said to be both {quantity['code']} and {quantity['unit']}")
    raise NotRead(f"{kind.title} is given in {_said(quantity)}, which cannot be turned into {kind.unit}")


def _units(quantity: Node) -> list[str]:
    """The unit as code and as words. Both are looked at: where they disagree, neither is believed."""
    system = text(quantity, "system")
    if system and system != UCUM:
        return [text(quantity, "unit")]
    return [text(quantity, "code"), text(quantity, "unit")]


def _in_unit(number: Decimal, said: str, kind: MeasurementKind) -> Decimal | None:
    if not said:
        return None
    unit = SPELLINGS.get(said, said)
    listed = dict(kind.other_units)
    for name in (unit, _bare(unit)):
        if name in (kind.unit, _bare(kind.unit)):
            return number
        if name in listed:
            return number * listed[name]
        if (name, kind.unit) in EXACT:
            return number * EXACT[name, kind.unit]
        if (name, kind.unit) == ("[degF]", "Cel"):
            return (number - 32) * 5 / 9
    return None


def _bare(unit: str) -> str:
    """Without annotations, which UCUM gives no meaning: {beats}/min is /min."""
    return _ANNOTATION.sub("", unit).rstrip("/") or "1"


def _said(quantity: Node) -> str:
    return text(quantity, "unit") or text(quantity, "code") or "no unit"


def _short(number: Decimal) -> str:
    return str(round(number, 1))


def quantity_of(node: Node, kind: MeasurementKind) -> Node:
    """The valueQuantity of an observation or one of its parts, or NotRead saying what is there instead."""
    quantity = group(node, "valueQuantity")
    if quantity:
        return quantity
    others = sorted(key for key in node if key.startswith("value"))
    if others:
        raise NotRead(f"{kind.title} is given as {others[0]}, which has no unit")
    raise NotRead(f"{kind.title} has no value")
