"""Values in the unit the protocol measures in, or not at all."""

from decimal import Decimal
from typing import Any

import pytest

from tests.fhir.made import UCUM, facts, look, missed, observation, only, quantity


def measured(loinc: str, value: Any) -> Any:
    return look(observation(loinc, valueQuantity=value))


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "kept"),
    [
        ("29463-7", 154, "[lb_av]", "69.8532"),
        ("29463-7", 70000, "g", "70"),
        ("8302-2", 70, "[in_i]", "177.8"),
        ("8302-2", 1.8, "m", "180"),
        ("8331-1", 98.6, "[degF]", "37"),
        ("8867-4", 72, "{beats}/min", "72"),
        ("33914-3", 88, "mL/min", "88"),
        ("8302-2", 173.45484138767452, "cm", "173.4548"),
    ],
)
def test_listed_units_are_converted_exactly(loinc: str, value: float, unit: str, kept: str) -> None:
    """By definition of the unit, to four decimals."""
    assert only(measured(loinc, quantity(value, unit))).value == Decimal(kept)


@pytest.mark.parametrize("unit", ["mmHg", "mm Hg"])
def test_a_spelling_that_can_mean_one_thing_is_understood(unit: str) -> None:
    """Where no UCUM code is given."""
    assert only(measured("8480-6", {"value": 128, "unit": unit})).value == 128


@pytest.mark.parametrize(
    "value",
    [
        {"value": 70},
        {"value": 70, "system": UCUM},
        {"value": 70, "unit": "stone"},
        {"value": 70, "unit": "KG"},
        {"value": 70, "code": "kg", "system": "urn:local"},
        {"unit": "kg"},
        {"value": "70", "unit": "kg"},
        {"value": True, "unit": "kg"},
        {},
    ],
)
def test_a_unit_is_never_guessed(value: dict[str, Any]) -> None:
    """No unit, a strange one, or no number: listed, not taken."""
    record = measured("29463-7", value)
    assert facts(record) == []
    assert len(missed(record)) == 1


def test_code_and_words_that_disagree_are_not_believed() -> None:
    """154 lb sent with the code kg would more than double a dose."""
    record = measured("29463-7", {"value": 154, "unit": "lb", "code": "kg", "system": UCUM})
    assert facts(record) == []
    assert "both kg and lb" in missed(record)[0]


@pytest.mark.parametrize(("value", "taken"), [(1.9, False), (2, True), (400, True), (400.1, False)])
def test_what_lies_outside_the_plausible_is_refused(value: float, taken: bool) -> None:
    """The limits themselves are plausible."""
    record = measured("29463-7", quantity(value, "kg"))
    assert bool(facts(record)) is taken
    assert taken or "outside 2–400 kg" in missed(record)[0]
