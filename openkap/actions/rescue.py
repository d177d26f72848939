"""When something goes wrong: the rungs of the ladder, medicines by order, and the emergency itself."""

from typing import Any
from uuid import UUID

from openkap.actions.door import Act, action
from openkap.actions.dosing import stop
from openkap.actions.fields import needed, one_of
from openkap.clinical.dosing import may_move
from openkap.clinical.entries.dosing import Observed
from openkap.clinical.entries.room import (
    EmergencyDeclared,
    EmergencyOver,
    RescueMedicineGiven,
    RescueStep,
)
from openkap.clinical.refusal import BadInput
from openkap.records.models import User

MEDICAL, FIRE = "medical", "fire"
WHO_ORDERS = ("prescriber", "director")
OTHER = "other"


@action("visit.observe")
def take_step(act: Act, *, visit: str, step: str, sign: str = "", note: str = "") -> None:
    """One rung was taken. A symptom (`sign`) goes with the last rung alone, which declares the emergency."""
    act.visit(visit)
    room = act.protocol.room
    one_of(step, (one.id for one in room.ladder), "step")
    if sign:
        one_of(sign, (one.id for one in room.signs), "sign")
        if step != room.ladder[-1].id:
            raise BadInput("step", "on this symptom the last step is next", "Make the emergency call")
    act.write(RescueStep(visit=visit, step=step, sign=sign, note=note))
    if sign:
        act.write(Observed(visit=visit, event=sign, note=note))
    if step == room.ladder[-1].id and emergency(act, visit) is None:
        act.write(EmergencyDeclared(visit=visit, what=MEDICAL))


@action("visit.observe")
def give_medicine(act: Act, *, visit: str, ordered_by_user: str, **given: Any) -> None:
    """A rescue medicine went in, with the fields of its kind. `dose` is as ordered, and ordered by whom."""
    act.visit(visit)
    room = act.protocol.room
    orders = prescribers(act.who.clinic).get(ordered_by_user)
    if orders is None:
        raise BadInput("ordered_by_user", "nobody who may order it is named", "Choose who ordered it")
    made = RescueMedicineGiven(visit=visit, ordered_by_user=ordered_by_user, ordered_by=orders, **given)
    one_of(made.medicine, (one.id for one in room.medicines), "medicine")
    if made.medicine == OTHER:
        needed(made.what, "what", "Write which medicine")
    needed(made.dose, "dose", "Write the dose as it was ordered, with its unit")
    one_of(made.way, room.ways, "way")
    act.write(made)


def prescribers(clinic: str) -> dict[str, str]:
    """Account → name of everybody in a clinic who may order a medicine."""
    users = User.objects.filter(clinic=UUID(clinic), role__in=WHO_ORDERS, is_active=True).order_by("name")
    return {str(user.id): user.name for user in users}


@action("visit.observe")
def declare(act: Act, *, visit: str, what: str) -> None:
    """An emergency, never refused. "medical": the visit goes on. "fire": it is stopped at once.

    Somebody who had the drug is left as a task, as at every stop under the drug.
    """
    found = act.visit(visit)
    one_of(what, (MEDICAL, FIRE), "what")
    act.write(EmergencyDeclared(visit=visit, what=what))
    if what == FIRE and may_move(found.phase, "stopped"):
        stop.body(act, visit=visit, reason="Fire alarm: everybody leaves")


@action("visit.observe")
def end_emergency(act: Act, *, visit: str, outcome: str) -> None:
    """The medical emergency is over."""
    act.visit(visit)
    if emergency(act, visit) is None:
        raise BadInput("visit", "no emergency is open at this visit", "Open the room again")
    act.write(EmergencyOver(visit=visit, outcome=needed(outcome, "outcome", "Write how it ended")))


def emergency(act: Act, visit: str) -> EmergencyDeclared | None:
    """The emergency that is open, or None."""
    began, over = (
        act.chart.latest(EmergencyDeclared, visit=visit),
        act.chart.latest(EmergencyOver, visit=visit),
    )
    if began is None or (over and (over.effective_at, over.seq) > (began.effective_at, began.seq)):
        return None
    fact: EmergencyDeclared = began.fact
    return fact
