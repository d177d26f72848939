"""Amounts refuse what they cannot hold exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.quantity import Kilograms, Milligrams, Pounds, parse_decimal, plain
from openkap.clinical.refusal import BadInput


@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1e999",
        "1E3",
        "0x10",
        "",
        "1.2.3",
        ".5",
        "5.",
        "٣",
        "12 mg",
        "--1",
        "1_000",
        "1234567890",
        "0.1234567890",
    ],
)
def test_refuses_what_is_not_a_plain_number(typed: str) -> None:
    """A number is digits with at most one point, nine on each side; anything else names the field."""
    with pytest.raises(BadInput) as refusal:
        parse_decimal(typed, "weight")
    assert str(refusal.value) == (
        f"weight: {typed!r} is not a plain number. Write digits with at most one point."
    )


@pytest.mark.parametrize(("typed", "shown"), [(" ", ""), ("9" * 41, "9" * 40)])
def test_a_refused_number_is_shown_trimmed(typed: str, shown: str) -> None:
    """Without the blanks around it, and no longer than a line."""
    with pytest.raises(BadInput, match=f"^weight: '{shown}' is not a plain number"):
        parse_decimal(typed, "weight")


@pytest.mark.parametrize("typed", ["1,5", "1,000", ","])
def test_a_comma_is_never_guessed_at(typed: str) -> None:
    """1,5 is one and a half to one reader and fifteen to another."""
    with pytest.raises(BadInput) as refusal:
        parse_decimal(typed, "dose")
    assert str(refusal.value) == (
        f"dose: {typed!r} has a comma, which could be read two ways. Write it with a point."
    )


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.5", "0.5"),
        (" 70 ", "70"),
        ("-15", "-15"),
        ("+3.25", "3.25"),
        ("123456789.123456789", "123456789.123456789"),
    ],
)
def test_reads_a_plain_number_exactly(typed: str, value: str) -> None:
    """What was typed is what is kept, sign included: whether a dose may be negative is for its own rule."""
    assert parse_decimal(typed, "dose") == Decimal(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("60.0", "60"),
        ("0.50", "0.5"),
        ("100", "100"),
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
        ("0", "0"),
        ("-0.0", "0"),
    ],
)
def test_plain_never_trails_and_always_leads(value: str, text: str) -> None:
    """ "60.0" is read as 600 and ".5" as 5: neither is ever written, nor is an exponent."""
    assert plain(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**8), max_value=10**8, places=6))
def test_plain_writes_the_same_number(value: Decimal) -> None:
    """Tidying the text never changes the number."""
    assert Fraction(plain(value)) == Fraction(value)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 70, 70.5, "70"])
def test_an_amount_holds_only_finite_decimals(value: object) -> None:
    """`kg < 30 or kg > 300` is False for NaN, so NaN never gets as far as a comparison."""
    with pytest.raises(BadInput) as refusal:
        Kilograms(value)  # type: ignore[arg-type]
    assert str(refusal.value) == f"Kilograms: {value!r} is not a finite decimal number."


def test_an_amount_is_read_and_written_with_its_unit() -> None:
    """The number as typed, the unit of the field; a refusal names the field."""
    read = Kilograms.parse(" 70.50", "weight")
    assert read == Kilograms(Decimal("70.5")) and type(read) is Kilograms
    assert str(read) == "70.5 kg"
    with pytest.raises(BadInput, match="^weight: 'heavy' is not a plain number"):
        Kilograms.parse("heavy", "weight")


def test_units_are_types() -> None:
    """Pounds are not kilograms, even with the same number, and cannot be ordered against them."""
    assert Kilograms(Decimal(70)) != Pounds(Decimal(70))
    with pytest.raises(TypeError):
        assert Kilograms(Decimal(70)) < Milligrams(Decimal(71))  # type: ignore[operator]
