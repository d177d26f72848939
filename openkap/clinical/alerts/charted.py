"""What a person charted in a visit, in the order it counts. Late, disordered and future are left out.

They stay in the chart as what they are. They never raise an alert, never clear one and never refresh one.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven, Observed, VitalSigns
from openkap.clinical.entries.home import VideoChanged

_FIELDS = {
    "systolic": "systolic",
    "diastolic": "diastolic",
    "heart-rate": "heart_rate",
    "spo2": "spo2",
    "sedation": "sedation",
}
"""Signal → field of VitalSigns."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one signal, and when it was measured."""

    at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True)
class Charted:
    """Of one visit, oldest first."""

    values: dict[str, tuple[Value, ...]]
    events: tuple[tuple[datetime, str], ...]
    first_dose_at: datetime | None
    video: tuple[tuple[datetime, str], ...] = ()  # when the picture of a home came or went, and to what

    def newest(self, signal: str, at: datetime) -> Value | None:
        """The newest value that counts at `at`, or None."""
        kept = self.values.get(signal, ())
        place = bisect_right(kept, at, key=attrgetter("at"))
        return kept[place - 1] if place else None

    def baseline(self, signal: str) -> Value | None:
        """The last value at or before the first dose, or None."""
        return self.newest(signal, self.first_dose_at) if self.first_dose_at else None


def charted(chart: Chart, visit: str, late: timedelta) -> Charted:
    """What counts of this visit. `late`: written so long after it was measured, a value no longer does.

    Gathered once for each chart.
    """
    kept: dict[tuple[str, timedelta], Charted] = chart.memo.setdefault("charted", {})
    key = visit, late
    if key not in kept:
        kept[key] = Charted(
            values={signal: _values(chart, visit, late, signal) for signal in _FIELDS},
            events=tuple(sorted(_events(chart, visit, late))),
            first_dose_at=min(
                (e.effective_at for e in chart.all(DoseGiven) if e.fact.visit == visit), default=None
            ),
            video=tuple(
                sorted((e.effective_at, e.fact.to) for _, e in _counting(chart, VideoChanged, visit, late))
            ),
        )
    return kept[key]


def _values(chart: Chart, visit: str, late: timedelta, signal: str) -> tuple[Value, ...]:
    """In the order written; one that is older than what is here already is out of order."""
    kept: list[Value] = []
    for _, entry in sorted(_counting(chart, VitalSigns, visit, late), key=lambda pair: pair[0]):
        value = getattr(entry.fact, _FIELDS[signal])
        if value is None or (kept and entry.effective_at < kept[-1].at):
            continue
        if kept and entry.effective_at == kept[-1].at:
            kept.pop()  # what was written later of one instant stands
        kept.append(Value(entry.effective_at, Decimal(value)))
    return tuple(kept)


def _events(chart: Chart, visit: str, late: timedelta) -> Iterator[tuple[datetime, str]]:
    for _, entry in _counting(chart, Observed, visit, late):
        yield entry.effective_at, entry.fact.event


def _counting(chart: Chart, kind: type, visit: str, late: timedelta) -> Iterator[tuple[int, Entry]]:
    """The entries that count with the place they have. A correction stands where its first entry stood."""
    for entry in chart.all(kind):
        if entry.fact.visit != visit:
            continue
        first = _first(chart, entry)
        if entry.effective_at <= first.recorded_at < entry.effective_at + late:
            yield first.seq, entry


def _first(chart: Chart, entry: Entry) -> Entry:
    """The entry that this one corrects, by however many corrections; itself when it corrects none."""
    while entry.supersedes is not None:
        before = next((one for one in chart.entries if one.id == entry.supersedes), None)
        if before is None:
            break
        entry = before
    return entry
