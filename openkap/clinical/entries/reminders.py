"""How a patient wants to be reminded, and what did not reach them."""

from openkap.clinical.entries.kind import kind


@kind("reminders-chosen")
class RemindersChosen:
    channel: str  # "email" · "sms" · "none"
    address: str = ""


@kind("reminder-failed")
class ReminderFailed:
    """A reminder could not be handed over, so somebody has to reach the patient another way."""

    about: str  # "an appointment tomorrow"
    channel: str
    why: str
