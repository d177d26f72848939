"""What a gap asks for, value by value: what each is called, what it is, and where it goes in its change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openkap.clinical.protocol import Unset
from openkap.protocol.lines import Step
from openkap.protocol.read_toml import values_of

CAP_KEYS = ("cap_mg_per_kg", "cap_mg")
_BLANK = re.compile(r'"\?"|\?')
_MARK = "?"


@dataclass(frozen=True, slots=True)
class Blank:
    """One value. `kind`: "time", "count", "amount" or "words"; `path`: its keys in the change."""

    asks: str
    kind: str
    path: tuple[Step, ...]


def blanks(one: Unset) -> tuple[Blank, ...]:
    """One for each value, in the order they are asked for."""
    if one.rule is not None:
        return _of_template(one)
    if one.number is not None:
        return (Blank(one.asks[0], one.template, ("value",)),)
    if one.route:
        return tuple(Blank(asks, "amount", (key,)) for asks, key in zip(one.asks, CAP_KEYS, strict=True))
    return (Blank("in words", "words", ("says",)),)


def filled(template: str, values: tuple[str, ...]) -> str:
    """The template with each "?" replaced, a time between quotes."""
    left = iter(values)
    return _BLANK.sub(lambda found: found[0].replace(_MARK, next(left)), template)


def _of_template(one: Unset) -> tuple[Blank, ...]:
    quoted = _BLANK.findall(one.template)
    marks = tuple(f"{_MARK}{place}" for place in range(len(quoted)))
    named = _BLANK.sub('"?"', one.template)
    paths = {mark: path for path, mark in texts_in(values_of(f"when = {filled(named, marks)}"), ())}
    kinds = ("time" if found != _MARK else "amount" for found in quoted)
    return tuple(
        Blank(asks, kind, paths[mark]) for asks, kind, mark in zip(one.asks, kinds, marks, strict=True)
    )


def texts_in(values: Any, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every text of a table, however deep, with its path."""
    if isinstance(values, str):
        yield path, values
    elif isinstance(values, dict | list):
        inner = values.items() if isinstance(values, dict) else enumerate(values)
        for step, value in inner:
            yield from texts_in(value, (*path, step))
