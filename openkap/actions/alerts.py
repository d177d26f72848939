"""What people do with an alert: see, acknowledge, silence for a while; and how a room sounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from openkap.actions.door import Act, Terms, action, guarded, load
from openkap.actions.fields import YES_NO, needed, one_of
from openkap.clinical.alerts.lifecycle import Alert, history
from openkap.clinical.entries import Entry
from openkap.clinical.entries.alerts import (
    AlertAcknowledged,
    AlertSeen,
    AlertSilenced,
    SoundChosen,
    SoundTested,
)
from openkap.clinical.refusal import BadInput
from openkap.records import ledger, read
from openkap.records.policy import Principal

SOUNDS = ("off", "earpiece", "aloud")
HOW = ("shown", "sounded")


@action("visit.observe")
def acknowledge(act: Act, *, visit: str, raised: str, screen: str = "") -> None:
    """A named person knows. Of two at once the first stands; the other's name is kept beside it."""
    found = _alert(act, visit, raised)
    if any(receipt.who == act.who.user for receipt in found.acknowledged):
        raise BadInput("alert", "you have acknowledged this already", "Do what it asks")
    act.write(AlertAcknowledged(visit=visit, raised=raised, alert=found.fact.alert, screen=screen))


@action("visit.observe")
def silence(act: Act, *, visit: str, raised: str) -> None:
    """The sound of one alert rests for as long as the protocol lets it, and starts again by itself."""
    found = _alert(act, visit, raised)
    if found.state == "over":
        raise BadInput("alert", "it is over", "Nothing more is to be done")
    until = act.at + act.protocol.span("silence-at-most")
    act.write(AlertSilenced(visit=visit, raised=raised, alert=found.fact.alert, until=until))


@dataclass(frozen=True, slots=True)
class Screen:
    """Where an alert was told, and how: one of HOW."""

    name: str
    how: str


@guarded("visit.observe")
def receive(
    who: Principal, chart_id: str, *, visit: str, raised: Sequence[str], screen: Screen, at: datetime
) -> list[Entry]:
    """The receipt of a screen: one for each alert, screen and person. Unknown ones are let go."""
    read.must_open(who, chart_id, "visit.observe")
    one_of(screen.how, HOW, "how")
    needed(screen.name, "screen", "Name the screen")
    with transaction.atomic():
        ledger.locked_heads([f"chart:{UUID(chart_id)}"])
        act = load(who, chart_id, "visit.observe", Terms(at=at, via="screen"))
        for alert in history(act.chart, visit, act.at):
            told = any((one.who, one.screen) == (who.user, screen.name) for one in alert.seen)
            if alert.raised in raised and not told:
                act.write(
                    AlertSeen(
                        visit=visit,
                        raised=alert.raised,
                        alert=alert.fact.alert,
                        screen=screen.name,
                        how=screen.how,
                    )
                )
        return act.finish() if act.drafts else []


@action("visit.check")
def choose_sound(act: Act, *, visit: str, screen: str, sound: str) -> None:
    """How this tablet sounds during this visit. Without a choice it is silent."""
    act.open_visit(visit)
    needed(screen, "screen", "Name the screen")
    act.write(SoundChosen(visit=visit, screen=screen, sound=one_of(sound, SOUNDS, "sound")))


@action("visit.check")
def hear(act: Act, *, visit: str, screen: str, heard: str, sound: str) -> None:
    """ "Did you hear it?", and what the person in front of the screen said."""
    act.open_visit(visit)
    needed(screen, "screen", "Name the screen")
    one_of(sound, SOUNDS, "sound")
    act.write(SoundTested(visit=visit, screen=screen, heard=one_of(heard, YES_NO, "heard"), sound=sound))


def _alert(act: Act, visit: str, raised: str) -> Alert:
    act.visit(visit)
    found = next((alert for alert in history(act.chart, visit, act.at) if alert.raised == raised), None)
    if found is None:
        raise BadInput("alert", "there is no such alert in this visit", "Look at the room again")
    return found
