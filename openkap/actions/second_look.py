"""The dose is worked out with the vial in hand, and a second person types its milligrams."""

from typing import Any

from openkap.actions.door import Act, Disagreed, action
from openkap.actions.fields import needed
from openkap.actions.vial import counted, drawn_up, from_lot
from openkap.clinical import confirming, ordered
from openkap.clinical.entries.drug import DoseConfirmed, DosePrepared, SumNotAgreed
from openkap.clinical.quantity import MgPerMl, Milligrams
from openkap.clinical.refusal import BadInput

_MISSING = "plan or weight is missing, so no dose can be worked out"


@action("dose.give")
def prepare_dose(act: Act, *, visit: str, lot: str, concentration: MgPerMl | None = None) -> None:
    """The next dose is worked out with the vial in hand. Writing it anew voids the sum before it."""
    found = act.open_visit(visit)
    needed(lot, "lot", "Write the lot number on the vial or package")
    stock = lot if act.protocol.formulary.lots else None
    lot, concentration = from_lot(act, lot, concentration, found.route)
    drawn_up(act.protocol.routes[found.route], concentration)
    made = ordered.worked_out(act.case.about(visit), concentration, lot)
    if made is None:
        raise BadInput("concentration", _MISSING, "Fill them in first")
    act.write(
        DosePrepared(
            visit=visit,
            number=made.order.number,
            calculation=made.calculation,
            plan=str(made.order.plan.id),
            amount=made.amount,
            arithmetic=made.line + counted(act, stock, made.amount),
            weighed=str(made.weighed.id) if made.weighed else None,
            weight=made.weight,
            weight_by=made.order.weight_by if made.weight else None,
            concentration=concentration,
            volume=made.volume,
            lot=lot,
            stock=stock,
        )
    )


@action("dose.confirm")
def confirm_dose(act: Act, *, visit: str, calculation: str, amount: Milligrams | None) -> None:
    """A second person worked the dose out and types the milligrams. `calculation`: of the sum they check.

    Other milligrams are refused and kept: the sum has to be worked out anew.
    """
    act.open_visit(visit)
    if act.who.acts_as not in act.protocol.confirms_dose:
        who = " or ".join(act.protocol.confirms_dose)
        raise BadInput("second_mg", f"the second person at a dose is a {who}", f"Call a {who}")
    done = confirming.prepared(act.case.about(visit))
    if done is None or done.void or done.entry.fact.calculation != calculation:
        why = f": {done.void}" if done and done.void else ""
        raise BadInput("second_mg", f"the sum on your screen no longer holds{why}", "Read the new one")
    if done.entry.author == act.who.user:
        raise BadInput("second_mg", "you worked this dose out yourself", "Ask another person to type it")
    if amount is None:
        raise BadInput("second_mg", "nothing was typed", "Work it out and type the milligrams")
    said: dict[str, Any] = {"visit": visit, "calculation": calculation, "amount": amount}
    said["role"] = act.who.acts_as
    if amount != done.entry.fact.amount:
        says = f"{amount} was typed, and that is not the sum"
        todo = "Stop, and work it out together once more"
        raise Disagreed("second_mg", says, todo, fact=SumNotAgreed(**said))
    act.write(DoseConfirmed(**said))
