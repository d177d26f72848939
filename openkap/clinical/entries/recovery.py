"""What the end of a visit adds: when one could have gone home, and the form a REMS asks for."""

from datetime import datetime

from openkap.clinical.entries.kind import kind


@kind("ready-to-leave")
class ReadyToLeave:
    """The first moment at which nothing stood in the way of going home, worked out at the discharge."""

    visit: str
    ready_at: datetime
    minutes: int  # since the first dose, whole ones gone by


@kind("rems-reviewed")
class RemsReviewed:
    """A named clinician read the fields filled in from the chart and holds them for right."""

    visit: str
    sha256: str  # over the fields as they were shown
    signed_name: str
    note: str = ""


@kind("rems-sent")
class RemsSent:
    """The form went to the program, outside OpenKAP."""

    visit: str
    reference: str = ""
