"""Where a patient takes the drug at home: the region whose law counts, and the day it is there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.home import HomeNamed
from openkap.clinical.protocol import ChecklistItem, Protocol
from openkap.clinical.rules import Absent

HOME, CLINIC = "home", "clinic"
PLACES = (HOME, CLINIC)
"""Where a visit takes place."""


def named(chart: Chart, at: datetime) -> Entry | None:
    """The newest home named by then."""
    found = (entry for entry in chart.all(HomeNamed) if entry.effective_at <= at)
    return max(found, key=lambda entry: (entry.effective_at, entry.seq), default=None)


def lines(protocol: Protocol, place: str) -> tuple[ChecklistItem, ...]:
    """The day's checklist before a dose in that place: at home without what only a clinic can have."""
    common = protocol.checklists.get("pre-dose", ())
    if place != HOME:
        return common
    clinics = {
        dict(rule.when.where).get("item")
        for rule in protocol.rules
        if rule.place == CLINIC and isinstance(rule.when, Absent)
    }
    own = protocol.checklists.get("at-home", ())
    return (*(item for item in common if item.id not in clinics), *own)


def local_day(home: HomeNamed, at: datetime) -> date:
    """The day it is there at that moment."""
    return at.astimezone(ZoneInfo(home.time_zone)).date()


def lies_in(region: str, wider: str) -> bool:
    """Whether a region is the other or a part of it: "US-CA" lies in "US"."""
    return region == wider or region.startswith(f"{wider}-")
