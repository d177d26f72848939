"""Find the fact a rule looks for: the newest of its kind, by its fields, its age, its visit, its place."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from openkap.clinical.chart import Chart
from openkap.clinical.entries import KINDS, Entry
from openkap.clinical.rules import Sought

Values = tuple[tuple[str, str], ...]


def found(sought: Sought, chart: Chart, at: datetime, visit: str) -> Entry | None:
    """The newest fact looked for, or None when it is absent, too old, or says something else by now."""
    entry = _newest_of(sought.fact, sought, chart, at, visit)
    if entry is None or not _has(entry.fact, sought.being):
        return None
    if sought.within is not None and at - entry.effective_at > sought.within:
        return None
    for kind, wants_newer in ((sought.after, True), (sought.before, False)):
        mark = _newest_of(kind, sought, chart, at, visit) if kind else None
        if mark is not None and (_order(entry) > _order(mark)) is not wants_newer:
            return None
    return entry


def newest(chart: Chart, cls: type[Any], at: datetime, where: Values = ()) -> Entry | None:
    """The newest fact of a kind with these field values, up to `at`. The ledger's order breaks a tie."""
    for entry in reversed(shelf(chart, cls, where[:1])):
        if entry.effective_at <= at and _has(entry.fact, where[1:]):
            return entry
    return None


def _newest_of(kind: str, sought: Sought, chart: Chart, at: datetime, visit: str) -> Entry | None:
    """A mark that `after` or `before` names shares the fields it has: the same document, the same visit."""
    cls = KINDS[kind]
    shared = tuple((name, value) for name, value in sought.where if name in _fields(cls))
    if sought.this_visit and "visit" in _fields(cls):
        shared += (("visit", visit),)
    return newest(chart, cls, at, shared)


def shelf(chart: Chart, cls: type[Any], by: Values) -> Sequence[Entry]:
    """Entries of a kind whose one field has one value, oldest first. Sorted out once for each chart."""
    field = by[0][0] if by else ""
    key = f"shelf {cls.__name__} {field}"
    if key not in chart.memo:
        shelves: dict[str, list[Entry]] = {}
        for entry in sorted(chart.all(cls), key=_order):
            shelves.setdefault(_word(getattr(entry.fact, field)) if field else "", []).append(entry)
        chart.memo[key] = shelves
    kept: dict[str, list[Entry]] = chart.memo[key]
    return kept.get(by[0][1] if by else "", ())


@cache
def _fields(cls: type[Any]) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls))


def _has(fact: Any, values: Values) -> bool:
    return all(_word(getattr(fact, name)) == value for name, value in values)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _order(entry: Entry) -> tuple[datetime, int]:
    return entry.effective_at, entry.seq
