"""A drill as data, what its monitor shows at a moment, and how it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry, kind_of
from openkap.clinical.entries.drills import DrillBegun, DrillEnded, DrillResult


@dataclass(frozen=True, slots=True)
class Moment:
    """What the monitor shows, by signal, and what somebody would see. `after`: counted from the beginning."""

    after: timedelta
    signs: Mapping[str, Decimal]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """One entry of these kinds within the time. `being`: field → the values that count, none for any."""

    says: str
    within: timedelta
    kinds: tuple[str, ...]
    being: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Drill:
    id: str
    title: str
    says: str
    route: str
    minute: int  # of the dose when it begins
    lasts: timedelta
    moments: tuple[Moment, ...]  # by time; the first at 0
    expected: tuple[Expected, ...]
    basis: str
    sources: tuple[str, ...]


def begun(chart: Chart) -> Entry | None:
    """The entry that makes this chart a drill; None for everybody who exists."""
    return chart.latest(DrillBegun)


def over(chart: Chart) -> bool:
    return bool(chart.all(DrillEnded))


def shown(drill: Drill, since: timedelta) -> dict[str, Decimal]:
    """What the monitor shows so long after the beginning: in a straight line from one moment to the next."""
    before, after = drill.moments[0], drill.moments[0]
    for moment in drill.moments:
        before, after = (moment, moment) if moment.after <= since else (before, moment)
        if moment.after > since:
            break
    if after is before:
        return dict(before.signs)
    part = Decimal((since - before.after) / (after.after - before.after))
    return {
        name: (value + (after.signs[name] - value) * part).quantize(Decimal(1), ROUND_HALF_UP)
        for name, value in before.signs.items()
    }


def told(drill: Drill, since: timedelta) -> str:
    """The last thing somebody in the room would have seen or heard; before any, how it begins."""
    said = [moment.says for moment in drill.moments if moment.says and moment.after <= since]
    return said[-1] if said else drill.says


def graded(drill: Drill, chart: Chart) -> tuple[DrillResult, ...]:
    """Each expected thing with the seconds until the first entry that was it. Late is not hidden."""
    start = begun(chart)
    assert start is not None, "only a drill can be graded"
    later = [entry for entry in chart.entries if entry.seq > start.seq]
    return tuple(
        DrillResult(one.says, int(one.within.total_seconds()), _after(one, later, start.effective_at))
        for one in drill.expected
    )


def _after(one: Expected, entries: list[Entry], began_at: datetime) -> int | None:
    """By when it was written, not by the time somebody typed: a drill practises charting too."""
    done = (int((e.recorded_at - began_at).total_seconds()) for e in entries if _is(one, e))
    return next(done, None)


def _is(one: Expected, entry: Entry) -> bool:
    return kind_of(entry.fact) in one.kinds and all(
        getattr(entry.fact, name, None) in values for name, values in one.being.items()
    )


def in_time(result: DrillResult) -> bool:
    return result.after_s is not None and result.after_s <= result.within_s
