"""The engine: evaluates the alerts of every open visit, second by second, and writes what is owed.

One step reads the heads of all open visits in one query; a chart that did not change is never folded again.
Between two steps it glances at what was just charted, so that a pressure does not wait for the next of them.
What is owed is asked once more under the chart's lock, so two engines write no more than one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from time import monotonic

from django.db import transaction

from openkap.actions.door import Act, Terms, load
from openkap.clinical.alerts.judge import Heard, look
from openkap.clinical.alerts.lifecycle import history, owed
from openkap.clinical.alerts.rules import FAMILIES, PRIORITIES
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import IN_PROGRESS, visits
from openkap.clinical.entries import Entry
from openkap.clinical.entries.alerts import AlertRaised
from openkap.clinical.protocol import Protocol
from openkap.protocol.load import shipped
from openkap.records import decoded, ledger
from openkap.records.in_force import in_force
from openkap.records.models import BindingRow, EngineRow, HeadRow, HeardRow, VisitRow
from openkap.records.policy import ENGINE
from openkap.records.turns import resting_after

STEP_EVERY_SECONDS = 0.5
GLANCE_EVERY_SECONDS = 0.1
BEAT_EVERY = timedelta(seconds=1)
VIA = "alerts"
_CLOCKS_DIFFER = timedelta(seconds=60)
"""A device whose clock is further off is not taken for live."""
_Visit = tuple[str, str, str]  # clinic, chart, visit


@dataclass
class Engine:
    """What one engine remembers between two looks."""

    heard: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    """By device: when it was last heard, and how long before that."""
    open: list[_Visit] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """By chart of an open visit: how far it was looked at."""
    away: tuple[datetime, datetime] | None = None  # a gap that is not told in every room yet

    def step(self, at: datetime) -> list[Entry]:
        """One look at every open visit; what was written. The heartbeat is kept last, after the work.

        Where much is owed at once, the most urgent is written first, and after a while everything is looked
        at again: what became urgent meanwhile does not wait for the rest.
        """
        last = beat()
        if last and at - last > shipped().span("engine-away"):
            self.away = last, at
        rows = VisitRow.objects.filter(phase__in=IN_PROGRESS).order_by("clinic", "chart_id")
        found = rows.values_list("clinic", "chart_id", "visit")
        self.open = [(str(clinic), str(chart), visit) for clinic, chart, visit in found]
        self.seen = {}
        written, all_written = self._written(at, self.open)
        if all_written:
            self.away = None
        if last is None or at - last >= BEAT_EVERY:
            EngineRow.objects.update_or_create(id=1, defaults={"beat_at": at})
        return written

    def glance(self, at: datetime) -> list[Entry]:
        """One look at what moved since the last one, in the visits open then; what was written."""
        heads = HeadRow.objects.filter(subject__in=self.seen).values_list("subject", "seq")
        moved = {subject for subject, seq in heads if self.seen[subject] != seq}
        written, _ = self._written(at, [one for one in self.open if f"chart:{one[1]}" in moved])
        return written

    def _written(self, at: datetime, open_: list[_Visit]) -> tuple[list[Entry], bool]:
        """What was written in those visits, and whether that was all that was owed."""
        until = monotonic() + STEP_EVERY_SECONDS
        written: list[Entry] = []
        for _, chart_id, visit, heard in sorted(self._due(at, open_), key=lambda one: one[0]):
            if monotonic() > until:
                return written, False
            with resting_after():
                written += _write(chart_id, visit, heard, at)
        return written, True

    def _due(self, at: datetime, open_: list[_Visit]) -> Iterator[tuple[int, str, str, Heard]]:
        """Where something is owed, and how urgent it is: 0 is the most."""
        charts = decoded.charts(sorted({f"chart:{chart}" for _, chart, _ in open_}))
        self.seen |= {subject: chart.seq for subject, chart in charts.items()}
        feeds = self._feeds({visit for _, _, visit in open_})
        for clinic, group in groupby(open_, key=lambda one: one[0]):
            protocol = in_force(clinic)
            for _, chart_id, visit in group:
                heard = Heard(feeds.get(visit), self.away)
                chart = charts.get(f"chart:{chart_id}")
                if chart is not None and (facts := _owed(chart, protocol, at, visit, heard)):
                    yield min(map(_urgency, facts)), chart_id, visit, heard

    def _feeds(self, open_: set[str]) -> dict[str, datetime]:
        """When the bound devices of each visit were last heard, with patience for those that send seldom."""
        bound = list(BindingRow.objects.filter(visit__in=open_))
        lights = HeardRow.objects.in_bulk([row.device for row in bound]) if bound else {}
        feeds: dict[str, datetime] = {}
        for row in bound:
            light = lights.get(row.device)
            last = row.since
            if light is not None and abs(timedelta(milliseconds=light.skew_ms or 0)) <= _CLOCKS_DIFFER:
                last = max(row.since, light.at)
            until = last + self._patience(row.device, last)
            feeds[row.visit] = min(feeds.get(row.visit, until), until)
        return feeds

    def _patience(self, device: str, last: datetime) -> timedelta:
        """One more of its own intervals: what sends once a minute is not silent after ten seconds."""
        before, between = self.heard.get(device, (last, timedelta(0)))
        if last > before:
            between = last - before
        self.heard[device] = last, between
        return min(between, shipped().span("device-reading-fresh"))


def _urgency(fact: object) -> int:
    """What is raised comes first, the most urgent of it before the rest."""
    return PRIORITIES.index(fact.priority) if isinstance(fact, AlertRaised) else len(PRIORITIES)


def silent_for() -> float | None:
    """How many seconds ago alerts were last evaluated; None: never."""
    last = beat()
    return (datetime.now(UTC) - last).total_seconds() if last else None


def beat() -> datetime | None:
    """When alerts were last evaluated; None: never."""
    row = EngineRow.objects.filter(id=1).first()
    return row.beat_at if row else None


def _owed(chart: Chart, protocol: Protocol, at: datetime, visit: str, heard: Heard) -> tuple[object, ...]:
    found = next((one for one in visits(chart, protocol, at) if one.id == visit), None)
    if found is None:
        return ()
    judged = look(chart, protocol, at, found, heard)
    own = [alert for alert in history(chart, visit, at) if alert.fact.family in FAMILIES]
    return owed(judged, own, protocol.alerting.channels, visit, at)


def _write(chart_id: str, visit: str, heard: Heard, at: datetime) -> Iterable[Entry]:
    with transaction.atomic():
        ledger.locked_heads([f"chart:{chart_id}"])
        act: Act = load(ENGINE, chart_id, "visit.observe", Terms(at=at, via=VIA))
        for fact in _owed(act.chart, act.protocol, act.at, visit, heard):
            act.write(fact)
        return act.finish() if act.drafts else []
