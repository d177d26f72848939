"""Dose sums, shown whole. Units are types; every figure used is a figure shown, so the line can be checked.

Rounding, half up: kilograms converted from pounds to 0.01 kg, milligrams to 0.01 mg, millilitres to 0.01 mL.
A rounded figure follows "≈", an exact one "=". Limits belong to routes and rules and are not looked at here.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from openkap.clinical.quantity import Amount, Kilograms, MgPerKg, MgPerMl, Milligrams, Millilitres, Pounds
from openkap.clinical.refusal import BadInput

KG_PER_LB = Decimal("0.45359237")
"""The international pound, exact by definition (1959 agreement)."""

STEP = Decimal("0.01")
"""What kg (from lb), mg and mL are rounded to."""

# Wide enough that nothing is rounded before the one rounding to STEP; never the caller's own context.
_SUMS = Context(prec=80, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class DoseSum:
    """A dose with its whole sum as one line, e.g. "0.5 mg/kg × 70 kg = 35 mg = 0.7 mL of 50 mg/mL"."""

    amount: Milligrams
    volume: Millilitres | None
    line: str


@dataclass(frozen=True, slots=True)
class WeightSum:
    """A weight in kilograms with its sum, e.g. "154 lb ≈ 69.85 kg"."""

    weight: Kilograms
    line: str


def kilograms(weight: Pounds) -> WeightSum:
    """Pounds as kilograms, to 0.01 kg. BadInput when the weight is not above nothing."""
    _above_nothing(weight, "weight")
    exact = _SUMS.multiply(weight.value, KG_PER_LB)
    converted = Kilograms(_rounded(exact))
    _above_nothing(converted, "weight")
    return WeightSum(converted, f"{weight} {_sign(exact, converted)} {converted}")


def dose(per_kg: MgPerKg, weight: Kilograms, concentration: MgPerMl | None, *, called: str = "") -> DoseSum:
    """mg/kg × kg → mg, and mg ÷ mg/mL → mL where the concentration is known. BadInput on nothing or less.

    `called`: which weight it is, when it is not the one on the scale.
    """
    _above_nothing(per_kg, "dose per kilogram")
    _above_nothing(weight, "weight")
    exact = _SUMS.multiply(per_kg.value, weight.value)
    amount = Milligrams(_rounded(exact))
    _above_nothing(amount, "dose")
    by = f"{weight} {called}".rstrip()
    return _drawn_up(amount, concentration, f"{per_kg} × {by} {_sign(exact, amount)} {amount}")


def fixed_dose(amount: Milligrams, concentration: MgPerMl | None) -> DoseSum:
    """A dose written in mg: taken as written, and drawn up where the concentration is known."""
    _above_nothing(amount, "dose")
    return _drawn_up(amount, concentration, str(amount))


def _drawn_up(amount: Milligrams, concentration: MgPerMl | None, line: str) -> DoseSum:
    if concentration is None:
        return DoseSum(amount, None, line)
    _above_nothing(concentration, "concentration")
    # The mg on the line is the order and the mL follows from it, as someone checking by hand would work.
    exact = _SUMS.divide(amount.value, concentration.value)
    volume = Millilitres(_rounded(exact))
    _above_nothing(volume, "volume")
    whole = _SUMS.multiply(volume.value, concentration.value)
    sign = "=" if whole == amount.value else "≈"
    return DoseSum(amount, volume, f"{line} {sign} {volume} of {concentration}")


def _rounded(exact: Decimal) -> Decimal:
    return exact.quantize(STEP, context=_SUMS)


def _sign(exact: Decimal, shown: Amount) -> str:
    return "=" if exact == shown.value else "≈"


def _above_nothing(amount: Amount, where: str) -> None:
    if amount.value <= 0:
        raise BadInput(where, f"{amount} is not above nothing", "Check the figures and type them again")
