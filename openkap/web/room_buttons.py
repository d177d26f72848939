"""What can be tapped in the room: events by group, permissions as they stand, rungs with their times."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openkap.actions.rescue import prescribers
from openkap.clinical.case import Case, order
from openkap.clinical.entries import Entry
from openkap.clinical.entries.room import EmergencyDeclared, EmergencyOver, RescueStep
from openkap.clinical.home import HOME
from openkap.clinical.in_room import DANGER, EVENT_GROUPS, SITTER, WITHDRAWN, Event
from openkap.clinical.permissions import Standing, standings
from openkap.web import words

GROUPS = {
    "patient": "The patient",
    "body": "Body",
    "room": "Room",
    "touch": "Touch and permissions",
    "help": "Help",
    "sitter": "The sitter",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One permission to choose after the tap, and how it stands now."""

    id: str
    says: str
    stands: str
    warns: bool


@dataclass(frozen=True, slots=True)
class Button:
    """One event; `choices` are asked for after the tap, where it is about a permission."""

    event: Event
    choices: tuple[Choice, ...] = ()


def groups(case: Case) -> list[dict[str, Any]]:
    """The buttons of the room, by group."""
    standing, this = standings(case), case.this_visit
    apart = (DANGER,) if this and this.place == HOME else (DANGER, SITTER)
    return [
        {
            "title": GROUPS[group],
            "buttons": [_button(e, standing) for e in case.protocol.room.events if e.group == group],
        }
        for group in EVENT_GROUPS
        if group not in apart
    ]


def _button(event: Event, standing: Iterable[Standing]) -> Button:
    if not event.asks:
        return Button(event)
    fitting = [one for one in standing if event.asks in ("any", one.permission.group)]
    if event.means == WITHDRAWN:
        fitting = [one for one in fitting if one.state != "withdrawn"]
    return Button(event, tuple(_choice(one) for one in fitting))


def _choice(one: Standing) -> Choice:
    if one.counts:
        return Choice(one.permission.id, one.permission.says, "allowed", warns=False)
    stands = "; ".join(one.lacks) or one.state
    if one.state == "withdrawn" and one.answer:
        stands = f"taken back {words.clock(one.answer.effective_at)}"
    return Choice(one.permission.id, one.permission.says, f"not allowed: {stands}", warns=True)


def ladder(case: Case) -> list[dict[str, Any]]:
    """The rungs, each with when it was last taken at this visit."""
    taken = {entry.fact.step: entry.effective_at for entry in case.all(RescueStep, visit=case.visit)}
    return [{"step": step, "taken": taken.get(step.id)} for step in case.protocol.room.ladder]


def emergency(case: Case) -> Entry | None:
    """The emergency that is open at this visit, or None."""
    began = case.latest(EmergencyDeclared, visit=case.visit)
    over = case.latest(EmergencyOver, visit=case.visit)
    return None if began is None or (over and order(over) > order(began)) else began


def offered(case: Case, *, may: bool) -> dict[str, Any]:
    """What the page of the room shows of all this; `may`: whether this person taps at all."""
    return {
        "event_groups": groups(case) if may else [],
        "ladder": ladder(case),
        "emergency": emergency(case),
        "orders": [("", "Choose"), *prescribers(case.chart.person.clinic).items()],
        "medicines": [("", "Choose"), *((m.id, m.says) for m in case.protocol.room.medicines)],
        "ways": [("", "Choose"), *((way, way) for way in case.protocol.room.ways)],
    }
