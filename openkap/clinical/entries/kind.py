"""How a kind of entry is declared, and how one is written to and read from plain JSON values.

A fact is a frozen dataclass; its file is its whole definition. Field types a fact may use: str, int, bool,
Decimal, datetime, date, UUID, another frozen dataclass, an Amount, `X | None`, and tuples of these.
"""

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, cast, dataclass_transform
from uuid import UUID

from openkap.clinical.moments import parse_moment, utc
from openkap.clinical.quantity import Amount

KINDS: dict[str, type] = {}
"""Every kind of entry by its name in the ledger."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def kind(name: str) -> Callable[[type], type]:
    """Declare a class as the kind of entry called `name`."""

    def declare(cls: type) -> type:
        made: Any = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        assert name not in KINDS, f"two kinds of entry are called {name}"
        made.KIND = name
        KINDS[name] = made
        return cast(type, made)

    return declare


def kind_of(fact: object) -> str:
    return cast(str, type(fact).KIND)  # type: ignore[attr-defined]


def to_body(fact: object) -> dict[str, Any]:
    """The fact as JSON values. Empty optional fields are left out: one added later changes no old hash."""
    values = ((f, getattr(fact, f.name)) for f in fields(fact))  # type: ignore[arg-type]
    return {f.name: _plain(value) for f, value in values if value not in (None, ()) or f.default is MISSING}


def from_body(name: str, body: dict[str, Any]) -> Any:
    """The fact of kind `name` from its JSON body. KeyError: unknown kind. TypeError: wrong field."""
    return _build(KINDS[name], body)


def _plain(value: Any) -> Any:
    if isinstance(value, Amount):
        return str(value.value)
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, date | Decimal | UUID):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return to_body(value) if is_dataclass(value) else value


def _build(cls: type, body: dict[str, Any]) -> Any:
    readers = _readers(cls)
    return cls(**{name: readers[name](value) for name, value in body.items()})


@cache
def _readers(cls: type) -> dict[str, Callable[[Any], Any]]:
    hints = typing.get_type_hints(cls)
    return {f.name: _reader(hints[f.name]) for f in fields(cls)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in typing.get_args(hint) if arg is not type(None))
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        item = _reader(typing.get_args(hint)[0])
        return lambda values: tuple(item(value) for value in values)
    if issubclass(hint, Amount):
        return lambda value: hint(Decimal(value))
    if is_dataclass(hint):
        return lambda value: _build(cast(type, hint), value)
    if hint is datetime:
        return lambda value: parse_moment(value, "ledger")
    exact: dict[Any, Callable[[Any], Any]] = {date: date.fromisoformat, Decimal: Decimal, UUID: UUID}
    return exact.get(hint, lambda value: value)
