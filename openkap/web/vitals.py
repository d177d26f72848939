"""Vital signs as the room shows them: four tiles, each with its age, and one row a minute behind the trend.

A value that has grown old is taken off its tile. Nothing is smoothed: a row holds its minute's last readings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import VitalSigns
from openkap.clinical.entries.room import SedationRated
from openkap.clinical.moments import in_words
from openkap.clinical.quantity import plain


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one signal. `device`: a feed that goes on by itself, so its silence shows sooner.

    `live`: measured when it was received, as far as the two clocks tell; else it is in the trend alone.
    """

    signal: str
    at: datetime
    value: str
    device: bool = False
    source: str = "by hand"
    live: bool = True
    was: str = ""  # what stood here before it was corrected


@dataclass(frozen=True, slots=True)
class Tile:
    """What one tile says: `state` is "fresh", "old" or "empty"."""

    name: str
    title: str
    parts: tuple[str, ...]
    unit: str
    state: str
    value: str = ""
    at: datetime | None = None
    source: str = ""
    gap: str = "no reading yet"
    fresh_for_s: int = 0
    was: str = ""  # the value before a correction, struck through


@dataclass(frozen=True, slots=True)
class Row:
    """One minute of the trend: the last value of each signal in it, by the signal's name with "_" for "-"."""

    at: datetime
    of: dict[str, str]
    was: str = ""  # what of it was corrected, as it was first: "systolic 124"


TILES = (
    ("blood-pressure", "Blood pressure", ("systolic", "diastolic"), "mmHg"),
    ("heart-rate", "Heart rate", ("heart-rate",), "/min"),
    ("spo2", "SpO\u2082", ("spo2",), "%"),
    ("sedation", "Sedation", ("sedation",), "of 5"),
)


SIGNALS = ("systolic", "diastolic", "heart_rate", "spo2", "sedation")


def charted(chart: Chart, visit: str) -> list[Point]:
    """Every value a person charted in a visit, with what a corrected one was first."""
    by_id = {entry.id: entry for entry in chart.entries}
    points = []
    for entry in (entry for entry in chart.all(VitalSigns) if entry.fact.visit == visit):
        first = _first(entry, by_id)
        for field in SIGNALS:
            value, was = _shown(entry, field), _shown(first, field)
            if value:
                signal, at, source = field.replace("_", "-"), entry.effective_at, entry.fact.source
                points.append(Point(signal, at, value, source=source, was="" if was == value else was))
    for entry in (entry for entry in chart.all(SedationRated) if entry.fact.visit == visit):
        value, was = _shown(entry, "level"), _shown(_first(entry, by_id), "level")
        points.append(Point("sedation", entry.effective_at, value, was="" if was == value else was))
    return points


def _first(entry: Entry, by_id: Mapping[UUID, Entry]) -> Entry:
    """The entry as it was written first."""
    while entry.supersedes in by_id:
        entry = by_id[entry.supersedes]
    return entry


def _shown(entry: Entry, field: str) -> str:
    value = getattr(entry.fact, field)
    return "" if value is None else plain(Decimal(value))


def tiles(points: Iterable[Point], at: datetime, *, by_hand: timedelta, by_device: timedelta) -> list[Tile]:
    """The four tiles at a moment. Two values of one tile (blood pressure) must be of the same instant."""
    known = sorted((p for p in points if p.live and p.at <= at), key=lambda p: p.at)
    return [_tile(shape, known, at, (by_hand, by_device)) for shape in TILES]


def _tile(
    shape: tuple[str, str, tuple[str, ...], str],
    known: list[Point],
    at: datetime,
    fresh: tuple[timedelta, ...],
) -> Tile:
    name, title, parts, unit = shape
    newest = _newest_set(known, parts)
    if not newest:
        return Tile(name, title, parts, unit, "empty", fresh_for_s=int(fresh[0].total_seconds()))
    moment, device = newest[0].at, newest[0].device
    limit = fresh[1] if device else fresh[0]
    old = at - moment > limit
    return Tile(
        name=name,
        title=title,
        parts=parts,
        unit=unit,
        state="old" if old else "fresh",
        value="/".join(p.value for p in newest),
        at=moment,
        source=newest[0].source,
        gap=f"no reading for {in_words(at - moment)}" if old else "",
        fresh_for_s=int(limit.total_seconds()),
        was="/".join(p.was or p.value for p in newest) if any(p.was for p in newest) else "",
    )


def _newest_set(known: list[Point], parts: tuple[str, ...]) -> list[Point]:
    """The newest instant at which every part of a tile was read."""
    by_moment: dict[datetime, dict[str, Point]] = {}
    for point in known:
        if point.signal in parts:
            by_moment.setdefault(point.at, {})[point.signal] = point
    whole = [moment for moment, found in by_moment.items() if len(found) == len(parts)]
    return [by_moment[max(whole)][part] for part in parts] if whole else []


def rows(points: Iterable[Point]) -> list[Row]:
    """One row a minute, oldest first: the last reading of each signal in that minute."""
    minutes: dict[datetime, dict[str, Point]] = {}
    for point in sorted(points, key=lambda p: p.at):
        minute = point.at.replace(second=0, microsecond=0)
        minutes.setdefault(minute, {})[point.signal] = point
    return [_row(found) for _, found in sorted(minutes.items())]


def _row(found: dict[str, Point]) -> Row:
    shown = {signal.replace("-", "_"): point.value for signal, point in found.items()}
    was = ", ".join(f"{signal.replace('-', ' ')} {point.was}" for signal, point in found.items() if point.was)
    return Row(max(point.at for point in found.values()), shown, was)
