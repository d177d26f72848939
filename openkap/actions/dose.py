"""The dose: worked out here from plan, weight and concentration, and compared with what was confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from openkap.actions.door import Act, Terms, action, guarded, load
from openkap.actions.fields import needed, one_of, two_identifiers
from openkap.actions.formulary import chosen_lot
from openkap.clinical import arithmetic
from openkap.clinical.answers import Visit
from openkap.clinical.arithmetic import DoseSum
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import DoseGiven, Weighed
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.gates import verdict
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import Kilograms, MgPerMl, Milligrams, plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.rules import Verdict
from openkap.records.policy import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What the person at the pump typed and confirmed; nothing of it is ever pre-filled."""

    visit: str
    amount: Milligrams | None
    lot: str  # id of a lot of the formulary; where the clinic has none, the number on the vial
    concentration: MgPerMl | None = None  # the lot's, where there is one
    identifiers: tuple[str, ...] = ()
    already_given: bool = False
    route: str = ""  # only for a dose already given at no booked visit


@guarded("visit.read")
def preview_dose(
    who: Principal, chart_id: str, *, at: datetime, visit: str, concentration: MgPerMl | None = None
) -> DoseSum | None:
    """The sum to show beside the form, or None while plan or weight is missing. Writes nothing."""
    act = load(who, chart_id, "visit.read", Terms(at=at))
    return worked_out(act.chart, visit, concentration)


def worked_out(chart: Chart, visit: str, concentration: MgPerMl | None) -> DoseSum | None:
    """Plan × this visit's weight, drawn up at the concentration; None while something is missing."""
    plan, weight = _plan(chart), _weight(chart, visit)
    if plan is not None and plan.fixed is not None:
        return arithmetic.fixed_dose(plan.fixed, concentration)
    if plan is None or plan.mg_per_kg is None or weight is None:
        return None
    return arithmetic.dose(plan.mg_per_kg, weight, concentration)


def _plan(chart: Chart) -> PlanApproved | None:
    entry = chart.latest(PlanApproved)
    return entry.fact if entry else None


def _weight(chart: Chart, visit: str) -> Kilograms | None:
    entry = chart.latest(Weighed, visit=visit)
    return entry.fact.weight if entry else None


@action("dose.give")
def start(act: Act, **sent: Any) -> None:
    """The dose is given: fields of Confirmed. The mg confirmed must be the mg worked out here.

    `already_given`: it has happened, so it is recorded whatever the gate says, with the reasons beside it and
    a task opened for the prescriber.
    """
    confirmed = Confirmed(**sent)
    unbooked = confirmed.already_given and not confirmed.visit
    visit = None if unbooked else act.visit(confirmed.visit)
    if visit and visit.dose_at:
        raise BadInput("visit", "the dose of this visit is already recorded", "Correct that entry instead")
    if visit and not confirmed.already_given:
        act.pass_gate("start-dose", visit.id)
        confirmed = _from_lot(act, confirmed, visit.route)
    found = worked_out(act.chart, confirmed.visit, confirmed.concentration)
    if visit is None or confirmed.already_given:
        _record_what_happened(act, confirmed, visit, found)
    else:
        _give(act, confirmed, visit, found)


def _from_lot(act: Act, confirmed: Confirmed, route: str) -> Confirmed:
    """Where the clinic records lots, number and strength are those of the lot, whatever was typed."""
    if not act.protocol.formulary.lots:
        return confirmed
    lot = chosen_lot(act.who, act.protocol, confirmed.lot, route, act.at)
    return replace(confirmed, lot=lot.number, concentration=lot.concentration)


def _give(act: Act, confirmed: Confirmed, visit: Visit, found: DoseSum | None) -> None:
    amount = _typed(confirmed)
    needed(confirmed.lot, "lot", "Write the lot number on the vial")
    two_identifiers(confirmed.identifiers)
    if found is None:
        raise BadInput(
            "amount", "plan or weight is missing, so no dose can be worked out", "Fill them in first"
        )
    _drawn_up(act, confirmed, visit)
    if found.amount != amount:
        raise BadInput(
            "amount", f"{amount} was confirmed, but {found.line}", "Check plan, weight and mg again"
        )
    act.write(_fact(act.chart, confirmed, visit.route, found))


def _typed(confirmed: Confirmed) -> Milligrams:
    """Asked once the gate is open: while it is closed, what is missing matters more than an empty box."""
    if confirmed.amount is None or confirmed.amount.value <= 0:
        raise BadInput("amount", f"{confirmed.amount or 'nothing'} is not a dose", "Write the milligrams")
    return confirmed.amount


def _drawn_up(act: Act, confirmed: Confirmed, visit: Visit) -> None:
    route = act.protocol.routes[visit.route]
    if confirmed.concentration is None and route.mg_per_kg is not None:
        raise BadInput("concentration", "it is missing", "Write the mg/mL on the vial")
    if strong := _too_strong(confirmed, route):
        raise BadInput("concentration", strong, "Dilute it, and write the mg/mL after dilution")


def _too_strong(confirmed: Confirmed, route: Route) -> str:
    strongest, drawn = route.strongest_mg_per_ml, confirmed.concentration
    if strongest is None or drawn is None or drawn.value <= strongest:
        return ""
    return f"{drawn} is stronger than {plain(strongest)} mg/mL, the most for {route.title.lower()}"


def _record_what_happened(act: Act, confirmed: Confirmed, visit: Visit | None, found: DoseSum | None) -> None:
    route = visit.route if visit else one_of(confirmed.route, act.protocol.routes, "route")
    confirmed = replace(confirmed, amount=_typed(confirmed), visit=confirmed.visit or act.new_id())
    then = _verdict_then(act, confirmed.visit)
    against = [reason.says for reason in then.because]
    if found and found.amount != confirmed.amount:
        against.append(f"{confirmed.amount} was given where the plan says {found.line}")
    if strong := _too_strong(confirmed, act.protocol.routes[route]):
        against.append(strong)
    if then.allowed:
        act.verdicts.append(then)
    act.write(_fact(act.chart, confirmed, route, found, tuple(against)))
    if against:
        what = f"A dose of {confirmed.amount} was recorded after it was given: {'; '.join(against)}"
        act.write(TaskOpened(task=f"outside-gate-{confirmed.visit}", what=what, rule="start-dose"))


def _verdict_then(act: Act, visit: str) -> Verdict:
    """The gate as it stood when the dose was given, by what is known now."""
    then = act.terms.effective_at or act.at
    return verdict("start-dose", act.chart, act.protocol, then, visit)


def _fact(
    chart: Chart, confirmed: Confirmed, route: str, found: DoseSum | None, against: tuple[str, ...] = ()
) -> DoseGiven:
    plan = _plan(chart)
    agreed = found is not None and found.amount == confirmed.amount
    return DoseGiven(
        visit=confirmed.visit,
        route=route,
        amount=_typed(confirmed),
        per_kg=plan.mg_per_kg if plan else None,
        weight=_weight(chart, confirmed.visit),
        concentration=confirmed.concentration,
        volume=found.volume if found and agreed else None,
        minutes=plan.minutes if plan else 0,
        lot=confirmed.lot,
        arithmetic=found.line if found and agreed else "",
        identifiers=confirmed.identifiers,
        outside_gate=against,
    )
