"""Vital signs as the room shows them: four tiles, each with its age, and one row a minute behind the trend.

A value that has grown old is taken off its tile. Nothing is smoothed: a row holds its minute's last readings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import VitalSigns
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


@dataclass(frozen=True, slots=True)
class Row:
    """One minute of the trend: the last value of each signal in it, by the signal's name with "_" for "-"."""

    at: datetime
    of: dict[str, str]


TILES = (
    ("blood-pressure", "Blood pressure", ("systolic", "diastolic"), "mmHg"),
    ("heart-rate", "Heart rate", ("heart-rate",), "/min"),
    ("spo2", "SpO\u2082", ("spo2",), "%"),
    ("sedation", "Sedation", ("sedation",), "of 5"),
)


def charted(chart: Chart, visit: str) -> list[Point]:
    """Every value a person charted in a visit."""
    points = []
    for entry in chart.all(VitalSigns):
        signs = entry.fact
        if signs.visit != visit:
            continue
        for signal, value in (
            ("systolic", signs.systolic),
            ("diastolic", signs.diastolic),
            ("heart-rate", signs.heart_rate),
            ("spo2", signs.spo2),
            ("sedation", signs.sedation),
        ):
            if value is not None:
                shown = str(value) if isinstance(value, int) else plain(value)
                points.append(Point(signal, entry.effective_at, shown, source=signs.source))
    return points


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
    return Row(max(point.at for point in found.values()), shown)
