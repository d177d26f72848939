"""What is hashed: one spelling for every entry, the same on every computer and database."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from openkap.clinical.entries import kind_of, to_body
from openkap.clinical.quantity import Amount
from openkap.clinical.refusal import BadInput, clean_text

START = "0" * 64
"""The hash before the first entry."""
HASHED = (
    "author",
    "body",
    "effective_at",
    "id",
    "kind",
    "prev_hash",
    "recorded_at",
    "seq",
    "subject",
    "supersedes",
    "via",
)
"""Every column that the hash covers: all but the hash itself, in the order of canonical JSON."""
_LARGEST_POWER = 15


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def spelled(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, characters as they are."""
    return _JSON.encode(value)


def entry_hash(columns: dict[str, Any]) -> str:
    """SHA-256 over canonical JSON of every hashed column; `body` is canonical JSON already."""
    author, body, *rest = HASHED
    others = spelled({name: columns[name] for name in rest})
    text = f'{{"{author}":{spelled(columns[author])},"{body}":{columns[body]},{others[1:]}'
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def moment(at: datetime, where: str) -> str:
    """A time as the ledger writes it: UTC, always with microseconds, 32 characters."""
    if at.tzinfo is None:
        raise BadInput(where, "the time has no time zone", "Give it in UTC")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def body_of(fact: Any) -> dict[str, Any]:
    """The fact as JSON values, every text cleaned, or BadInput naming kind and field."""
    _check(fact, kind_of(fact))
    body: dict[str, Any] = _cleaned(to_body(fact), kind_of(fact))
    return body


def _check(value: Any, where: str) -> None:
    """No float, no number that is not finite, no time without a zone, however deep."""
    if isinstance(value, float):
        raise BadInput(where, f"{value!r} is a binary fraction", "Give a Decimal")
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > _LARGEST_POWER):
        raise BadInput(where, f"{value} is not a finite number of a sensible size")
    if isinstance(value, datetime):
        moment(value, where)
    if isinstance(value, tuple | list):
        for number, item in enumerate(value, 1):
            _check(item, f"{where}[{number}]")
    elif isinstance(value, Amount):
        _check(value.value, where)
    elif is_dataclass(value):
        for field in fields(value):
            _check(getattr(value, field.name), f"{where}.{field.name}")


def _cleaned(value: Any, where: str) -> Any:
    if isinstance(value, str):
        return clean_text(value, where)
    if isinstance(value, list):
        return [_cleaned(item, where) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item, f"{where}.{name}") for name, item in value.items()}
    if value is None or isinstance(value, bool | int):
        return value
    raise BadInput(where, f"{type(value).__name__} cannot be written in the ledger")
