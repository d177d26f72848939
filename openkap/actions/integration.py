"""Integration: the sessions after a dose and the contact on the next day."""

from datetime import datetime

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of, positive
from openkap.clinical.answers import Visit
from openkap.clinical.entries.integration import IntegrationBooked, IntegrationHeld, NextDayContact
from openkap.clinical.refusal import BadInput

APPROACHES = ("open", "cbt", "mbct")


@action("integration.book")
def book(act: Act, *, visit: str, starts_at: datetime) -> None:
    """A time for the integration session of a dose."""
    dosed(act, visit)
    act.write(IntegrationBooked(visit=visit, starts_at=starts_at))


@action("integration.hold")
def hold(act: Act, *, visit: str, approach: str, insight: str, action: str, minutes: int) -> None:
    """An integration session took place: what came up, and the small step that follows."""
    dosed(act, visit)
    act.write(
        IntegrationHeld(
            visit=visit,
            approach=one_of(approach, APPROACHES, "approach"),
            insight=needed(insight, "insight", "Write what came up"),
            action=needed(action, "action", "Write the small step the patient chose"),
            minutes=positive(minutes, "minutes"),
        )
    )


@action("integration.contact")
def contact(act: Act, *, visit: str, reached: bool, concern: str = "") -> None:
    """The safety contact on the day after a dose."""
    dosed(act, visit)
    act.write(NextDayContact(visit=visit, reached=reached, concern=concern))


def dosed(act: Act, visit: str) -> Visit:
    """The visit, if its dose was given: what follows a dose belongs to one."""
    found = act.visit(visit)
    if found.dose_at is None:
        raise BadInput("visit", "no dose was given at this visit", "Choose the visit of a dose")
    return found
