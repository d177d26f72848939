"""The newest of every measurement and test that a screening rule looks at, and how long it holds by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from openkap.clinical import measured
from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import Measurement, Result
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.rules import Absent, MeasurementOut, ResultIs, Rule, parts_of
from openkap.clinical.screening import STAGE
from openkap.clinical.sought import newest

_PLACES = 3


@dataclass(frozen=True, slots=True)
class Lab:
    """One measurement or test: its newest value, and whether that still holds."""

    what: str
    title: str
    value: str = ""  # "34 U/L", "negative"; empty: none on file
    at: datetime | None = None
    holds: timedelta | None = None  # the shortest that a rule asks for; None: no rule says
    out_of_date: bool = False


def labs(chart: Chart, protocol: Protocol, at: datetime) -> tuple[Lab, ...]:
    """What the rules of screening look at for this person, in the protocol's order."""
    holds: dict[str, timedelta | None] = {}
    for rule in protocol.rules:
        if rule.stage == STAGE and (not rule.asked_of_sex or chart.person.sex in rule.asked_of_sex):
            for what, within in _asked_for(rule):
                known = holds.get(what)
                holds[what] = within if known is None else min(known, within or known)
    shelves = (protocol.measurements, protocol.results)
    named = [(what, kind.title) for shelf in shelves for what, kind in shelf.items() if what in holds]
    return tuple(_lab(what, title, holds[what], chart, at) for what, title in named)


def _asked_for(rule: Rule) -> Iterator[tuple[str, timedelta | None]]:
    """What a rule wants on file, and how recent."""
    for part in parts_of(rule.when):
        if isinstance(part, MeasurementOut):
            yield from ((what, part.within) for what, _ in part.units)
        elif isinstance(part, ResultIs):
            yield part.what, part.within
        elif isinstance(part, Absent) and part.fact in (Measurement.KIND, Result.KIND):  # type: ignore[attr-defined]
            yield dict(part.where)["what"], part.within


def _lab(what: str, title: str, holds: timedelta | None, chart: Chart, at: datetime) -> Lab:
    value, on = _newest(what, chart, at)
    old = on is not None and holds is not None and at - on > holds
    return Lab(what, title, value, on, holds, old)


def _newest(what: str, chart: Chart, at: datetime) -> tuple[str, datetime | None]:
    point = next((p for p in reversed(measured.points(chart, what)) if p.at <= at), None)
    if point is not None:
        return f"{plain(round(point.value, _PLACES))} {point.unit}", point.at
    result = newest(chart, Result, at, (("what", what),))
    return (result.fact.value, result.effective_at) if result else ("", None)
