"""Medicine at home: sent no more than the next sessions need, counted, and every gap a task for a person."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, positive
from openkap.clinical import supply
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.supply import (
    SupplyAsked,
    SupplyCounted,
    SupplyLost,
    SupplyReturned,
    SupplySent,
)
from openkap.clinical.quantity import Milligrams, plain
from openkap.clinical.refusal import BadInput

RULE = "home-kept-today"
"""The rule the tasks of this file belong to."""


@action("plan.approve")
def send(act: Act, *, units: int, each: Milligrams, lot: str, by: str) -> None:
    """Units go to the home, if treatment there is open and no more would be there than the limit."""
    positive(units, "units")
    if each.value <= 0:
        raise BadInput("each", f"{each} is not above nothing", "Write the mg of one unit")
    needed(lot, "lot", "Write the lot number on the box")
    needed(by, "by", "Write who carries it, and the number of the parcel")
    act.pass_gate("treat-at-home")
    there, most = supply.supply(act.case), supply.most(act.case, each)
    if most is None:
        raise BadInput("units", "the plan names no milligrams to count by", "Have the plan changed")
    if there.left > 0 and there.each != each:
        raise BadInput("each", f"units of {there.each} are still there", "Have them returned first")
    if there.left + units > most:
        sessions = act.protocol.count(supply.SESSIONS)
        says = f"{plain(there.left)} there and {units} more are above {plain(most)}, enough for {sessions}"
        raise BadInput("units", f"{says} session{'' if sessions == 1 else 's'}", "Send fewer, or wait")
    act.write(SupplySent(units=units, each=each, lot=lot, by=by))


@action("visit.check")
def ask(act: Act, *, said: str) -> None:
    """The patient asks for more. While there should be some left, a prescriber hears of it."""
    needed(said, "said", "Write what they said")
    left = supply.supply(act.case).left
    act.write(SupplyAsked(said=said, left=plain(left)))
    if left > 0:
        _task(act, "early-refill", f"More medicine was asked for while {plain(left)} should be left: {said}")


@action("visit.check")
def count(act: Act, *, units: int) -> None:
    """What is there, counted in view. One that differs from the balance is a prescriber's to look into."""
    if units < 0:
        raise BadInput("units", f"{units} is no count", "Write how many are there, 0 for none")
    left = supply.supply(act.case).left
    act.write(SupplyCounted(units=units, should_be=plain(left)))
    if units != left:
        _task(act, "supply-count", f"{units} counted at home where {plain(left)} should be")


@action("visit.check")
def give_back(act: Act, *, units: int, to: str) -> None:
    """Units came back."""
    positive(units, "units")
    needed(to, "to", "Write whom they went to")
    left = supply.supply(act.case).left
    act.write(SupplyReturned(units=units, to=to))
    if units > left:
        _task(act, "supply-count", f"{units} came back from home where {plain(left)} should have been")


@action("visit.check")
def lose(act: Act, *, units: int, said: str) -> None:
    """Units are gone, as the patient says. It is taken down, and a prescriber hears of it."""
    positive(units, "units")
    needed(said, "said", "Write what they said")
    act.write(SupplyLost(units=units, said=said))
    _task(act, "lost-dose", f"{units} lost at home, as the patient says: {said}")


def _task(act: Act, kind: str, what: str) -> None:
    act.write(TaskOpened(task=f"{kind}-{act.new_id()}", what=what, rule=RULE))
