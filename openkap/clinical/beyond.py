"""A measured value beyond its limit, as a sentence: the value, its age, the limit."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from operator import ge, gt, lt

from openkap.clinical.case import Case
from openkap.clinical.measured import Point, latest, points
from openkap.clinical.moments import in_words
from openkap.clinical.quantity import plain
from openkap.clinical.rules import MeasurementOut

_PRESSURE = ("systolic", "diastolic")
Out = Callable[[Decimal, Decimal], bool]


def beyond(when: MeasurementOut, case: Case) -> str:
    """ "Blood pressure 168/95, taken 4 min ago, is above the limit of 140/90". Empty when none is."""
    sides = (("above", when.above, gt), ("below", when.below, lt), ("at or above", when.at_least, ge))
    return "; ".join(
        said for side, limits, out in sides for said in _side(side, dict(limits), out, when, case)
    )


def last_known(when: MeasurementOut, case: Case) -> str:
    """The values that are too old to go by: " (the last, 128/80, is 16 min old)". Empty when none is."""
    found = [(what, point) for what, _ in when.units if (point := _last(what, case)) is not None]
    if not found:
        return ""
    oldest = min(point.at for _, point in found)
    shown = "/".join(plain(point.value) for _, point in found)
    return f" (the last, {shown}, is {in_words(case.at - oldest)} old)"


def _side(side: str, limits: dict[str, Decimal], out: Out, when: MeasurementOut, case: Case) -> list[str]:
    now = {what: _now(what, when, case) for what in limits}
    past = [w for w, limit in limits.items() if (p := now[w]) is not None and out(p.value, limit)]
    both = [now[what] for what in _PRESSURE if now.get(what) is not None]
    if past and tuple(limits) == _PRESSURE and len(both) == len(_PRESSURE):
        value = "/".join(plain(point.value) for point in both if point)
        limit = "/".join(plain(limits[what]) for what in _PRESSURE)
        return [_line("Blood pressure", value, min(p.at for p in both if p), side, limit, case)]
    return [_one(what, now[what], side, limits[what], case) for what in past]


def _one(what: str, point: Point | None, side: str, limit: Decimal, case: Case) -> str:
    assert point is not None
    kind = case.protocol.measurements[what]
    unit = "" if kind.unit == "1" else f" {kind.unit}"
    return _line(
        kind.title[:1].upper() + kind.title[1:], plain(point.value) + unit, point.at, side, plain(limit), case
    )


def _line(title: str, value: str, taken: datetime, side: str, limit: str, case: Case) -> str:
    return f"{title} {value}, taken {in_words(case.at - taken)} ago, is {side} the limit of {limit}"


def _now(what: str, when: MeasurementOut, case: Case) -> Point | None:
    return latest(case.chart, what, case.at, unit=dict(when.units)[what], within=when.within)


def _last(what: str, case: Case) -> Point | None:
    return next((p for p in reversed(points(case.chart, what)) if p.at <= case.at), None)
