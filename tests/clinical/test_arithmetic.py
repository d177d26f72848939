"""Dose sums against a second implementation in fractions, and the line a person checks by hand."""

import re
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical import arithmetic
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams, Pounds
from openkap.clinical.refusal import BadInput

PER_KG = st.decimals(Decimal("0.01"), Decimal("10"), places=3)
WEIGHTS = st.decimals(Decimal("20"), Decimal("400"), places=2)
STRENGTHS = st.decimals(Decimal("0.5"), Decimal("200"), places=1)
HUNDREDTH = Fraction(1, 100)


def half_up(exact: Fraction) -> Fraction:
    """The oracle's own rounding: to the hundredth, halves away from zero (all values here are positive)."""
    return Fraction((exact / HUNDREDTH + Fraction(1, 2)).__floor__()) * HUNDREDTH


def test_the_line_of_the_contract() -> None:
    """The whole sum is one line, with its units."""
    done = arithmetic.dose(MgPerKg(Decimal("0.5")), Kilograms(Decimal(70)), MgPerMl(Decimal(50)))
    assert done.line == "0.5 mg/kg × 70 kg = 35 mg = 0.7 mL of 50 mg/mL"
    assert (done.amount.value, done.volume.value) == (Decimal(35), Decimal("0.7"))  # type: ignore[union-attr]


def test_a_rounded_figure_says_so() -> None:
    """69.85 kg gives 34.925 mg: shown as about 34.93, and the mL follows from the 34.93 shown."""
    done = arithmetic.dose(MgPerKg(Decimal("0.5")), Kilograms(Decimal("69.85")), MgPerMl(Decimal(10)))
    assert done.line == "0.5 mg/kg × 69.85 kg ≈ 34.93 mg ≈ 3.49 mL of 10 mg/mL"


def test_without_a_concentration_no_volume_is_guessed() -> None:
    """A ten-fold error hides in an assumed vial."""
    done = arithmetic.dose(MgPerKg(Decimal("0.50")), Kilograms(Decimal("70.0")), None)
    assert (done.volume, done.line) == (None, "0.5 mg/kg × 70 kg = 35 mg")


def test_a_fixed_dose_is_drawn_up() -> None:
    """A dose in mg needs no weight."""
    assert arithmetic.fixed_dose(Milligrams(Decimal(100)), None).line == "100 mg"
    done = arithmetic.fixed_dose(Milligrams(Decimal(100)), MgPerMl(Decimal(30)))
    assert done.line == "100 mg ≈ 3.33 mL of 30 mg/mL"


@pytest.mark.parametrize(
    ("pounds", "line"),
    [("154", "154 lb ≈ 69.85 kg"), ("100", "100 lb ≈ 45.36 kg"), ("100000000", "100000000 lb = 45359237 kg")],
)
def test_pounds_become_kilograms(pounds: str, line: str) -> None:
    """By the exact factor, to the hundredth, and says whether that was exact."""
    assert arithmetic.kilograms(Pounds(Decimal(pounds))).line == line


@given(per_kg=PER_KG, weight=WEIGHTS, strength=STRENGTHS)
def test_the_sum_agrees_with_fractions(per_kg: Decimal, weight: Decimal, strength: Decimal) -> None:
    """mg and mL equal an independent exact computation, rounded once each."""
    mg = half_up(Fraction(per_kg) * Fraction(weight))
    ml = half_up(mg / Fraction(strength))
    if ml == 0:
        with pytest.raises(BadInput):
            arithmetic.dose(MgPerKg(per_kg), Kilograms(weight), MgPerMl(strength))
        return
    done = arithmetic.dose(MgPerKg(per_kg), Kilograms(weight), MgPerMl(strength))
    assert done.volume is not None
    assert (Fraction(done.amount.value), Fraction(done.volume.value)) == (mg, ml)


@given(per_kg=PER_KG, weight=WEIGHTS, strength=STRENGTHS)
def test_the_line_is_true_as_it_stands(per_kg: Decimal, weight: Decimal, strength: Decimal) -> None:
    """Read back as text: "=" joins equals, "≈" what differs by half a hundredth at most."""
    try:
        line = arithmetic.dose(MgPerKg(per_kg), Kilograms(weight), MgPerMl(strength)).line
    except BadInput:
        return
    read = re.fullmatch(r"(\S+) mg/kg × (\S+) kg ([=≈]) (\S+) mg ([=≈]) (\S+) mL of (\S+) mg/mL", line)
    assert read, line
    a, b, mg, ml, strong = (Fraction(read[n]) for n in (1, 2, 4, 6, 7))
    assert (a * b == mg) == (read[3] == "=") and abs(a * b - mg) <= HUNDREDTH / 2
    assert (mg / strong == ml) == (read[5] == "=") and abs(mg / strong - ml) <= HUNDREDTH / 2
    for figure in re.findall(r"\d+(?:\.\d+)?", line):
        assert not figure.startswith(".") and not re.search(r"\.\d*0$", figure)


@given(pounds=st.decimals(Decimal("1"), Decimal("900"), places=4))
def test_pounds_agree_with_fractions(pounds: Decimal) -> None:
    """45359237 / 100000000 kg to the pound."""
    exact = Fraction(pounds) * Fraction(45359237, 100000000)
    assert Fraction(arithmetic.kilograms(Pounds(pounds)).weight.value) == half_up(exact)


@settings(max_examples=20)
@given(per_kg=PER_KG, weight=WEIGHTS)
def test_the_callers_precision_changes_nothing(per_kg: Decimal, weight: Decimal) -> None:
    """A thread that works with two digits gets the same dose."""
    plain = arithmetic.dose(MgPerKg(per_kg), Kilograms(weight), None)
    with localcontext(prec=2):
        assert arithmetic.dose(MgPerKg(per_kg), Kilograms(weight), None) == plain


@pytest.mark.parametrize(
    ("per_kg", "weight", "strength", "where"),
    [
        ("0", "70", "50", "dose per kilogram"),
        ("-0.5", "70", "50", "dose per kilogram"),
        ("0.5", "0", "50", "weight"),
        ("0.5", "-70", "50", "weight"),
        ("0.5", "70", "0", "concentration"),
        ("0.00001", "70", "50", "dose"),
        ("0.001", "70", "50", "volume"),
    ],
)
def test_nothing_or_less_is_refused(per_kg: str, weight: str, strength: str, where: str) -> None:
    """Never made positive, never rounded away: the field is named."""
    with pytest.raises(BadInput) as refused:
        arithmetic.dose(MgPerKg(Decimal(per_kg)), Kilograms(Decimal(weight)), MgPerMl(Decimal(strength)))
    assert refused.value.where == where


@pytest.mark.parametrize(("pounds", "shown"), [("0", "0 lb"), ("-154", "-154 lb"), ("0.01", "0 kg")])
def test_pounds_of_nothing_are_refused(pounds: str, shown: str) -> None:
    """Zero pounds is a slip, not a weight, and so is what comes to no kilogram; the sentence shows it."""
    with pytest.raises(BadInput) as refused:
        arithmetic.kilograms(Pounds(Decimal(pounds)))
    told = f"weight: {shown} is not above nothing. Check the figures and type them again."
    assert str(refused.value) == told


def test_a_fixed_dose_of_nothing_is_refused() -> None:
    """Whatever it is drawn from."""
    with pytest.raises(BadInput) as refused:
        arithmetic.fixed_dose(Milligrams(Decimal(0)), None)
    told = "dose: 0 mg is not above nothing. Check the figures and type them again."
    assert str(refused.value) == told
