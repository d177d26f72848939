"""Every kind of entry survives the ledger: to JSON and back, the same fact."""

import json
import types
import typing
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical.entries import KINDS, from_body, kind_of, to_body
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.kind import kind
from openkap.clinical.entries.office import TaskClosed, TaskTaken
from openkap.clinical.entries.screening import Medicine
from openkap.clinical.entries.words import Code
from openkap.clinical.quantity import Amount, Milligrams
from openkap.clinical.refusal import BadInput

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
        return st.deferred(lambda: facts_of(hint))
    plain = {str: st.text(max_size=20), int: st.integers(), bool: st.booleans(), Decimal: NUMBERS}
    return {**plain, datetime: MOMENTS, date: st.dates()}[hint]


@cache
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


def test_a_time_without_a_zone_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that was tampered with says where it lies."""
    monkeypatch.setattr("openkap.clinical.entries.kind.KINDS", {})

    @kind("sample")
    class Sample:
        moment: datetime

    assert from_body("sample", {"moment": "2026-05-14T12:00:00+02:00"}).moment.hour == 10
    with pytest.raises(BadInput) as refused:
        from_body("sample", {"moment": "2026-05-14T10:00:00"})
    assert str(refused.value) == (
        "ledger: '2026-05-14T10:00:00' has no time zone. Add Z or an offset such as +01:00."
    )


def test_every_type_a_field_may_have_is_written_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The JSON is read by people and by other programs for decades, so its very words are fixed."""
    monkeypatch.setattr("openkap.clinical.entries.kind.KINDS", {})

    @kind("sample")
    class Sample:
        words: str
        count: int
        so: bool
        number: Decimal
        dose: Milligrams
        moment: datetime
        day: date
        name: UUID
        code: Code
        codes: tuple[Code, ...]
        later: datetime | None

    east = timezone(timedelta(hours=2))
    fact = Sample(
        words="a",
        count=3,
        so=False,
        number=Decimal("1.50"),
        dose=Milligrams(Decimal("35.10")),
        moment=datetime(2026, 5, 14, 12, 0, tzinfo=east),
        day=date(2026, 5, 14),
        name=UUID(int=7),
        code=Code("loinc", "1-8", "ALT"),
        codes=(Code("loinc", "2-6"),),
        later=None,
    )
    body = {
        "words": "a",
        "count": 3,
        "so": False,
        "number": "1.50",
        "dose": "35.10",
        "moment": "2026-05-14T10:00:00+00:00",
        "day": "2026-05-14",
        "name": "00000000-0000-0000-0000-000000000007",
        "code": {"system": "loinc", "code": "1-8", "display": "ALT"},
        "codes": [{"system": "loinc", "code": "2-6", "display": ""}],
        "later": None,
    }
    assert to_body(fact) == body
    assert from_body("sample", body) == fact


def test_what_is_empty_and_may_be_is_not_written() -> None:
    """Nothing, or a list of nothing: a field added later changes no old hash. An empty text is a text."""
    assert to_body(Medicine(text="")) == {"text": "", "status": "active"}
    assert to_body(TaskClosed(task="1", outcome="")) == {"task": "1", "outcome": "", "follow_up": ""}


def test_two_kinds_of_one_name_are_a_mistake_in_the_program() -> None:
    """Which of the two an old entry was could never be told."""
    with pytest.raises(AssertionError, match="two kinds of entry are called medicine"):
        kind("medicine")(type("Tablet", (), {}))


def test_a_fact_is_never_changed() -> None:
    """It is as it was signed, and it is built by the names of its fields."""
    fact = TaskTaken(task="1")
    with pytest.raises(FrozenInstanceError):
        fact.task = "2"
    with pytest.raises(TypeError):
        TaskTaken("1")
