"""One TOML table, read key by key. Faults are noted with file and key, so that all are told at once."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from openkap.clinical.moments import parse_span
from openkap.clinical.quantity import parse_decimal
from openkap.clinical.refusal import BadInput
from openkap.protocol.fault import Fault
from openkap.protocol.lines import Step, line_of

Kind = TypeVar("Kind")

_NAMES = {str: "text", int: "a whole number", list: "a list", dict: "a table", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: "heart.toml", its text, ("rule", 2, "when"), "rule bp: when"."""

    file: str
    text: str = ""
    path: tuple[Step, ...] = ()
    called: str = ""

    def inner(self, *steps: Step, called: str) -> "Place":
        return replace(self, path=(*self.path, *steps), called=f"{self.called}: {called}".lstrip(": "))

    def __str__(self) -> str:
        line = line_of(self.text, self.path)
        at = f"{self.file}, line {line}" if line else self.file
        return f"{at}: {self.called}" if self.called else at


class Faults:
    """The faults found so far. `unread`: the files that could not be read at all."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.unread: list[str] = []

    def add(self, where: Place | str, what: str) -> None:
        self.found.append(Fault(str(where), what, where.path if isinstance(where, Place) else ()))


class Table:
    """A table of a file. Ask for each key once, then `close()`: what nobody asked for is a fault."""

    def __init__(self, values: dict[str, Any], where: Place, faults: Faults) -> None:
        self.values, self.where, self.faults = values, where, faults
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fault(self, key: str, what: str) -> None:
        self.faults.add(self.where.inner(key, called=key) if key else self.where, what)

    def close(self) -> None:
        for key in self.values:
            if key not in self._taken:
                self.fault(key, "this key is not known here")

    def give_up(self, key: str, what: str) -> None:
        """A fault that leaves nothing to ask: no other key is said to be unknown."""
        self.fault(key, what)
        self._taken |= self.values.keys()

    def get(self, key: str, cls: type[Kind], default: Kind | None = None) -> Kind:
        """The value of a key; without a default it must be there. After a fault: an empty one of its type."""
        self._taken.add(key)
        if key not in self.values:
            if default is None:
                self.fault(key, "this is missing")
            return cls() if default is None else default
        value = self.values[key]
        if type(value) is not cls:
            self.fault(key, f"{value!r} is not {_NAMES[cls]}")
            return cls()
        return value

    def day(self, key: str) -> date:
        self._taken.add(key)
        value = self.values.get(key)
        if type(value) is not date:
            self.fault(key, "a date such as 2026-03-02 is missing")
            return date.min
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = self.get(key, str, default)
        if key in self.values and not value.strip() and default != "":
            self.fault(key, "this is empty")
        return value

    def word(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed and (key in self.values or default is None) and value:
            self.fault(key, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = self.get(key, list, None if default is None else list(default))
        if any(not isinstance(value, str) or not value.strip() for value in values):
            self.fault(key, "every entry of this list must be text")
            return ()
        if len(set(values)) < len(values):
            self.fault(key, "an entry stands here twice")
        return tuple(values)

    def amount(self, key: str, default: Decimal | None = None) -> Decimal:
        self._taken.add(key)
        if key not in self.values:
            if default is None:
                self.fault(key, "this is missing")
            return Decimal(0) if default is None else default
        return as_amount(self.values[key], key, self)

    def number(self, key: str) -> Decimal:
        """As `as_number` reads it; it must be there."""
        self._taken.add(key)
        if key in self.values:
            return as_number(self.values[key], key, self)
        self.fault(key, "this is missing")
        return Decimal(0)

    def span(self, key: str) -> timedelta | None:
        """A span of time, or None when the key is not there."""
        return as_span(self.text(key), key, self) if key in self.values else None

    def table(self, key: str) -> "Table":
        return Table(self.get(key, dict, {}), self.where.inner(key, called=key), self.faults)

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of an array. Each is called by its id in faults, or by its place."""
        for number, values in enumerate(self.get(key, list, []), start=1):
            if not isinstance(values, dict):
                self.fault(key, f"entry {number} is not a table")
                continue
            name = values.get("id", values.get("rule", number))
            yield Table(values, self.where.inner(key, number - 1, called=f"{key} {name}"), self.faults)


def as_number(value: object, key: str, table: Table) -> Decimal:
    """A finite number with as many digits as it was published or worked out with."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        table.fault(key, f"{value!r} is not a number")
        return Decimal(0)
    made = Decimal(value)
    if not made.is_finite():
        table.fault(key, f"{value} is not a plain number")
        return Decimal(0)
    return made


def as_amount(value: object, key: str, table: Table) -> Decimal:
    """A number that is shown as it stands, so with few digits and no exponent."""
    try:
        return parse_decimal(str(as_number(value, key, table)), key)
    except BadInput as bad:
        table.fault(key, bad.what)
        return Decimal(0)


def as_span(value: str, key: str, table: Table) -> timedelta:
    try:
        return parse_span(value, key)
    except BadInput as bad:
        table.fault(key, f"{bad.what}. {bad.todo}" if bad.todo else bad.what)
        return timedelta(0)


def read(path: Path, name: str, faults: Faults) -> Table:
    """The file as one table; an empty one, with the fault noted, when it is missing or not TOML."""
    if not path.exists():
        return _unread(name, "this file is missing", faults)
    if not path.is_file():
        return _unread(name, "this is not a file", faults)
    try:
        return parsed(path.read_text(encoding="utf-8"), name, faults)
    except OSError as error:
        return _unread(name, f"this cannot be read ({error.strerror})", faults)
    except UnicodeDecodeError as error:
        return _unread(name, f"this is not TOML ({error})", faults)


def parsed(text: str, name: str, faults: Faults) -> Table:
    """The text as one table; an empty one, with the fault noted, when it is not TOML."""
    try:
        return Table(values_of(text), Place(name, text), faults)
    except BadToml as error:
        return _unread(name, f"this is not TOML ({error})", faults)


class BadToml(ValueError):
    """A text that is not TOML, and why."""


def values_of(text: str) -> dict[str, Any]:
    """What a TOML text holds, decimals as they are written. BadToml, whatever is wrong with it."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
        repr(values)  # a fault quotes what it is about
        return values
    except RecursionError:
        raise BadToml("its brackets are nested too deeply") from None
    except (ValueError, ArithmeticError) as error:  # a number of a thousand digits, too
        raise BadToml(str(error)) from None


def _unread(name: str, what: str, faults: Faults) -> Table:
    """An empty table. What it lacks, and what another file looks for in it, is not said as well."""
    faults.add(name, what)
    faults.unread.append(name)
    return Table({}, Place(name), Faults())
