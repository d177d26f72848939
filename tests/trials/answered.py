"""No alert is left alone: by the time of each channel somebody answered it, or it went on."""

from collections.abc import Iterator
from datetime import datetime

from openkap.clinical.alerts.rules import PRIORITIES, Channel
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.alerts import (
    AlertAcknowledged,
    AlertCleared,
    AlertEscalated,
    AlertRaised,
    AlertSeen,
)
from openkap.clinical.entries.dosing import VisitClosed
from openkap.clinical.protocol import Protocol
from tests.trials.alarms import LOOK_EVERY


def left_alone(chart: Chart, protocol: Protocol, at: datetime) -> Iterator[str]:
    """Alerts that nobody answered and that did not go on in time, read from the entries alone."""
    for entry in chart.all(AlertRaised):
        for channel in protocol.alerting.channels:
            asked = entry.fact.priority in channel.priorities and at >= entry.recorded_at + channel.after
            if asked and not _answered_for(chart, entry, channel):
                yield f"{entry.fact.alert} of entry {entry.seq} did not go to the {channel.to} in time"


def _answered_for(chart: Chart, entry: Entry, channel: Channel) -> bool:
    """A latched alert goes on although its condition is over; any other that cleared is owed nothing more."""
    raised, by = str(entry.id), entry.recorded_at + channel.after
    went = (
        e.recorded_at for e in chart.all(AlertEscalated) if (e.fact.raised, e.fact.to) == (raised, channel.to)
    )
    ends: list[type] = [AlertAcknowledged]
    ends += [AlertSeen] if channel.until == "seen" else []
    ends += [AlertCleared] if entry.fact.priority != PRIORITIES[0] else []
    answered = (e.recorded_at for kind in ends for e in chart.all(kind) if e.fact.raised == raised)
    closed = (e.recorded_at for e in chart.all(VisitClosed) if e.fact.visit == entry.fact.visit)
    in_time = any(moment <= by for moment in (*answered, *closed))
    return in_time or any(by <= moment < by + LOOK_EVERY for moment in went)
