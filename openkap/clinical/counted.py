"""The part of a rule that counts what a clinician has written down, or reads a number of it."""

from datetime import datetime
from typing import Any

from openkap.clinical.chart import Chart
from openkap.clinical.entries import KINDS, Entry
from openkap.clinical.entries.history import TITLES
from openkap.clinical.entries.words import Measured
from openkap.clinical.rules import CannotTell, Fewer, Met, NotMet, Outcome, Reaches
from openkap.clinical.sought import newest, shelf

_UNKNOWN = "unknown"


def fewer(when: Fewer, chart: Chart, at: datetime) -> Outcome:
    """Met when too few count, NotMet when enough do, CannotTell with nothing on file or too much open."""
    name = TITLES.get(when.fact, when.fact)
    rows = [entry for entry in shelf(chart, KINDS[when.fact], ()) if entry.effective_at <= at]
    if not rows:
        return CannotTell(f"the {name}s (none on file)")
    counted = [entry for entry in rows if _counts(entry, when)]
    perhaps = [entry for entry in rows if entry not in counted and _counts(entry, when, _UNKNOWN)]
    shown = tuple(
        Measured(name, getattr(entry.fact, when.shows), entry.effective_at.isoformat()) for entry in counted
    )
    if len(counted) >= when.than:
        return NotMet(shown)
    if len(counted) + len(perhaps) >= when.than:
        open_ = ", ".join(getattr(entry.fact, when.shows) for entry in perhaps)
        return CannotTell(f"what is not known yet of the {name}s: {open_}")
    told = Measured(
        f"{name}s that count", f"{len(counted)} of {when.than}", rows[-1].effective_at.isoformat()
    )
    return Met((told, *shown))


def _counts(entry: Entry, when: Fewer, *also: str) -> bool:
    return all(getattr(entry.fact, field) in (*values, *also) for field, values in when.where)


def reaches(when: Reaches, chart: Chart, at: datetime) -> Outcome:
    """The newest such fact decides; with none on file nobody can tell."""
    name = TITLES.get(when.fact, when.fact)
    entry = newest(chart, KINDS[when.fact], at)
    if entry is None:
        return CannotTell(f"the {name} (none on file)")
    value = _number(entry, when.field)
    told = (Measured(name, str(value), entry.effective_at.isoformat()),)
    if value >= when.at_least:
        return Met(told)
    if when.most and _number(entry, when.most) >= when.at_least:
        return CannotTell(f"the open answers of the {name} of {entry.effective_at:%Y-%m-%d}")
    return NotMet(told)


def _number(entry: Entry, field: str) -> int:
    value: Any = getattr(entry.fact, field)
    assert isinstance(value, int), f"{field} is not a whole number"
    return value
