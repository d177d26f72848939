"""The life of an alert, read from the entries of a chart, and what is owed to it at a moment.

`standing` is what a screen lists, `owed` what the engine has to write now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from openkap.clinical.alerts.judge import Judged
from openkap.clinical.alerts.rules import PRIORITIES, Channel
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.alerts import (
    AlertAcknowledged,
    AlertCleared,
    AlertEscalated,
    AlertRaised,
    AlertSeen,
    AlertSilenced,
)
from openkap.clinical.entries.words import Measured

FACTS = (AlertRaised, AlertSeen, AlertAcknowledged, AlertSilenced, AlertEscalated, AlertCleared)
_LATCHED = PRIORITIES[0]
STATES = ("active", "latched", "unseen", "over")
_OVER = {"off": "it is not asked in this phase", "clear": "the condition no longer holds"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One screen told of it, or one person acknowledged it."""

    who: str  # the user's id
    at: datetime
    screen: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a visit from its onset on."""

    raised: str  # id of the entry that raised it
    fact: AlertRaised
    raised_at: datetime
    seen: tuple[Receipt, ...] = ()
    acknowledged: tuple[Receipt, ...] = ()  # the first one stands
    silenced_until: datetime | None = None
    escalated: tuple[tuple[str, datetime], ...] = ()  # (channel, when)
    cleared_at: datetime | None = None
    cleared_because: str = ""
    came_back: bool = False  # the same condition was raised anew since: that one is listed

    @property
    def state(self) -> str:
        """ "active", "latched", "unseen" (cleared, and nobody saw it), or "over"."""
        if self.cleared_at is None:
            return "active"
        if self.came_back or self.acknowledged:
            return "over"
        if self.fact.priority == _LATCHED:
            return "latched"
        return "over" if self.seen else "unseen"

    def sounds(self, at: datetime) -> bool:
        """Whether its sound is on: until somebody acknowledges it, except while it is silenced."""
        quiet = self.silenced_until is not None and at < self.silenced_until
        return self.state in ("active", "latched") and not self.acknowledged and not quiet


def history(chart: Chart, visit: str, at: datetime) -> tuple[Alert, ...]:
    """Every alert of a visit as it stands at `at`, in the order they were raised."""
    entries = sorted(
        (e for kind in FACTS for e in chart.all(kind) if e.fact.visit == visit and e.recorded_at <= at),
        key=lambda e: e.seq,
    )
    told: dict[str, Alert] = {}
    for entry in entries:
        _tell(entry, told)
    return tuple(told.values())


def standing(chart: Chart, visit: str, at: datetime) -> tuple[Alert, ...]:
    """What a screen lists: worst first, then what still holds, then oldest."""
    listed = (alert for alert in history(chart, visit, at) if alert.state != "over")
    return tuple(sorted(listed, key=_rank))


def _rank(alert: Alert) -> tuple[int, int, datetime, str]:
    place = STATES.index(alert.state)
    return PRIORITIES.index(alert.fact.priority), place, alert.raised_at, alert.raised


def owed(
    judged: Iterable[Judged],
    alerts: Iterable[Alert],
    channels: Iterable[Channel],
    visit: str,
    at: datetime,
) -> tuple[Any, ...]:
    """The facts to write now. Written and asked again, nothing is owed: one condition is one alert."""
    alerts = tuple(alerts)
    active = {alert.fact.alert: alert for alert in alerts if alert.cleared_at is None}
    facts: list[Any] = []
    for one in judged:
        facts += _owed_by(one, active.pop(one.rule.id, None), visit)
    facts += [_cleared(alert, visit, "the protocol no longer has it") for alert in active.values()]
    done = {fact.raised for fact in facts if isinstance(fact, AlertCleared)}
    for alert in alerts:
        gone = alert.raised in done and alert.fact.priority != _LATCHED
        if not gone and alert.state in ("active", "latched"):
            facts += _escalated(alert, tuple(channels), visit, at)
    return tuple(facts)


def _owed_by(one: Judged, alert: Alert | None, visit: str) -> Iterator[Any]:
    if one.state == "holds" and alert is None and not one.covered:
        yield raised(one, visit)
    elif alert is not None and one.state in _OVER:
        yield _cleared(alert, visit, _OVER[one.state], one.measured)


def raised(one: Judged, visit: str) -> AlertRaised:
    """The fact that begins an alert."""
    assert one.since is not None, f"{one.rule.id} holds since no moment"
    rule = one.rule
    return AlertRaised(
        visit=visit,
        alert=rule.id,
        code=rule.code,
        priority=rule.priority,
        family=rule.family,
        says=rule.says,
        onset=one.since,
        measured=one.measured,
    )


def _cleared(alert: Alert, visit: str, because: str, measured: tuple[Measured, ...] = ()) -> AlertCleared:
    return AlertCleared(
        visit=visit, raised=alert.raised, alert=alert.fact.alert, because=because, measured=measured
    )


def _escalated(
    alert: Alert, channels: tuple[Channel, ...], visit: str, at: datetime
) -> Iterator[AlertEscalated]:
    gone_to = {to for to, _ in alert.escalated}
    for channel in channels:
        answered = alert.acknowledged or (channel.until == "seen" and alert.seen)
        waits = channel.to in gone_to or alert.fact.priority not in channel.priorities
        if not answered and not waits and at - alert.raised_at >= channel.after:
            yield AlertEscalated(
                visit=visit,
                raised=alert.raised,
                alert=alert.fact.alert,
                to=channel.to,
                because=channel.says,
            )


def _tell(entry: Entry, told: dict[str, Alert]) -> None:
    fact = entry.fact
    if isinstance(fact, AlertRaised):
        for earlier in [alert for alert in told.values() if alert.fact.alert == fact.alert]:
            told[earlier.raised] = replace(earlier, came_back=True)
        told[str(entry.id)] = Alert(str(entry.id), fact, entry.recorded_at)
    elif fact.raised in told:
        told[fact.raised] = _after(told[fact.raised], entry)


def _after(alert: Alert, entry: Entry) -> Alert:
    fact, at = entry.fact, entry.recorded_at
    if isinstance(fact, AlertSeen):
        return replace(alert, seen=(*alert.seen, Receipt(entry.author, at, fact.screen, fact.how)))
    if isinstance(fact, AlertAcknowledged):
        return replace(alert, acknowledged=(*alert.acknowledged, Receipt(entry.author, at, fact.screen)))
    if isinstance(fact, AlertSilenced):
        return replace(alert, silenced_until=fact.until)
    if isinstance(fact, AlertEscalated):
        return replace(alert, escalated=(*alert.escalated, (fact.to, at)))
    return replace(alert, cleared_at=at, cleared_because=fact.because)
