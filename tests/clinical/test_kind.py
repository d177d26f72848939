"""Every kind of entry survives the ledger: to JSON and back, the same fact."""

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical.entries import KINDS, from_body, kind_of, to_body
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.office import TaskTaken
from openkap.clinical.quantity import Amount, Milligrams

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-999, max_value=9999)
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


def values_of(hint: typing.Any) -> st.SearchStrategy[typing.Any]:
    """Any value a field with this type may hold."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(st.none() if a is type(None) else values_of(a) for a in typing.get_args(hint)))
    if origin is tuple:
        return st.lists(values_of(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if issubclass(hint, Amount):
        return st.builds(hint, NUMBERS)
    if is_dataclass(hint):
        return facts_of(hint)
    plain = {str: st.text(max_size=20), int: st.integers(), bool: st.booleans(), Decimal: NUMBERS}
    return {**plain, datetime: MOMENTS, date: st.dates()}[hint]


def facts_of(cls: type) -> st.SearchStrategy[typing.Any]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{f.name: values_of(hints[f.name]) for f in fields(cls)})


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=25)
@given(data=st.data())
def test_a_fact_survives_the_ledger(name: str, data: st.DataObject) -> None:
    """What is written is what is read, through real JSON text."""
    fact = data.draw(facts_of(KINDS[name]))
    assert kind_of(fact) == name
    assert from_body(name, json.loads(json.dumps(to_body(fact)))) == fact


def test_numbers_are_written_as_text() -> None:
    """A JSON float would round a dose; a string does not."""
    body = to_body(DoseGiven(visit="v1", route="iv", amount=Milligrams(Decimal("35.10"))))
    assert body["amount"] == "35.10"


def test_a_field_the_ledger_does_not_know_is_refused() -> None:
    """A body from another version is never read by guessing."""
    with pytest.raises((KeyError, TypeError)):
        from_body("task-taken", {"task": "1", "colour": "red"})
    assert from_body("task-taken", {"task": "1"}) == TaskTaken(task="1")
