"""What the end of a visit adds: when one could have gone home, and the form a REMS asks for."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.entries.kind import kind


@kind("ready-to-leave")
class ReadyToLeave:
    """The first moment at which nothing stood in the way of going home, worked out at the discharge."""

    visit: str
    ready_at: datetime
    minutes: int  # since the first dose, whole ones gone by


@dataclass(frozen=True, slots=True)
class RemsAnswer:
    """What the reviewer wrote for a field that the chart did not fill."""

    field: str
    answer: str


@kind("rems-reviewed")
class RemsReviewed:
    """A named clinician read the fields filled in from the chart and holds them for right."""

    visit: str
    sha256: str  # over the fields as they were shown
    signed_name: str
    answers: tuple[RemsAnswer, ...] = ()  # what the chart did not hold


@kind("rems-sent")
class RemsSent:
    """The form went to the program, outside OpenKAP."""

    visit: str
    reference: str = ""
