"""Field shapes every action checks: clean text, finite numbers, one of the known words. Never a threshold."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openkap.clinical.protocol import MeasurementKind
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput, clean_text

YES_NO = ("yes", "no")
IDENTIFIERS = ("name", "birth date", "number", "photo", "address")


def cleaned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields, every text clean and trimmed and every number finite, or BadInput naming one."""
    return {name: _clean(value, name) for name, value in fields.items()}


def _clean(value: Any, where: str) -> Any:
    if isinstance(value, str):
        return clean_text(value, where).strip()
    if isinstance(value, Decimal) and not value.is_finite():
        raise BadInput(where, f"{value} is not a finite number", "Write digits")
    if isinstance(value, float):
        raise BadInput(where, "a binary fraction cannot be taken exactly", "Send a decimal number")
    if isinstance(value, tuple):
        return tuple(_clean(item, where) for item in value)
    return value


def needed(text: str, where: str, todo: str = "Fill it in") -> str:
    """The text, which must not be blank."""
    if not text:
        raise BadInput(where, "nothing is written here", todo)
    return text


def one_of(value: str, known: Iterable[str], where: str) -> str:
    """The value, which must be one of the known words."""
    words = tuple(known)
    if value not in words:
        raise BadInput(where, f"{value[:40]!r} is not known here", f"Choose one of: {', '.join(words)}")
    return value


def positive(value: int, where: str) -> int:
    """A whole number above zero."""
    if value <= 0:
        raise BadInput(where, f"{value} is not a number above zero", "Write a whole number such as 1")
    return value


def plausible(value: Decimal, measured: MeasurementKind, where: str) -> Decimal:
    """The value, if a living person can have it. The bounds are the protocol's."""
    if measured.lowest <= value <= measured.highest:
        return value
    span = f"{plain(measured.lowest)} to {plain(measured.highest)} {measured.unit}"
    raise BadInput(
        where,
        f"{plain(value)} {measured.unit} is outside what {measured.title.lower()} can be ({span})",
        "Check the number and its unit",
    )


def two_identifiers(identifiers: tuple[str, ...]) -> tuple[str, ...]:
    """The identifiers in the order asked, or BadInput when fewer than two different ones are named."""
    for identifier in identifiers:
        one_of(identifier, IDENTIFIERS, "identifiers")
    if len(set(identifiers)) < 2:
        raise BadInput("identifiers", "one identifier can be shared by two people", "Confirm two of them")
    return identifiers
