"""Instruments, and the items a licence holder adds to one that ships without its text."""

from collections.abc import Sequence
from dataclasses import replace

from openkap.clinical.instruments import AskedIf, Bands, Instrument, Item, Level, Pattern, Subscale
from openkap.protocol.read_content import needed_span
from openkap.protocol.read_rules import BASES, SEXES, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

_RATERS = ("patient", "clinician")
_WAYS = ("lower", "higher", "neither")
_HOW = ("sum", "triage")
_PARTS = (
    "bands",
    "bands_of",
    "meaningful_change",
    "remission_below",
    "response_percent",
    "highest_of",
    "pattern",
)
"""What may rest on another basis than the rest of its file."""


def read_instrument(table: Table, name: str, known: Known) -> None:
    """One instrument a file. Without items it takes a total alone."""
    basis, sources = read_basis(table, known)
    items = tuple(_item(one) for one in table.tables("item"))
    triage = tuple(_level(one, known) for one in table.tables("triage"))
    how = table.word("how", _HOW, "sum")
    made = Instrument(
        id=name,
        title=table.text("title"),
        measures=table.text("measures"),
        stem=table.text("stem", ""),
        items=items,
        answers=table.texts("answers", ()),
        bands=_bands(table, "bands") if "bands" in table else (),
        highest=_optional(table, "highest"),
        meaningful_change=_optional(table, "meaningful_change"),
        remission_below=_optional(table, "remission_below"),
        loinc_total=table.text("loinc_total", ""),
        notice=table.text("notice"),
        sources=sources,
        basis=basis,
        recall=needed_span(table, "recall"),
        asks_about=table.text("asks_about"),
        rated_by=table.word("rated_by", _RATERS, "patient"),
        better=table.word("better", _WAYS, "lower"),
        how=how,
        times=table.get("times", int, 1),
        highest_of=_groups(table),
        response_percent=_optional(table, "response_percent"),
        bands_of=_bands_of(table),
        subscales=tuple(_subscale(one) for one in table.tables("subscale")),
        pattern=_pattern(table),
        triage=triage,
        basis_of=_basis_of(table),
        loinc_panel=table.text("loinc_panel", ""),
        codes=table.texts("codes", ()),
        routine=table.get("routine", bool, False),
    )
    _make_sense(made, table)
    table.close()
    known.instruments[name] = made


def read_licensed(table: Table, name: str, known: Known) -> None:
    """The items of an instrument that comes without them, from whoever may use them here."""
    licence, stem, notice = table.text("licence"), table.text("stem"), table.text("notice", "")
    items, answers = tuple(_item(one) for one in table.tables("item")), table.texts("answers", ())
    subscales = tuple(_subscale(one) for one in table.tables("subscale"))
    bare = known.instruments.get(name)
    if bare is None:
        table.fault("", f"{name!r} is not an instrument of this protocol")
    elif bare.items:
        table.fault("", f"{bare.title} comes with its items already")
    else:
        made = replace(
            bare,
            licence=licence,
            stem=stem,
            notice=notice or bare.notice,
            items=items,
            answers=answers,
            subscales=subscales or bare.subscales,
        )
        if not items:
            table.fault("item", "this file adds no item")
        _make_sense(made, table)
        known.instruments[name] = made
    table.close()


def _item(table: Table) -> Item:
    made = Item(
        text=table.text("text"),
        loinc=table.text("loinc", ""),
        answers=table.texts("answers", ()),
        codes=table.texts("codes", ()),
        asked_if=_asked_if(table),
        scored=table.get("scored", bool, True),
        above=table.text("above", ""),
        note=table.text("note", ""),
    )
    table.close()
    return made


def _asked_if(table: Table) -> AskedIf | None:
    if "asked_if" not in table:
        return None
    inner = table.table("asked_if")
    made = AskedIf(inner.get("item", int, 0), inner.get("at_least", int))
    inner.close()
    return made


def _subscale(table: Table) -> Subscale:
    made = Subscale(
        id=table.text("id"),
        title=table.text("title"),
        items=_numbers(table, "items"),
        highest=table.get("highest", int),
        counts_from=table.get("counts_from", int, 0),
        needs=table.get("needs", int, 0),
        needs_percent=table.get("needs_percent", int, 0),
    )
    table.close()
    return made


def _level(table: Table, known: Known) -> Level:
    basis, sources = read_basis(table, known)
    made = Level(table.text("word"), _numbers(table, "items"), table.text("says"), basis, sources)
    table.close()
    return made


