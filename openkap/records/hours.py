"""The hours therapists keep, as their last entries in the clinic's ledger say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from openkap.clinical.entries.integration import HoursKept
from openkap.clinical.hours import Stretch, hours
from openkap.clinical.placing import Hour
from openkap.records import decoded
from openkap.records.models import EntryRow, User


def kept(clinic: str) -> dict[str, HoursKept]:
    """By the account of the therapist; of whoever has left the clinic there are none."""
    here = {
        str(id)
        for id in User.objects.filter(clinic=UUID(clinic), is_active=True).values_list("id", flat=True)
    }
    rows = EntryRow.objects.filter(subject=f"clinic:{clinic}", kind=HoursKept.KIND).order_by("seq")  # type: ignore[attr-defined]
    facts = (decoded.entry(row).fact for row in rows)
    return {fact.user: fact for fact in facts if fact.user in here}


def open_hours(clinic: str, *, first: datetime, days: int, zone: ZoneInfo) -> Iterator[Hour]:
    """Every hour of every therapist, taken or not."""
    for fact in kept(clinic).values():
        stretch = Stretch(first, days, zone, timedelta(minutes=fact.minutes))
        yield from hours(fact.sign_in, fact.week, fact.off, stretch)
