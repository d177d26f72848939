"""Measurements, totals and word results."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.fhir.made import LOINC, concept, facts, look, missed, observation, only, quantity


def pressure(systolic: Any, diastolic: Any) -> dict[str, Any]:
    parts = [{"code": concept("8480-6", LOINC)} | systolic, {"code": concept("8462-4", LOINC)} | diastolic]
    return observation("85354-9", component=parts)


def mmhg(value: int) -> dict[str, Any]:
    return {"valueQuantity": quantity(value, "mm[Hg]")}


def test_a_measurement_has_its_value_unit_and_instant_in_utc() -> None:
    """Ten in the morning at +02:00 is eight."""
    record = look(observation("29463-7", valueQuantity=quantity(70.5, "kg")))
    assert (only(record).what, only(record).value, only(record).unit) == ("weight", Decimal("70.5"), "kg")
    assert record.facts[0][1] == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_a_blood_pressure_is_two_measurements_at_one_instant() -> None:
    """By its components."""
    record = look(pressure(mmhg(128), mmhg(81)))
    assert [(f.what, f.value) for f in facts(record)] == [("systolic", 128), ("diastolic", 81)]
    assert len({at for _, at in record.facts}) == 1


def test_one_bad_component_does_not_take_the_other_with_it() -> None:
    """The half that is understood stands, the other is listed by its place."""
    record = look(pressure(mmhg(128), {"valueQuantity": {"value": 81}}))
    assert [fact.what for fact in facts(record)] == ["systolic"]
    assert missed(record)[0].startswith(
        "Bundle.entry[1] Observation/r component[1]: diastolic is given in no unit"
    )


def test_a_component_that_was_not_obtained_is_listed() -> None:
    """dataAbsentReason is not a value."""
    record = look(pressure(mmhg(128), {"dataAbsentReason": concept("error")}))
    assert "was not obtained" in missed(record)[0]


@pytest.mark.parametrize(
    "status", ["preliminary", "entered-in-error", "cancelled", "registered", "unknown", None]
)
def test_what_is_not_final_is_listed_and_not_taken(status: str | None) -> None:
    """A cancelled reading is no reading."""
    record = look(observation("29463-7", status=status, valueQuantity=quantity(70, "kg")))
    assert facts(record) == []
    assert len(missed(record)) == 1


def test_without_a_time_of_measuring_it_is_not_taken() -> None:
    """When it was issued says nothing of how old it is."""
    record = look(
        observation(
            "29463-7", effectiveDateTime=None, issued="2026-05-01T10:00:00Z", valueQuantity=quantity(70, "kg")
        )
    )
    assert facts(record) == []
    assert "when this was measured" in missed(record)[0]


def test_a_month_counts_from_its_first_day_and_is_said() -> None:
    """The oldest it can be, so that an old value never looks fresh."""
    record = look(observation("29463-7", effectiveDateTime="2026-05", valueQuantity=quantity(70, "kg")))
    assert record.facts[0][1] == datetime(2026, 5, 1, tzinfo=UTC)
    assert "known only as 2026-05" in missed(record)[0]


def test_what_the_program_does_not_ask_about_is_counted_by_name() -> None:
    """One line a type, never silence."""
    record = look(
        observation("2093-3", id="a", valueInteger=5), observation("2093-3", id="b", valueInteger=6)
    )
    assert record.not_used_from == 0
    assert [line.what for line in record.not_understood] == [
        "2 Observation: not used by this program: words (2)"
    ]


def test_a_value_without_a_loinc_code_is_listed() -> None:
    """A local code for a weight might be anything."""
    record = look(
        observation("x", code=concept("WT", "urn:local", "Weight"), valueQuantity=quantity(70, "kg"))
    )
    assert facts(record) == []
    assert "no LOINC code" in missed(record)[0]


def test_two_codes_of_different_things_are_not_believed() -> None:
    """Height and weight at once."""
    both = {"coding": [{"system": LOINC, "code": "29463-7"}, {"system": LOINC, "code": "8302-2"}]}
    assert (
        "different measurements"
        in missed(look(observation("x", code=both, valueQuantity=quantity(70, "kg"))))[0]
    )


@pytest.mark.parametrize("comparator", ["<", ">=", "ad"])
def test_less_than_a_value_is_not_a_value(comparator: str) -> None:
    """A comparator leaves the value open."""
    value = quantity(70, "kg") | {"comparator": comparator}
    assert facts(look(observation("29463-7", valueQuantity=value))) == []


@pytest.mark.parametrize(
    ("total", "taken"), [(-1, False), (0, True), (27, True), (28, False), (300, False), (12.5, False)]
)
def test_a_total_lies_within_its_scale(total: float, taken: bool) -> None:
    """A PHQ-9 total of 300 is refused, never charted."""
    record = look(observation("44261-6", valueInteger=total))
    assert [fact.total for fact in facts(record)] == ([total] if taken else [])
    assert bool(missed(record)) is not taken


def test_a_total_of_300_is_named() -> None:
    """The sentence says what was sent."""
    assert "PHQ-9 total of 300 lies outside 0–27" in missed(look(observation("44261-6", valueInteger=300)))[0]


@pytest.mark.parametrize(("unit", "taken"), [("{score}", True), ("1", True), ("mg", False)])
def test_a_total_may_come_as_a_quantity_without_dimension(unit: str, taken: bool) -> None:
    """Senders use either."""
    record = look(observation("44261-6", valueQuantity=quantity(14, unit)))
    assert [fact.total for fact in facts(record)] == ([14] if taken else [])


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"valueCodeableConcept": concept("10828004", display="Positive")}, "positive"),
        ({"valueCodeableConcept": {"text": "Not detected"}}, "negative"),
        ({"valueString": "Indeterminate"}, "indeterminate"),
        ({"interpretation": [concept("NEG", "urn:v3", "Negative")]}, "negative"),
    ],
)
def test_a_word_result_however_it_is_written(fields: dict[str, Any], word: str) -> None:
    """By code, by words, or by its interpretation."""
    assert only(look(observation("2106-3", **fields))).value == word


@pytest.mark.parametrize(
    "fields",
    [
        {"valueCodeableConcept": {"text": "see report"}},
        {"valueQuantity": quantity(5, "m[IU]/mL")},
        {"valueString": "positive", "interpretation": [concept("NEG", "urn:v3")]},
        {},
    ],
)
def test_a_word_result_that_leaves_it_open_is_listed(fields: dict[str, Any]) -> None:
    """A contradiction is not resolved by picking one."""
    record = look(observation("2106-3", **fields))
    assert facts(record) == []
    assert len(missed(record)) == 1


def test_a_pregnancy_status_is_a_problem_on_file() -> None:
    """US Core charts it as an observation."""
    problem = only(look(observation("82810-3", valueCodeableConcept=concept("77386006", display="Pregnant"))))
    assert (problem.text, problem.status, problem.codes[0].code) == ("Pregnant", "active", "77386006")
