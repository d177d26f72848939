"""Measured values of a chart, whoever measured them: at screening, as vital signs, on the visit's scale."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import VitalSigns, Weighed
from openkap.clinical.entries.room import SedationRated
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.sought import shelf

_RECORD = "record"
"""The source of a measurement that was read from another's record."""
_CHARTED = {
    "systolic": ("systolic", "mm[Hg]"),
    "diastolic": ("diastolic", "mm[Hg]"),
    "heart-rate": ("heart_rate", "/min"),
    "spo2": ("spo2", "%"),
    "sedation": ("sedation", "1"),
}
"""Measurement → (field of VitalSigns, UCUM unit)."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value as it was measured. `seq` breaks a tie: what was written later stands."""

    at: datetime
    seq: int
    value: Decimal
    unit: str
    from_elsewhere: bool = False  # read from another's record


def measurements(chart: Chart, what: str, at: datetime) -> list[tuple[datetime, Decimal]]:
    """Every value of one measurement up to `at`, newest last. Empty when there is none."""
    return [(point.at, point.value) for point in points(chart, what) if point.at <= at]


def latest(chart: Chart, what: str, at: datetime, *, unit: str, within: timedelta) -> Point | None:
    """The newest value no older than `within`. Old is missing, and so is a value in another unit."""
    for point in reversed(points(chart, what)):
        if point.at <= at and point.unit == unit:
            return point if at - point.at <= within else None
    return None


def standing(chart: Chart, what: str, at: datetime, *, unit: str, within: timedelta) -> tuple[Point, ...]:
    """The newest value, as `latest` has it; of another's record every value of that instant.

    A record may give the day alone: then nobody can say which of two was the later.
    """
    newest = latest(chart, what, at, unit=unit, within=within)
    if newest is None or not newest.from_elsewhere:
        return () if newest is None else (newest,)
    return tuple(point for point in points(chart, what) if (point.at, point.unit) == (newest.at, unit))


def points(chart: Chart, what: str) -> tuple[Point, ...]:
    """Every value of one measurement, oldest first, the future included. Gathered once for each chart."""
    kept: dict[str, tuple[Point, ...]] = chart.memo.setdefault("points", {})
    if what not in kept:
        kept[what] = tuple(sorted(_gathered(chart, what), key=attrgetter("at", "seq")))
    return kept[what]


def _gathered(chart: Chart, what: str) -> Iterator[Point]:
    for entry in shelf(chart, Measurement, (("what", what),)):
        yield _point(entry, entry.fact.value, entry.fact.unit, elsewhere=entry.fact.source == _RECORD)
    if what == "weight":
        for entry in chart.all(Weighed):
            yield _point(entry, entry.fact.weight.value, entry.fact.weight.unit)
    field, unit = _CHARTED.get(what, ("", ""))
    for entry in chart.all(VitalSigns) if field else ():
        if (value := getattr(entry.fact, field)) is not None:
            yield _point(entry, Decimal(value), unit)
    for entry in chart.all(SedationRated) if what == "sedation" else ():
        yield _point(entry, Decimal(entry.fact.level), unit)


def _point(entry: Entry, value: Decimal, unit: str, *, elsewhere: bool = False) -> Point:
    return Point(entry.effective_at, entry.seq, value, unit, elsewhere)
