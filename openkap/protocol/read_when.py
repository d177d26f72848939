"""The `when` of a rule: one of a handful of kinds, told apart by its first key."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from openkap.clinical.entries import KINDS
from openkap.clinical.gates import COMPUTED
from openkap.clinical.instruments import Instrument
from openkap.clinical.protocol import MeasurementKind, ResultKind, Source, ValueSet
from openkap.clinical.quantity import plain
from openkap.clinical.rules import (
    Absent,
    AfterDay,
    AllergyTo,
    AllOf,
    AnyOf,
    Asked,
    Computed,
    ConditionOn,
    Elapsed,
    Fewer,
    MeasurementOut,
    MedicineOn,
    Not,
    Present,
    Reaches,
    ResultIs,
    ScoreAt,
    Speaks,
    When,
)
from openkap.protocol.read_toml import Table, as_amount


@dataclass(slots=True)
class Known:
    """What has been read so far, and may therefore be named."""

    sources: dict[str, Source] = field(default_factory=dict)
    value_sets: dict[str, ValueSet] = field(default_factory=dict)
    measurements: dict[str, MeasurementKind] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    group_titles: dict[str, str] = field(default_factory=dict)
    falling: set[str] = field(default_factory=set)  # groups of which each part is above the next
    longest: timedelta = timedelta.max  # what a clinic may write for itself
    results: dict[str, ResultKind] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)


_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_DEEPEST = 40  # steps from the top of the file: what asks a condition goes as deep as it does
NOBODY = Asked()
"""Stands where a `when` could not be read; its fault has been noted, so it is never asked."""


def read_when(table: Table, known: Known) -> When:
    """The condition of this table, its names checked against what is known."""
    if len(table.where.path) > _DEEPEST:
        table.fault("", "this condition is nested too deeply")
        return NOBODY
    kinds = [key for key in _KINDS if key in table]
    if len(kinds) != 1:
        listed = " and ".join(kinds) or "none"
        table.fault("", f"a condition is exactly one of {', '.join(_KINDS)}, and here is {listed}")
        return NOBODY
    when = _KINDS[kinds[0]](table, known)
    table.close()
    return when


def _condition(table: Table, known: Known) -> When:
    ever, stale_after = table.get("ever", bool, False), table.span("stale_after")
    if ever and stale_after:
        table.fault("stale_after", "what counts for ever cannot grow stale")
    return _each(table, "condition", known, lambda name: ConditionOn(name, ever, stale_after))


def _medicine(table: Table, known: Known) -> When:
    return _each(table, "medicine", known, MedicineOn)


def _allergy(table: Table, known: Known) -> When:
    return _each(table, "allergy", known, AllergyTo)


def _each(table: Table, key: str, known: Known, make: Callable[[str], When]) -> When:
    names = table.texts(key) if isinstance(table.values[key], list) else (table.text(key),)
    for name in names:
        if name not in known.value_sets:
            table.fault(key, f"{name!r} is not a value set of codes/")
    if not names:
        table.fault(key, "this names no value set")
        return NOBODY
    return make(names[0]) if len(names) == 1 else AnyOf(tuple(make(name) for name in names))


def _measurement(table: Table, known: Known) -> When:
    name = table.text("measurement")
    if name not in known.measurements and name not in known.groups:
        table.fault("measurement", f"{name!r} is not in measurements.toml")
    parts = known.groups.get(name, (name,))
    above, below, at_least = (_limits(table, side, parts, known) for side in ("above", "below", "at_least"))
    if not above and not below and not at_least:
        table.fault("measurement", "a limit is missing: give above, below or at_least")
    named = [what for what, _ in (*above, *below, *at_least) if what in known.measurements]
    title = known.group_titles.get(name) or (
        known.measurements[name].title if name in known.measurements else name
    )
    units = tuple((what, known.measurements[what].unit) for what in dict.fromkeys(named))
    return MeasurementOut(above, below, _within(table), units, title, at_least)


def _limits(table: Table, key: str, parts: tuple[str, ...], known: Known) -> tuple[tuple[str, Decimal], ...]:
    if key not in table:
        return ()
    if len(parts) == 1:
        return ((parts[0], _plausible(table, key, parts[0], table.amount(key), known)),)
    limits = table.table(key)
    for name in limits.values:
        if name not in parts:
            limits.fault(name, f"this is not part of {table.values['measurement']}")
    given = {
        name: _plausible(limits, name, name, as_amount(value, name, limits), known)
        for name, value in limits.values.items()
        if name in parts
    }
    for higher, lower in pairwise(part for part in parts if part in given):
        if table.values["measurement"] in known.falling and given[higher] <= given[lower]:
            limits.fault(lower, f"this is not below {known.measurements[higher].title}")
    return tuple(given.items())


def _plausible(table: Table, key: str, name: str, limit: Decimal, known: Known) -> Decimal:
    """The limit as it was read; a fault where no such value would ever be charted."""
    kind = known.measurements.get(name)
    if kind and limit == table.values[key] and not kind.lowest <= limit <= kind.highest:
        lies = f"it lies between {plain(kind.lowest)} and {plain(kind.highest)} {kind.unit}"
        table.fault(key, f"{plain(limit)} is no {kind.title}: {lies}")
    return limit


def _score(table: Table, known: Known) -> When:
    name, item = table.text("score"), table.get("item", int, 0)
    instrument = known.instruments.get(name)
    if instrument is None:
        table.fault("score", f"{name!r} is not an instrument of instruments/")
    elif not 0 <= item <= len(instrument.items):
        table.fault("item", f"{name} has no item {item}")
    elif "level" in table:
        levels = tuple(level.word for level in instrument.triage)
        return ScoreAt(name, 0, _within(table), level=table.word("level", levels))
    return ScoreAt(name, table.get("at_least", int), _within(table), item)


def _result(table: Table, known: Known) -> When:
    name = table.text("result")
    if name not in known.results:
        table.fault("result", f"{name!r} is not a result of measurements.toml")
    value = table.word("value", ("positive", "negative", "abnormal", "normal"))
    return ResultIs(name, value, _within(table))


def _within(table: Table) -> timedelta:
    if "within" not in table:
        table.fault("within", "this is missing: how recent must it be")
    return table.span("within") or timedelta(0)


def _elapsed(table: Table, _: Known) -> When:
    since, under, over = table.text("elapsed"), table.span("under"), table.span("over")
    if since not in ("birth", "death"):
        _fact(table, "elapsed", since)
    if (under is None) == (over is None):
        table.fault("elapsed", "give exactly one of under and over")
    for key in ("under", "over"):
        if since == "birth" and not str(table.values.get(key, "y")).endswith("y"):
            table.fault(key, "an age is counted in years")
    return Elapsed(since, under, over)


def _after_day(table: Table, _: Known) -> When:
    region = table.text("in")
    if not _REGION.fullmatch(region):
        table.fault("in", f"{region!r} is no region: write it like US or US-CA")
    return AfterDay(table.day("after_day"), region)


def _speaks(table: Table, _: Known) -> When:
    return Speaks(table.text("rule"))


def _absent(table: Table, _: Known) -> When:
    return read_absent(table, "absent")


def read_absent(table: Table, key: str) -> Absent:
    """A fact to look for, its kind under `key`."""
    return Absent(table.text(key), *_sought(table, key))


def _present(table: Table, _: Known) -> When:
    return Present(table.text("present"), *_sought(table, "present"))


Sought = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], timedelta | None, str, str, bool]


def _sought(table: Table, key: str) -> Sought:
    kind = table.text(key)
    fields = _fact(table, key, kind)
    where, being = _values(table, "where", fields), _values(table, "being", fields)
    after, before = table.text("after", ""), table.text("before", "")
    for other, name in (("after", after), ("before", before)):
        if name:
            _fact(table, other, name)
    this_visit = table.get("this_visit", bool, False)
    if this_visit and "visit" not in fields:
        table.fault("this_visit", f"{kind} belongs to no visit")
    return where, being, table.span("within"), after, before, this_visit


def _fact(table: Table, key: str, kind: str) -> frozenset[str]:
    """The field names of a kind of entry."""
    if kind not in KINDS:
        table.fault(key, f"{kind!r} is not a kind of entry")
        return frozenset()
    return frozenset(KINDS[kind].__dataclass_fields__)  # type: ignore[attr-defined]


def _values(table: Table, key: str, fields: frozenset[str]) -> tuple[tuple[str, str], ...]:
    values = table.table(key)
    for name in values.values:
        if name not in fields:
            values.fault(name, "this kind of entry has no such field")
    return tuple((name, _word(value)) for name, value in values.values.items())


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fewer(table: Table, _: Known) -> When:
    kind = table.text("fewer")
    fields = _fact(table, "fewer", kind)
    shows = _field(table, "shows", fields)
    where = table.table("where")
    wanted = []
    for name in where.values:
        if name not in fields:
            where.fault(name, "this kind of entry has no such field")
        wanted.append((name, where.texts(name)))
    than = table.get("than", int)
    if than < 1:
        table.fault("than", "no count is fewer than that")
    return Fewer(kind, than, tuple(wanted), shows)


def _reaches(table: Table, _: Known) -> When:
    kind = table.text("reaches")
    fields = _fact(table, "reaches", kind)
    most = _field(table, "most", fields) if "most" in table else ""
    return Reaches(kind, _field(table, "field", fields), table.get("at_least", int), most)


def _field(table: Table, key: str, fields: frozenset[str]) -> str:
    name = table.text(key)
    if fields and name not in fields:
        table.fault(key, "this kind of entry has no such field")
    return name


def _asked(table: Table, _: Known) -> When:
    if table.get("asked", bool) is not True:
        table.fault("asked", "write asked = true or leave it out")
    return Asked()


def _computed(table: Table, _: Known) -> When:
    return Computed(table.word("computed", tuple(COMPUTED)))


def _all(table: Table, known: Known) -> When:
    return AllOf(_parts(table, "all", known))


def _any(table: Table, known: Known) -> When:
    return AnyOf(_parts(table, "any", known))


def _parts(table: Table, key: str, known: Known) -> tuple[When, ...]:
    parts = tuple(read_when(part, known) for part in table.tables(key))
    if not parts:
        table.fault(key, "this list is empty")
    return parts


def _not(table: Table, known: Known) -> When:
    return Not(read_when(table.table("not"), known))


_KINDS: dict[str, Callable[[Table, Known], When]] = {
    "condition": _condition,
    "medicine": _medicine,
    "allergy": _allergy,
    "measurement": _measurement,
    "score": _score,
    "result": _result,
    "elapsed": _elapsed,
    "after_day": _after_day,
    "rule": _speaks,
    "absent": _absent,
    "present": _present,
    "fewer": _fewer,
    "reaches": _reaches,
    "asked": _asked,
    "computed": _computed,
    "all": _all,
    "any": _any,
    "not": _not,
}
