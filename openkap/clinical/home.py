"""Where a patient takes the drug at home: the region whose law counts, and the day it is there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.home import HomeNamed

HOME, CLINIC = "home", "clinic"
PLACES = (HOME, CLINIC)
"""Where a visit takes place."""


def named(chart: Chart, at: datetime) -> Entry | None:
    """The newest home named by then."""
    found = (entry for entry in chart.all(HomeNamed) if entry.effective_at <= at)
    return max(found, key=lambda entry: (entry.effective_at, entry.seq), default=None)


def local_day(home: HomeNamed, at: datetime) -> date:
    """The day it is there at that moment."""
    return at.astimezone(ZoneInfo(home.time_zone)).date()


def lies_in(region: str, wider: str) -> bool:
    """Whether a region is the other or a part of it: "US-CA" lies in "US"."""
    return region == wider or region.startswith(f"{wider}-")
