"""Dosing: the visit from booking to closing. The dose itself is in openkap.actions.dose."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from openkap.actions.devices import let_go
from openkap.actions.door import Act, action
from openkap.actions.dose import preview_dose, start
from openkap.actions.feed import add_readings, seal_readings, sealed
from openkap.actions.fields import YES_NO, needed, one_of, plausible, two_identifiers
from openkap.actions.in_room import observe
from openkap.actions.infusion import change_rate, check_site, end_dose, pause, resume
from openkap.actions.ready import ready_to_leave
from openkap.actions.second_look import confirm_dose, prepare_dose
from openkap.actions.taking import end_hold, use_device
from openkap.clinical import weighing
from openkap.clinical.arithmetic import kilograms
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    DischargeChecked,
    Discharged,
    VisitBooked,
    VisitCancelled,
    VisitClosed,
    VisitStopped,
    VitalSigns,
    Weighed,
)
from openkap.clinical.entries.office import Override, Seconded, TaskOpened
from openkap.clinical.home import CLINIC, HOME, PLACES, lines
from openkap.clinical.quantity import Kilograms, Pounds, plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.video import CONNECTED, video

__all__ = [
    "add_readings",
    "change_rate",
    "check_site",
    "confirm_dose",
    "end_dose",
    "end_hold",
    "observe",
    "pause",
    "prepare_dose",
    "preview_dose",
    "resume",
    "seal_readings",
    "start",
    "use_device",
]

AT_HOME = "At home"
"""What stands where a visit in the clinic names its room."""
LEFT_EARLY = "left-before-discharge"
"""How the id of the task begins that a visit stopped under the drug leaves behind."""

VITAL_SIGNS = {
    "systolic": "systolic",
    "diastolic": "diastolic",
    "heart_rate": "heart-rate",
    "spo2": "spo2",
    "sedation": "sedation",
}
"""Field of VitalSigns → its name in protocol/measurements.toml."""


@action("visit.book")
def book(
    act: Act, *, starts_at: datetime, room: str = "", route: str, place: str = CLINIC, visit: str = ""
) -> None:
    """A dosing visit. Its id is made here unless the sender made one; its number counts within the course.

    `place`: "clinic", with a room; or "home", which has a gate of its own beside that of booking.
    """
    one_of(route, act.protocol.routes, "route")
    at_home = one_of(place, PLACES, "place") == HOME
    if not at_home:
        needed(room, "room", "Name the room")
    act.pass_gate("book-visit")
    if at_home:
        act.pass_gate("treat-at-home")
    number = max((standing.number for standing in act.case.visits), default=0) + 1
    made = visit or act.new_id()
    where = {"room": AT_HOME, "place": HOME} if at_home else {"room": room}
    act.write(VisitBooked(visit=made, starts_at=starts_at, route=route, number=number, **where))


@action("visit.book")
def cancel(act: Act, *, visit: str, reason: str) -> None:
    """A booked visit will not take place."""
    found = act.open_visit(visit)
    if found.phase != "booked":
        raise BadInput("visit", f"the visit is already {found.phase}", "Stop it instead")
    act.write(VisitCancelled(visit=visit, reason=needed(reason, "reason", "Write why")))


@action("visit.arrive")
def arrive(act: Act, *, visit: str, identifiers: tuple[str, ...]) -> None:
    """The patient is here, or seen by video at home, and is who the chart says: two identifiers."""
    place = act.moving(visit, "arrived").place
    if place == HOME and video(act.chart, visit).seen != CONNECTED:
        todo = "Open the video, let them in, and ask for name and birth date there"
        raise BadInput("identifiers", "nobody sees the patient by video yet", todo)
    act.write(Arrived(visit=visit, identifiers=two_identifiers(identifiers)))


@action("visit.check")
def check(act: Act, *, visit: str, item: str, answer: str, note: str = "") -> None:
    """One answer of the day's checklist before a dose."""
    place = act.open_visit(visit).place
    one_of(item, (line.id for line in lines(act.protocol, place)), "item")
    act.write(Checked(visit=visit, item=item, answer=one_of(answer, YES_NO, "answer"), note=note))


@action("visit.check")
def weigh(act: Act, *, visit: str, value: Decimal, unit: str, checked: bool = False) -> None:
    """Body weight as typed; `unit` is "kg" or "lb" and always chosen. Kept in kilograms.

    `checked`: the scale was read once more, and shows what looks like a slip.
    """
    act.open_visit(visit)
    one_of(unit, ("kg", "lb"), "unit")
    weight = kilograms(Pounds(value)).weight if unit == "lb" else Kilograms(value)
    plausible(weight.value, act.protocol.measurements["weight"], "value")
    if not checked and (odd := weighing.asks_again(act.chart, act.protocol, act.at, visit, weight)):
        raise BadInput("checked", "; ".join(odd), "Read scale and unit again; if it is so, say so")
    act.write(Weighed(visit=visit, weight=weight, typed=f"{plain(value)} {unit}"))


