"""Amounts of drug that are added up: whole micrograms, so that no sum is ever off by a rounding."""

from decimal import Decimal

from openkap.clinical.quantity import Milligrams, plain
from openkap.clinical.refusal import BadInput

PER_MG = 1000


def micrograms(amount: Milligrams, where: str) -> int:
    """The amount in whole micrograms, or BadInput: a balance keeps nothing finer."""
    exact = amount.value * PER_MG
    if exact != exact.to_integral_value():
        raise BadInput(where, f"{amount} is finer than a microgram", "Write at most three decimals of a mg")
    return int(exact)


def milligrams(count: int) -> Milligrams:
    """That many micrograms as milligrams, exactly."""
    return Milligrams(Decimal(count) / PER_MG)


def in_mg(count: int) -> str:
    """ "35 mg", "0.125 mg", "-5 mg"."""
    return f"{plain(Decimal(count) / PER_MG)} mg"
