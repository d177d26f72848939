"""Limits on a continuous device feed: apart from every other alert, and off until a director turns it on.

To hold a feed against limits is what an alarm system does. This is none: the bedside monitor stays the
primary alarm, and every screen says so. Only its own engine, its reader and pages may import this package.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from openkap.clinical.alerts.judge import Judged, value_of
from openkap.clinical.alerts.rules import AlertRule, Beyond, Bound
from openkap.clinical.entries.words import Measured
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain

FAMILY = "device"
OFF_CLOCK = timedelta(seconds=60)
"""A value whose device time is further from ours is late or from the future, whatever it says."""


@dataclass(frozen=True, slots=True)
class FeedValue:
    """One value of a feed: when the device says it measured it, and when it reached us."""

    value: Decimal
    device_at: datetime
    received_at: datetime


def live(values: Iterable[FeedValue]) -> tuple[FeedValue, ...]:
    """Those that count, in the order received: late, future, repeated and out-of-order ones are left out."""
    kept: list[FeedValue] = []
    for one in values:
        apart = abs(one.received_at - one.device_at) > OFF_CLOCK
        if not apart and (not kept or one.device_at > kept[-1].device_at):
            kept.append(one)
    return tuple(kept)


def look(
    limits: Sequence[AlertRule],
    feed: Mapping[str, Sequence[FeedValue]],
    phase: str,
    protocol: Protocol,
    at: datetime,
) -> tuple[Judged, ...]:
    """Every limit, judged. `feed`: what counts of each signal, oldest first, as `live` gives it."""
    holding: set[str] = set()
    made = []
    for limit in limits:
        one = _judge(limit, feed, phase, protocol, at)
        covered = limit.group in holding
        made.append(Judged(limit, one.state, one.since, one.measured, covered))
        if one.state == "holds":
            holding.add(limit.group)
    return tuple(made)


def _judge(
    limit: AlertRule,
    feed: Mapping[str, Sequence[FeedValue]],
    phase: str,
    protocol: Protocol,
    at: datetime,
) -> Judged:
    if phase not in limit.phases:
        return Judged(limit, "off")
    assert isinstance(limit.when, Beyond)
    unsure = False
    for word, signal, bound in _bounds(limit.when):
        fresh = _fresh(feed.get(signal, ()), protocol, at)
        edge = value_of(bound, protocol)
        if not fresh or edge is None:
            unsure = True
            continue
        run = _run(fresh, word, edge)
        if run and run[-1].received_at - run[0].received_at >= limit.delay:
            told = f"{plain(run[-1].value)} from the device (limit: {word} {plain(edge)})"
            title = protocol.measurements[signal].title
            return Judged(
                limit, "holds", run[0].received_at, (Measured(title, told, run[-1].device_at.isoformat()),)
            )
        unsure = unsure or bool(run)  # beyond, but not for long enough to say so
    return Judged(limit, "unknown" if unsure else "clear")


def _bounds(when: Beyond) -> Iterable[tuple[str, str, Bound]]:
    for word, bounds in (("above", when.above), ("at least", when.at_least), ("below", when.below)):
        for signal, bound in bounds:
            yield word, signal, bound


def _fresh(values: Sequence[FeedValue], protocol: Protocol, at: datetime) -> Sequence[FeedValue]:
    """The values, if the newest still stands on its tile. Old is missing."""
    stands = values and at - values[-1].received_at <= protocol.span("device-reading-fresh")
    return values if stands else ()


def _run(values: Sequence[FeedValue], word: str, edge: Decimal) -> Sequence[FeedValue]:
    """The newest values that are beyond the limit without a break."""
    start = len(values)
    while start and _past(word, values[start - 1].value, edge):
        start -= 1
    return values[start:]


def _past(word: str, value: Decimal, edge: Decimal) -> bool:
    if word == "below":
        return value < edge
    return value > edge or (word == "at least" and value == edge)
