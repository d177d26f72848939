"""The weeks after the dose."""

from datetime import datetime

from openkap.clinical.entries.kind import kind


@kind("integration-booked")
class IntegrationBooked:
    visit: str  # the dose it belongs to
    starts_at: datetime


@kind("integration-held")
class IntegrationHeld:
    """An integration session: what came up, what follows from it."""

    visit: str
    approach: str  # "open" · "cbt" · "mbct"
    insight: str
    action: str  # the small step the patient chose
    minutes: int


@kind("next-day-contact")
class NextDayContact:
    """The safety contact on the day after a dose."""

    visit: str
    reached: bool
    concern: str = ""