@action("visit.check")
def override(act: Act, *, rule: str, reason: str) -> None:
    """A named clinician of the role the rule allows goes past it, with the reason."""
    found = next((known for known in act.protocol.rules if known.id == rule), None)
    if found is None or not found.override:
        raise BadInput("rule", "nobody may go past this rule", "Supply what it asks for")
    if act.who.acts_as != found.override:
        raise BadInput("rule", f"only a {found.override} may go past it", f"Call the {found.override}")
    act.write(Override(rule=rule, reason=needed(reason, "reason", "Write why")))


@action("visit.check")
def second(act: Act, *, rule: str, note: str = "") -> None:
    """Another person of the role the rule asks for confirms the newest override of that rule."""
    asks = next((known.second for known in act.protocol.rules if known.id == rule), "")
    past = act.case.latest(Override, rule=rule)
    if not asks or past is None:
        raise BadInput("rule", "nobody has gone past it, or no second person is asked for", "Read it again")
    if act.who.acts_as != asks:
        raise BadInput("rule", f"only a {asks} may confirm this", f"Call another {asks}")
    if past.author == act.who.user:
        raise BadInput("rule", "you went past this yourself", f"Ask another {asks} to confirm it")
    if any(fact.override == str(past.id) for fact in act.chart.facts(Seconded)):
        raise BadInput("rule", "this was confirmed already", "Read the findings again")
    act.write(Seconded(rule=rule, override=str(past.id), role=act.who.acts_as, note=note))


@action("visit.observe")
def chart_vitals(act: Act, *, visit: str, **charted: Any) -> None:
    """Vital signs charted by a person: any of VITAL_SIGNS, at least one; pressure is always two numbers."""
    act.visit(visit)
    signs = VitalSigns(visit=visit, **charted)
    given = {name: getattr(signs, name) for name in VITAL_SIGNS if getattr(signs, name) is not None}
    if not given:
        raise BadInput("systolic", "no vital sign is filled in", "Write at least one")
    for name, value in given.items():
        kind = act.protocol.measurements.get(VITAL_SIGNS[name])
        if kind:
            plausible(Decimal(value), kind, name)
    whole_pressure(signs)
    act.write(signs)


def whole_pressure(signs: VitalSigns) -> None:
    """Both numbers of a blood pressure or neither, and the right way round; else BadInput."""
    if (signs.systolic is None) != (signs.diastolic is None):
        missing = "systolic" if signs.systolic is None else "diastolic"
        raise BadInput(missing, "a blood pressure is two numbers", "Write both")
    if signs.systolic is not None and signs.diastolic is not None and signs.diastolic >= signs.systolic:
        raise BadInput("diastolic", "it is not below the systolic pressure", "Check which is which")


@action("visit.discharge")
def check_discharge(act: Act, *, visit: str, item: str, answer: str, note: str = "") -> None:
    """One answer of the discharge checklist."""
    act.open_visit(visit)
    one_of(item, (line.id for line in act.protocol.checklists["discharge"]), "item")
    act.write(DischargeChecked(visit=visit, item=item, answer=one_of(answer, YES_NO, "answer"), note=note))


@action("visit.discharge")
def discharge(act: Act, *, visit: str, escort: str, instructions_given: bool) -> None:
    """The patient leaves, with whom, and with the written instructions."""
    act.open_visit(visit)
    needed(escort, "escort", "Write who takes the patient home")
    if not instructions_given:
        raise BadInput("instructions_given", "the written instructions were not given", "Give them first")
    act.pass_gate("discharge", visit)
    act.write(Discharged(visit=visit, escort=escort, instructions_given=instructions_given))
    if ready := ready_to_leave(act, visit):
        act.write(ready)


@action("visit.close")
def close_visit(act: Act, *, visit: str) -> None:
    """The visit is over and its device readings are sealed."""
    act.moving(visit, "closed")
    act.pass_gate("close-visit", visit)
    act.write(VisitClosed(visit=visit))
    for unbound in let_go(act, visit, "the visit was closed"):
        act.write(unbound)
    for seal in sealed(act, visit):
        act.write(seal)


@action("visit.close")
def stop(act: Act, *, visit: str, reason: str) -> None:
    """The visit ends before a normal discharge, from whatever phase. Never refused.

    Somebody who had the drug and was not discharged is left as a task: a person must find out how they are.
    """
    found = act.moving(visit, "stopped")
    act.write(VisitStopped(visit=visit, reason=needed(reason, "reason", "Write why")))
    for unbound in let_go(act, visit, "the visit was stopped"):
        act.write(unbound)
    for seal in sealed(act, visit):
        act.write(seal)
    if found.dose_at and found.phase != "discharged":
        what = f"The visit was stopped after a dose and before a discharge: {reason}"
        act.write(TaskOpened(task=f"{LEFT_EARLY}-{visit}", what=what, rule="discharge"))
