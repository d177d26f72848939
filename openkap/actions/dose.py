"""The dose is given: the milligrams typed are those of the sum, and nobody gives it twice."""

from dataclasses import dataclass, replace
from typing import Any

from openkap.actions.door import Act, Terms, action, guarded, load
from openkap.actions.fields import needed, one_of, two_identifiers
from openkap.actions.formulary import chosen_lot
from openkap.actions.vial import drawn_up, from_lot, too_strong, whole_devices
from openkap.clinical import confirming, ordered, weighing
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.confirming import Prepared
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.drug import DeviceUsed
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.gates import verdict
from openkap.clinical.ordered import Worked
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import MgPerMl, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.clinical.rules import Verdict
from openkap.records.policy import Principal

_MISSING = "plan or weight is missing, so no dose can be worked out"
_AGAIN = "Work the dose out again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What the person who gives the dose typed and confirmed; nothing of it is ever pre-filled.

    Lot and mg/mL may be left out where a second person has confirmed a sum: then they are that sum's.
    """

    visit: str
    amount: Milligrams | None
    lot: str = ""  # id of a lot of the formulary; where the clinic has none, the number on the vial
    concentration: MgPerMl | None = None  # the lot's, where there is one
    identifiers: tuple[str, ...] = ()
    booster: bool = False
    already_given: bool = False
    route: str = ""  # only for a dose already given at no booked visit


@guarded("visit.read")
def preview_dose(
    who: Principal, chart_id: str, *, at: Any, visit: str, concentration: MgPerMl | None = None
) -> Worked | None:
    """The sum to show beside the form, or None while plan or weight is missing. Writes nothing."""
    act = load(who, chart_id, "visit.read", Terms(at=at))
    return ordered.worked_out(_case(act, visit), concentration)


def _case(act: Act, visit: str) -> Case:
    return act.case.about(visit)


@action("dose.give")
def start(act: Act, **sent: Any) -> None:
    """The dose is given: fields of Confirmed. The mg typed must be the mg worked out here.

    `already_given`: it has happened, so it is recorded whatever the gate says, with the reasons beside it and
    a task opened for the prescriber.
    """
    confirmed = Confirmed(**sent)
    unbooked = confirmed.already_given and not confirmed.visit
    visit = None if unbooked else act.visit(confirmed.visit)
    _one_of_each(confirmed, visit)
    if visit and not confirmed.already_given:
        act.pass_gate("start-dose", visit.id)
        done = confirming.prepared(_case(act, visit.id))
        confirmed = _from_the_sum(act, confirmed, done, visit.route)
    found = ordered.worked_out(_case(act, confirmed.visit), confirmed.concentration, confirmed.lot)
    if visit is None or confirmed.already_given:
        _record_what_happened(act, confirmed, visit, found)
    else:
        _give(act, confirmed, visit, found)


def _one_of_each(confirmed: Confirmed, visit: Visit | None) -> None:
    """A second tap on a first dose is never taken for a booster."""
    doses = visit.doses if visit else ()
    if doses and not confirmed.booster:
        raise BadInput("visit", "the dose of this visit is already recorded", "Correct that entry instead")
    if confirmed.booster and not doses:
        raise BadInput("visit", "a booster comes after the first dose of a visit", "Give the dose first")


def _from_the_sum(act: Act, confirmed: Confirmed, done: Prepared | None, route: str) -> Confirmed:
    """Vial and lot are those of the sum that was worked out; others would make it another sum."""
    if done is None or done.void:
        lot, concentration = from_lot(act, confirmed.lot, confirmed.concentration, route)
        return replace(confirmed, lot=lot, concentration=concentration)
    made = done.entry.fact
    if made.stock:
        chosen_lot(act.who, act.protocol, made.stock, route, act.at)
    if confirmed.lot not in ("", made.lot, made.stock):
        raise BadInput("lot", f"{confirmed.lot} is not the lot of the sum, {made.lot}", _AGAIN)
    if confirmed.concentration not in (None, made.concentration):
        says = f"{confirmed.concentration} is not that of the sum, {made.concentration}"
        raise BadInput("concentration", says, _AGAIN)
    return replace(confirmed, lot=made.lot, concentration=made.concentration)


def _give(act: Act, confirmed: Confirmed, visit: Visit, found: Worked | None) -> None:
    amount = _typed(confirmed)
    needed(confirmed.lot, "lot", "Write the lot number on the vial")
    two_identifiers(confirmed.identifiers)
    if found is None:
        raise BadInput("amount", _MISSING, "Fill them in first")
    route = act.protocol.routes[visit.route]
    drawn_up(route, confirmed.concentration)
    if found.amount != amount:
        raise BadInput(
            "amount", f"{amount} was confirmed, but {found.line}", "Check plan, weight and mg again"
        )
    whole_devices(amount, route)
    _write(act, confirmed, route, found)


def _typed(confirmed: Confirmed) -> Milligrams:
    """Asked once the gate is open: while it is closed, what is missing matters more than an empty box."""
    if confirmed.amount is None or confirmed.amount.value <= 0:
        raise BadInput("amount", f"{confirmed.amount or 'nothing'} is not a dose", "Write the milligrams")
    return confirmed.amount


def _record_what_happened(act: Act, confirmed: Confirmed, visit: Visit | None, found: Worked | None) -> None:
    name = visit.route if visit else one_of(confirmed.route, act.protocol.routes, "route")
    route = act.protocol.routes[name]
    confirmed = replace(confirmed, amount=_typed(confirmed), visit=confirmed.visit or act.new_id())
    then = _verdict_then(act, confirmed.visit)
    against = [reason.says for reason in then.because]
    if found and found.amount != confirmed.amount:
        against.append(f"{confirmed.amount} was given where the plan says {found.line}")
    if strong := too_strong(confirmed.concentration, route):
        against.append(strong)
    if then.allowed:
        act.verdicts.append(then)
    _write(act, confirmed, route, found, tuple(against))
    if against:
        what = f"A dose of {confirmed.amount} was recorded after it was given: {'; '.join(against)}"
        act.write(TaskOpened(task=f"outside-gate-{confirmed.visit}", what=what, rule="start-dose"))


def _verdict_then(act: Act, visit: str) -> Verdict:
    """The gate as it stood when the dose was given, by what is known now."""
    then = act.terms.effective_at or act.at
    return verdict("start-dose", act.chart, act.protocol, then, visit)


def _write(
    act: Act, confirmed: Confirmed, route: Route, found: Worked | None, against: tuple[str, ...] = ()
) -> None:
    """The dose, and of a spray its first device: the others are entries of their own."""
    fact = _fact(act, confirmed, route, found, against)
    act.write(fact)
    if fact.device:
        act.write(
            DeviceUsed(visit=fact.visit, dose=fact.dose or "", number=1, amount=fact.device, lot=fact.lot)
        )


def _fact(
    act: Act, confirmed: Confirmed, route: Route, found: Worked | None, against: tuple[str, ...]
) -> DoseGiven:
    amount = _typed(confirmed)
    agreed = found if found and found.amount == amount else None
    signed = found.order.plan.fact if found else None
    held = signed if signed and route.held else None
    counted = route.device_mg and not amount.value % route.device_mg
    return DoseGiven(
        visit=confirmed.visit,
        route=route.id,
        amount=amount,
        per_kg=found.order.per_kg if found else None,
        weight=found.weight if found else None,
        concentration=confirmed.concentration,
        volume=agreed.volume if agreed else None,
        minutes=found.order.minutes if found else 0,
        lot=confirmed.lot,
        arithmetic=agreed.line if agreed else "",
        identifiers=confirmed.identifiers,
        outside_gate=against,
        dose=act.new_id(),
        booster=True if confirmed.booster else None,
        weight_by=found.order.weight_by if found and found.order.weight_by != weighing.ACTUAL else None,
        hold_minutes=held.hold_minutes if held else None,
        after_hold=held.after_hold if held else None,
        device=Milligrams(route.device_mg) if counted and route.device_mg else None,
        calculation=agreed.calculation if agreed else None,
    )