def _pattern(table: Table) -> Pattern | None:
    if "pattern" not in table:
        return None
    inner = table.table("pattern")
    made = Pattern(inner.text("met"), inner.text("not_met"))
    inner.close()
    return made


def _numbers(table: Table, key: str) -> tuple[int, ...]:
    return _whole(table, key, table.get(key, list))


def _whole(table: Table, key: str, values: Sequence[object]) -> tuple[int, ...]:
    numbers = tuple(value for value in values if type(value) is int)
    if len(numbers) < len(values) or len(set(numbers)) < len(numbers):
        table.fault(key, "this is not a list of different item numbers")
    return numbers


def _groups(table: Table) -> tuple[tuple[int, ...], ...]:
    groups = table.get("highest_of", list, [])
    if any(not isinstance(group, list) or not group for group in groups):
        table.fault("highest_of", "this is not a list of lists of item numbers")
        return ()
    return tuple(_whole(table, "highest_of", group) for group in groups)


def _optional(table: Table, key: str) -> int | None:
    return table.get(key, int) if key in table else None


def _bands(table: Table, key: str) -> Bands:
    bands = []
    for one in table.tables(key):
        bands.append((one.get("from", int), one.text("word")))
        one.close()
    starts = [start for start, _ in bands]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        table.fault(key, "these must rise from 0")
    return tuple(bands)


def _bands_of(table: Table) -> dict[str, Bands]:
    inner = table.table("bands_of")
    for sex in inner.values:
        if sex not in SEXES:
            inner.fault(sex, f"this is not one of {', '.join(SEXES)}")
    return {sex: _bands(inner, sex) for sex in inner.values}


def _basis_of(table: Table) -> dict[str, str]:
    inner = table.table("basis_of")
    for part in inner.values:
        if part not in _PARTS:
            inner.fault(part, f"this is not one of {', '.join(_PARTS)}")
        elif part not in table:
            inner.fault(part, "this file has no such part")
    return {part: inner.word(part, BASES) for part in inner.values}


def _make_sense(made: Instrument, table: Table) -> None:
    """What no single key can say of itself."""
    for number, item in enumerate(made.items, 1):
        answers = made.answers_of(number)
        if len(answers) < 2:
            table.fault("item", f"item {number} has no answers to choose from")
        if item.codes and len(item.codes) != len(item.answers):
            table.fault("item", f"item {number} has {len(item.codes)} codes for {len(item.answers)} answers")
        condition = item.asked_if
        if condition and not (0 <= condition.item < number and condition.at_least > 0):
            table.fault("item", f"item {number} can only depend on an item before it, from a score of 1")
    if made.codes and len(made.codes) != len(made.answers):
        table.fault("codes", f"{len(made.codes)} codes for {len(made.answers)} answers")
    _numbers_exist(made, table)
    _sums(made, table)
    if (made.how == "triage") is not bool(made.triage):
        table.fault("triage", "levels are what a triage has, and nothing else")
    if made.triage and made.triage[-1].items:
        table.fault("triage", "the last level must hold where no other does, so it names no item")


def _numbers_exist(made: Instrument, table: Table) -> None:
    named = [("subscale", sub.items) for sub in made.subscales]
    named += [("triage", level.items) for level in made.triage]
    named += [("highest_of", group) for group in made.highest_of]
    for key, numbers in named if made.items else ():
        for number in numbers:
            if not 1 <= number <= len(made.items):
                table.fault(key, f"there is no item {number}")


def _sums(made: Instrument, table: Table) -> None:
    """The highest totals must be what the items come to; a band or limit above them could never be met."""
    if made.items and made.how == "sum" and not table.faults.found:
        if made.highest != (comes_to := _highest(made)):
            table.fault("highest", f"{len(made.items)} items come to {comes_to}, not {made.highest}")
        for sub in made.subscales:
            if sub.highest != (part := sum(len(made.answers_of(n)) - 1 for n in sub.items)):
                table.fault("subscale", f"{sub.id} comes to {part}, not {sub.highest}")
    limits = [start for bands in (made.bands, *made.bands_of.values()) for start, _ in bands]
    limits += [limit for limit in (made.meaningful_change, made.remission_below) if limit is not None]
    if made.highest is not None and any(limit > made.highest for limit in limits):
        table.fault("highest", f"a band or limit lies above {made.highest}")


def _highest(made: Instrument) -> int:
    scores = {n: len(made.answers_of(n)) - 1 for n, item in enumerate(made.items, 1) if item.scored}
    grouped = {n for group in made.highest_of for n in group}
    single = sum(score for n, score in scores.items() if n not in grouped)
    return made.times * (single + sum(max(scores[n] for n in group) for group in made.highest_of))
