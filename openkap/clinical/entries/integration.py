"""The weeks after the dose."""

from dataclasses import dataclass
from datetime import date, datetime

from openkap.clinical.entries.kind import kind


@dataclass(frozen=True, slots=True)
class PartWritten:
    """One part of a session: which, what it was called then, and what was written."""

    part: str
    label: str
    text: str


@kind("integration-booked")
class IntegrationBooked:
    visit: str  # the dose it belongs to
    starts_at: datetime


@kind("integration-held")
class IntegrationHeld:
    """An integration session: of which kind, and what was written down in each of its parts."""

    visit: str
    approach: str  # the id of a file of protocol/integration/sessions
    minutes: int
    parts: tuple[PartWritten, ...] = ()
    insight: str | None = None  # this and the next: only before sessions had parts
    action: str | None = None


@kind("next-day-contact")
class NextDayContact:
    """The safety contact on the day after a dose."""

    visit: str
    reached: bool
    concern: str = ""


@kind("hours-kept")
class HoursKept:
    """When a therapist can hold sessions: in the clinic's own ledger."""

    user: str
    sign_in: str
    minutes: int  # of one session
    week: tuple[str, ...] = ()  # "Mon 09:00-12:00", by the clock of the clinic
    off: tuple[date, ...] = ()
