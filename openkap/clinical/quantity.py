"""Amounts whose unit is their type, so pounds never reach a field of kilograms.

Values are finite Decimals. `parse` is the only way in from text and refuses what it cannot read exactly.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from openkap.clinical.refusal import BadInput

_PLAIN = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?")


def parse_decimal(text: str, where: str) -> Decimal:
    """A plain decimal number ("0.5", "120"), or BadInput. No NaN, no infinity, no exponent, no comma."""
    typed = text.strip()
    if "," in typed:
        raise BadInput(where, f"{typed!r} has a comma, which could be read two ways", "Write it with a point")
    if not typed.isascii() or not _PLAIN.fullmatch(typed):
        raise BadInput(where, f"{typed[:40]!r} is not a plain number", "Write digits with at most one point")
    return Decimal(typed)


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """A finite number of one unit. Subclasses name the unit (UCUM) in `unit` and nothing else."""

    value: Decimal
    unit: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        given: object = self.value  # annotations do not stop a caller without a type checker
        if not isinstance(given, Decimal) or not given.is_finite():
            raise BadInput(type(self).__name__, f"{given!r} is not a finite decimal number")

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        return cls(parse_decimal(text, where))

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"


def plain(value: Decimal) -> str:
    """No trailing zero, always a leading zero: "60", "0.5". Both are rules of safe prescribing."""
    text = format(value, "f")  # not normalize(): it would round to the caller's precision
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


class Kilograms(Amount):
    unit = "kg"


class Pounds(Amount):
    unit = "lb"


class Milligrams(Amount):
    unit = "mg"


class MgPerKg(Amount):
    unit = "mg/kg"


class MgPerMl(Amount):
    unit = "mg/mL"


class Millilitres(Amount):
    unit = "mL"


class MgPerHour(Amount):
    unit = "mg/h"


class MgPerMinute(Amount):
    unit = "mg/min"


class MlPerHour(Amount):
    unit = "mL/h"


class Centimetres(Amount):
    unit = "cm"


class Minutes(Amount):
    unit = "min"
