"""The hours in which a therapist can hold sessions, in the ledger of the clinic; the last entry holds."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from openkap.actions.door import guarded
from openkap.clinical.entries import Entry
from openkap.clinical.entries.integration import HoursKept
from openkap.clinical.hours import lasting, span
from openkap.clinical.moments import utc
from openkap.records import ledger
from openkap.records.models import User
from openkap.records.policy import Principal


@guarded("hours.keep")
def keep(
    who: Principal, *, week: Sequence[str], off: Sequence[date], minutes: int, at: datetime, via: str = "web"
) -> Entry:
    """The writer's own week and days away; BadInput names the line that cannot be read. Empty: no hours."""
    lasting(minutes)
    for line in week:
        span(line, "week")
    fact = HoursKept(
        user=who.user,
        sign_in=User.objects.get(id=who.user).username,
        week=tuple(week),
        off=tuple(sorted(set(off))),
        minutes=minutes,
    )
    draft = ledger.Draft(f"clinic:{UUID(who.clinic)}", fact, utc(at))
    (entry,) = ledger.append([draft], author=who.user, via=via, at=utc(at))
    return entry
