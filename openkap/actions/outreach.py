"""Whoever goes silent after a dose is looked for: the task opens by itself, and a person alone closes it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from openkap.actions.door import Terms, load
from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.integration import CALL
from openkap.clinical.protocol import Protocol
from openkap.clinical.silence import outreach
from openkap.records import decoded, ledger
from openkap.records.in_force import in_force
from openkap.records.models import DueRow
from openkap.records.policy import ENGINE

LOOK_EVERY = timedelta(minutes=1)
VIA = "outreach"


@dataclass
class Outreach:
    """Looks once a minute at those whose call after a dose is overdue by the program's own time."""

    looked_at: datetime | None = field(default=None, init=False)
    settled: set[tuple[str, datetime]] = field(default_factory=set, init=False)
    """(chart, when its call was due) that was judged: who was heard by then does not fall silent again."""

    def step(self, at: datetime) -> list[Entry]:
        """One look, if it is time for one; what was written."""
        if self.looked_at is not None and at - self.looked_at < LOOK_EVERY:
            return []
        self.looked_at = at
        rows = DueRow.objects.filter(rule=CALL, at__lte=at).order_by("clinic", "chart_id")
        late = groupby(rows.values_list("clinic", "chart_id", "at"), key=lambda row: str(row[0]))
        return [
            entry
            for clinic, group in late
            for subject in self._looked_for(
                in_force(clinic), [(f"chart:{row[1]}", row[2]) for row in group], at
            )
            for entry in _open(subject, at)
        ]

    def _looked_for(self, protocol: Protocol, rows: list[tuple[str, datetime]], at: datetime) -> list[str]:
        """The charts that a task is owed in."""
        due = [
            row for row in rows if row[1] + protocol.span("silence-after") <= at and row not in self.settled
        ]
        charts = decoded.charts([subject for subject, _ in due])
        self.settled.update(due)
        return [name for name, chart in charts.items() if outreach(Case(chart, protocol, at))]


def _open(subject: str, at: datetime) -> list[Entry]:
    """Asked once more under the chart's lock, so that two processes open one task between them."""
    with transaction.atomic():
        ledger.locked_heads([subject])
        act = load(ENGINE, subject.removeprefix("chart:"), "task.take", Terms(at=at, via=VIA))
        for task in outreach(act.case):
            act.write(task)
        return act.finish() if act.drafts else []
