"""The room's sum against a second one in scaled integers: mg, mL, mg/h, mL/h and every sign between."""

from decimal import Decimal
from random import Random

import pytest

from openkap.clinical import arithmetic
from openkap.clinical.infusion import pump
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, plain
from openkap.clinical.refusal import BadInput
from tests.reference.naive_dose import dose_line

STRENGTHS = ("10", "50", "100", "0.5", "3", "33.3", "0.001")


def written(chance: Random, most: int, places: int) -> str:
    """A number as a person writes it: no trailing zero, up to so many places."""
    digits = chance.randint(0, places)
    return plain(Decimal(chance.randint(1, most * 10**digits)).scaleb(-digits))


def ours(per_kg: str, kg: str, per_ml: str, minutes: int) -> tuple[str, str] | None:
    strength = MgPerMl(Decimal(per_ml))
    try:
        found = arithmetic.dose(MgPerKg(Decimal(per_kg)), Kilograms(Decimal(kg)), strength)
        setting = pump(found.amount, minutes, strength) if minutes else None
    except BadInput:
        return None
    return plain(found.amount.value), f"{found.line}, {setting.line}" if setting else found.line


@pytest.mark.parametrize("cases", [500, pytest.param(100_000, marks=pytest.mark.long)])
def test_two_sums_agree_to_the_last_sign(cases: int) -> None:
    """Both the figures and whether each is exact; what one refuses the other refuses."""
    chance, refused, rounded = Random(20260514), 0, 0
    for _ in range(cases):
        asked = (
            written(chance, 9, chance.choice((1, 2, 9))) if chance.random() > 0.05 else "0.0001",
            written(chance, 200, chance.choice((1, 2, 9))),
            chance.choice((*STRENGTHS, written(chance, 120, 4))),
            chance.choice((0, 0, 7, 40, 60, 100, chance.randint(1, 600))),
        )
        expected = dose_line(*asked)
        assert ours(*asked) == expected, asked
        refused += expected is None
        rounded += bool(expected and "≈" in expected[1])
    assert refused and rounded > cases // 10, "the cases were too tame"


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (
            ("0.5", "70", "50", 40),
            "0.5 mg/kg × 70 kg = 35 mg = 0.7 mL of 50 mg/mL, over 40 min: 52.5 mg/h = 1.05 mL/h",
        ),
        (("0.5", "70", "10", 0), "0.5 mg/kg × 70 kg = 35 mg = 3.5 mL of 10 mg/mL"),
        (
            ("0.5", "69.85", "50", 40),
            "0.5 mg/kg × 69.85 kg ≈ 34.93 mg ≈ 0.7 mL of 50 mg/mL, over 40 min: ≈ 52.4 mg/h ≈ 1.05 mL/h",
        ),
    ],
)
def test_known_sums(asked: tuple[str, str, str, int], line: str) -> None:
    """Worked out by hand."""
    found, second = ours(*asked), dose_line(*asked)
    assert found and second and found[1] == second[1] == line
