"""Incidents of a clinic, from its own ledger: open until whoever answers for one says what was found."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.entries import Entry
from openkap.clinical.entries.balance import IncidentClosed, IncidentOpened
from openkap.records import decoded, policy
from openkap.records.models import EntryRow
from openkap.records.policy import Principal


@dataclass(frozen=True, slots=True)
class Incident:
    opened: IncidentOpened
    opened_at: datetime
    outcome: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""  # user


def incidents(who: Principal) -> list[Incident]:
    """Every incident of the reader's clinic: those that are open first, the newest first."""
    policy.require(who, "incident.read")
    found: dict[str, Incident] = {}
    for entry in _entries(who.clinic):
        fact = entry.fact
        if isinstance(fact, IncidentOpened):
            found[fact.incident] = Incident(fact, entry.effective_at)
        elif before := found.get(fact.incident):
            found[fact.incident] = Incident(
                before.opened, before.opened_at, fact.outcome, entry.effective_at, entry.author
            )
    newest = sorted(found.values(), key=lambda one: one.opened_at, reverse=True)
    return sorted(newest, key=lambda one: one.closed_at is not None)


def _entries(clinic: str) -> list[Entry]:
    kinds = [cls.KIND for cls in (IncidentOpened, IncidentClosed)]  # type: ignore[union-attr]
    rows = EntryRow.objects.filter(subject=f"clinic:{clinic}", kind__in=kinds).order_by("seq")
    return [decoded.entry(row) for row in rows]
