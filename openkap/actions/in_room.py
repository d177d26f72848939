"""What is seen and rated in the room: one-tap events, sedation, dissociation, adverse events.

What has happened is never refused for being unwelcome: a touch outside what the patient allows is recorded
with the reason beside it, and somebody has to take that on.
"""

from datetime import datetime
from typing import Any

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import Observed
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.readiness import PermissionAnswered
from openkap.clinical.entries.room import (
    AdverseEvent,
    AdverseEventFollowed,
    DissociationRated,
    SedationRated,
)
from openkap.clinical.in_room import TOUCH_GIVEN, WITHDRAWN, Event
from openkap.clinical.permissions import GRANTED, NOT_ASKED, standings
from openkap.clinical.permissions import WITHDRAWN as TAKEN_BACK
from openkap.clinical.refusal import BadInput

SEDATION = (0, 1, 2, 3, 4, 5)
OTHER = "other"
OVER = ("over", "over, with after-effects", "death")
"""Outcomes after which an adverse event has an end."""


@action("visit.observe")
def observe(act: Act, *, visit: str, event: str, note: str = "", about: str = "") -> None:
    """A one-tap event with its minute. `about`: the permission, for an event that is about one."""
    act.visit(visit)
    known = act.protocol.room.event(needed(event, "event"))
    if known is None or not known.means:
        act.write(Observed(visit=visit, event=event, note=note))
        return
    if known.means == WITHDRAWN:
        raise BadInput("event", "taking a permission back is an act of its own", "Choose which one it is")
    _permission(act, known, about)
    outside = _outside(act, about) if known.means == TOUCH_GIVEN else ""
    act.write(Observed(visit=visit, event=event, note=note, about=about, outside=outside))
    if outside:
        task = f"touch-{act.terms.id or act.new_id()}"
        act.write(
            TaskOpened(task=task, what=f"A touch was given: {outside}", rule="permission-needs-sobriety")
        )


@action("consent.withdraw")
def take_back(act: Act, *, visit: str, event: str, about: str, said: str = "") -> None:
    """The patient takes a permission back in the room: the event, and the permission itself, at once."""
    act.visit(visit)
    known = act.protocol.room.event(event)
    if known is None or known.means != WITHDRAWN:
        raise BadInput("event", f"{event[:40]!r} takes nothing back", "Choose the permission")
    _permission(act, known, about)
    act.write(Observed(visit=visit, event=event, note=said, about=about))
    act.write(PermissionAnswered(permission=about, answer=TAKEN_BACK, said=said))


def _permission(act: Act, event: Event, about: str) -> None:
    fitting = [p.id for p in act.protocol.permissions.values() if event.asks in ("any", p.group)]
    if about not in fitting:
        raise BadInput("about", "nobody said which one it is about", "Choose one")


def _outside(act: Act, about: str) -> str:
    """Why this touch was not one the patient allows, as things stood when it was given; "" if it was."""
    then = act.terms.effective_at or act.at
    found = next(s for s in standings(Case(act.chart, act.protocol, then)) if s.permission.id == about)
    if found.counts:
        return ""
    why = {
        NOT_ASKED: "it was never allowed",
        GRANTED: "; ".join(found.lacks),
        TAKEN_BACK: "it was taken back",
    }
    return f"{found.permission.says.lower()}, but {why.get(found.state, 'it was refused')}"


@action("visit.observe")
def rate_sedation(act: Act, *, visit: str, level: int) -> None:
    """MOAA/S, 0 to 5, in one tap."""
    act.visit(visit)
    if level not in SEDATION:
        raise BadInput("level", f"{level} is not on the scale", "Choose 0 to 5")
    act.write(SedationRated(visit=visit, level=level))


@action("visit.observe")
def rate_dissociation(act: Act, *, visit: str, level: str, note: str = "") -> None:
    """Dissociation as a clinician sees it. For safety; no dose is chosen by it."""
    act.visit(visit)
    one_of(level, (one.id for one in act.protocol.room.dissociation), "level")
    act.write(DissociationRated(visit=visit, level=level, note=note))


@action("visit.observe")
def report(act: Act, *, visit: str, event: str = "", **fields: Any) -> None:
    """An adverse event, with the fields of its kind. `event`: its id, made here unless sent."""
    act.visit(visit)
    made = AdverseEvent(visit=visit, event=event or act.new_id(), **fields)
    one_of(made.term, (one.id for one in act.protocol.room.terms), "term")
    if made.term == OTHER:
        needed(made.what, "what", "Write what it was")
    one_of(made.relation, act.protocol.room.relations, "relation")
    if made.started_at > act.at:
        raise BadInput("started_at", "this time has not come yet", "Write when it began")
    _course(act, made.grade, made.action, made.outcome, made.started_at, made.ended_at)
    act.write(made)


@action("visit.observe")
def follow(act: Act, *, visit: str, event: str, **fields: Any) -> None:
    """How an adverse event went on."""
    act.visit(visit)
    first = act.chart.latest(AdverseEvent, visit=visit, event=event)
    if first is None:
        raise BadInput("event", "there is no such adverse event at this visit", "Choose one of the list")
    made = AdverseEventFollowed(visit=visit, event=event, **fields)
    _course(act, made.grade, made.action, made.outcome, first.fact.started_at, made.ended_at)
    act.write(made)


def _course(
    act: Act, grade: int, done: str, outcome: str, started_at: datetime, ended_at: datetime | None
) -> None:
    room = act.protocol.room
    if grade not in [one.grade for one in room.grades]:
        raise BadInput("grade", f"{grade} is not a grade", "Choose 1 to 5")
    one_of(done, room.actions, "action")
    one_of(outcome, room.outcomes, "outcome")
    if (ended_at is not None) is not (outcome in OVER):
        raise BadInput("ended_at", "an end and an outcome that is over go together", "Write both, or neither")
    if (grade == max(one.grade for one in room.grades)) is not (outcome == "death"):
        raise BadInput("grade", "the last grade and death go together", "Choose both, or neither")
    minute = started_at.replace(second=0, microsecond=0)  # a form knows minutes alone
    if ended_at is not None and not minute <= ended_at <= act.at:
        raise BadInput("ended_at", "it is before the beginning, or has not come yet", "Write when it ended")
