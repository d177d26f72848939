"""Amounts whose unit is their type, as floats: what is simulated is never charted.

The twin of openkap.clinical.quantity, which holds decimals because a dose is written down exactly.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from openkap.kinetics.refusal import Refused


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """A finite number of one unit, not below zero. Subclasses name the unit and the largest value."""

    value: float
    unit: ClassVar[str] = "1"
    named: ClassVar[str] = "amount"
    largest: ClassVar[float] = math.inf

    def __post_init__(self) -> None:
        given: object = self.value  # annotations do not stop a caller without a type checker
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            raise Refused(self.named, f"{given!r} is not a finite number", "Write digits")
        if given < 0:
            raise Refused(
                self.named, f"{given:g} {self.unit} is below zero", "Write it without the minus sign"
            )
        if given > self.largest:
            raise Refused(
                self.named,
                f"{given:g} {self.unit} is more than the {self.largest:g} {self.unit} that can be meant",
                "Check the number and its unit",
            )

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


class Milligrams(Amount):
    """Of ketamine base."""

    unit, named, largest = "mg", "dose", 2000.0


class MgPerKg(Amount):
    unit, named, largest = "mg/kg", "dose", 20.0


class Kilograms(Amount):
    unit, named, largest = "kg", "weight", 500.0


class Years(Amount):
    unit, named, largest = "y", "age", 120.0


class Minutes(Amount):
    unit, named, largest = "min", "time", 10_080.0


def kind(where: str, given: object, *meant: type[Amount]) -> None:
    """Refuse what is not of the unit that is meant: kilograms for a dose, or a number without any unit."""
    if not isinstance(given, meant):
        units = " or ".join(one.unit for one in meant)
        said = str(given) if isinstance(given, Amount) else f"{given!r}"
        wanted = " or ".join(one.__name__ for one in meant)
        raise Refused(where, f"{said} is not in {units}", f"Give it as {wanted}")


def micromol_per_l(ng_per_ml: float, g_per_mol: float) -> float:
    """µmol/L of a concentration in ng/mL (µg/L)."""
    return ng_per_ml / g_per_mol
