"""Integration: the sessions after a dose and the contact on the next day."""

from datetime import datetime

from openkap.actions.door import Act, action
from openkap.actions.fields import one_of, positive
from openkap.clinical.answers import Visit
from openkap.clinical.entries.integration import IntegrationBooked, IntegrationHeld, NextDayContact
from openkap.clinical.refusal import BadInput
from openkap.clinical.sessions import SessionKind, written

Parts = tuple[tuple[str, str], ...]
"""(id of the part, what was written), as `SessionKind` has them."""


@action("integration.book")
def book(act: Act, *, visit: str, starts_at: datetime) -> None:
    """A time for the integration session of a dose, given or booked. Cancelled with the dose, it is none."""
    found = act.visit(visit)
    if found.dose_at is None and found.phase != "booked":
        dosed(act, visit)
    if starts_at <= (found.dose_at or found.starts_at):
        raise BadInput("starts_at", "this is not after the dose", "Choose a later time")
    act.write(IntegrationBooked(visit=visit, starts_at=starts_at))


@action("integration.hold")
def hold(act: Act, *, visit: str, approach: str, parts: Parts, minutes: int) -> None:
    """An integration session took place: what was written down in each part of its kind."""
    kind = kind_of_session(act, approach)
    if kind.together:
        raise BadInput("approach", f"{kind.title} is held for several people", "Record it for all of them")
    dosed(act, visit)
    act.write(held(kind, visit, parts, minutes))


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


def kind_of_session(act: Act, approach: str) -> SessionKind:
    """The kind of that id in the protocol in force, or BadInput."""
    return act.protocol.sessions[one_of(approach, act.protocol.sessions, "approach")]


def held(kind: SessionKind, visit: str, parts: Parts, minutes: int) -> IntegrationHeld:
    """The session as it is kept, or BadFields."""
    lines = written(kind, dict(parts))
    return IntegrationHeld(visit=visit, approach=kind.id, minutes=positive(minutes, "minutes"), parts=lines)
