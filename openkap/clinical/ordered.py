"""What the plan orders next in a visit, worked out whole.

Nothing here is ever suggested: the plan names the dose, the scale the weight, the vial its mg/mL.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256

from openkap.clinical import arithmetic, plan, weighing
from openkap.clinical.arithmetic import DoseSum
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.words import Measured
from openkap.clinical.infusion import PumpSum, pump
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams, Millilitres, plain
from openkap.clinical.weighing import ACTUAL, IDEAL, Ideal


@dataclass(frozen=True, slots=True)
class Order:
    """The next dose as the plan in force has it. Exactly one of per_kg and fixed is set."""

    plan: Entry
    number: int  # of the visit: 1 is the dose, 2… are boosters
    per_kg: MgPerKg | None
    fixed: Milligrams | None
    minutes: int
    weight_by: str  # "actual" · "ideal"

    @property
    def booster(self) -> bool:
        return self.number > 1


@dataclass(frozen=True, slots=True)
class Worked:
    """One order worked out: every figure it rests on is on the line."""

    order: Order
    amount: Milligrams
    volume: Millilitres | None
    setting: PumpSum | None  # of the pump
    line: str
    beside: str  # the same order by the other weight; "" without one
    weighed: Entry | None
    weight: Kilograms | None
    concentration: MgPerMl | None
    lot: str
    calculation: str  # sha-256 over all of the above: any change makes it another one


def order(case: Case) -> Order | None:
    """What comes next in this visit; None without a plan, or when the plan orders nothing more today."""
    signed, this = plan.standing(case), case.this_visit
    if signed is None:
        return None
    fact, number = signed.fact, len(this.doses) + 1 if this else 1
    by = fact.weight_by or ACTUAL
    if number == 1:
        return Order(signed, 1, fact.mg_per_kg, fact.fixed, fact.minutes, by)
    extra = fact.booster
    if extra is None or number - 1 > extra.count:
        return None
    return Order(signed, number, extra.mg_per_kg, extra.fixed, extra.minutes, by)


def worked_out(case: Case, concentration: MgPerMl | None, lot: str = "") -> Worked | None:
    """The next dose by today's weight, drawn up at this mg/mL; None while plan or weight is missing."""
    wanted = order(case)
    if wanted is None:
        return None
    if wanted.fixed is not None:
        found = arithmetic.fixed_dose(wanted.fixed, concentration)
        return _whole(case, wanted, found, _Scale(), lot, concentration)
    weighed = weighing.weighed_here(case)
    if wanted.per_kg is None or weighed is None:
        return None
    ideal = weighing.ideal(case.chart, case.protocol, case.at)
    sums = {ACTUAL: arithmetic.dose(wanted.per_kg, weighed.fact.weight, concentration)}
    weights = {ACTUAL: weighed.fact.weight}
    if isinstance(ideal, Ideal):
        sums[IDEAL] = arithmetic.dose(wanted.per_kg, ideal.weight, concentration, called=weighing.IDEAL_WORDS)
        weights[IDEAL] = ideal.weight
    if wanted.weight_by not in sums:
        return None
    scale = _Scale(weighed, weights[wanted.weight_by], _beside(wanted, sums, ideal))
    return _whole(case, wanted, sums[wanted.weight_by], scale, lot, concentration)


@dataclass(frozen=True, slots=True)
class _Scale:
    weighed: Entry | None = None
    weight: Kilograms | None = None
    beside: str = ""


def _whole(
    case: Case,
    wanted: Order,
    found: DoseSum,
    scale: _Scale,
    lot: str,
    concentration: MgPerMl | None,
) -> Worked:
    setting = pump(found.amount, wanted.minutes, concentration) if wanted.minutes else None
    line = f"{found.line}, {setting.line}" if setting else found.line
    rests_on = (case.visit, wanted.number, wanted.plan.id, scale.weighed and scale.weighed.id)
    figures = (scale.weight, concentration, lot, found.amount, found.volume, line, scale.beside)
    return Worked(
        order=wanted,
        amount=found.amount,
        volume=found.volume,
        setting=setting,
        line=line,
        beside=scale.beside,
        weighed=scale.weighed,
        weight=scale.weight,
        concentration=concentration,
        lot=lot,
        calculation=sha256(json.dumps([str(one) for one in (*rests_on, *figures)]).encode()).hexdigest(),
    )


def _beside(wanted: Order, sums: dict[str, DoseSum], ideal: Ideal | str) -> str:
    """The other weight with the dose under it: whichever is used, both are seen."""
    if not isinstance(ideal, Ideal):
        return f"By ideal body weight: {ideal}"
    if wanted.weight_by == ACTUAL:
        by, line = weighing.IDEAL_WORDS, sums[IDEAL].line.replace(f" {weighing.IDEAL_WORDS}", "")
    else:
        by, line = "the weight as measured", sums[ACTUAL].line
    return f"Not ordered, to compare: by {by} {line} ({ideal.line})"


def weight(case: Case) -> Bars:
    """A dose per kilogram needs the weight of the day, and a height where it goes by ideal body weight."""
    wanted = order(case)
    if wanted is None or wanted.per_kg is None:
        return ()
    if weighing.weighed_here(case) is None:
        return (Bar(f"The plan is {wanted.per_kg} and the patient has not been weighed for this visit"),)
    ideal = weighing.ideal(case.chart, case.protocol, case.at)
    if wanted.weight_by == IDEAL and not isinstance(ideal, Ideal):
        return (Bar(f"The plan is {wanted.per_kg} of ideal body weight, and {ideal}"),)
    return ()


def cap(case: Case) -> Bars:
    """The next dose is within the limits this clinic set for the route, where it set any."""
    wanted, signed = order(case), plan.standing(case)
    way = case.protocol.routes.get(signed.fact.route) if signed else None
    if wanted is None or way is None:
        return ()
    found = worked_out(case, None)
    mg = wanted.fixed or (found.amount if found else None)
    return tuple(Bar(fault) for fault in plan.over_cap(way, wanted.per_kg, mg))


def given_already(case: Case) -> Bars:
    """One dose a visit, and after it the boosters the plan allows, each after the plan's own wait."""
    this, signed = case.this_visit, plan.standing(case)
    if this is None or not this.doses:
        return ()
    told = Measured("dose", f"{plain(this.given_mg or Decimal(0))} mg", this.doses[-1].began_at.isoformat())
    extra = signed.fact.booster if signed else None
    if extra is None:
        return (Bar("A dose has already been given in this visit, and the plan allows no booster", (told,)),)
    if order(case) is None:
        says = f"Every booster of the plan has been given in this visit: {extra.count} of {extra.count}"
        return (Bar(says, (told,)),)
    if this.last_drug_at is None:
        return (Bar("A dose is in progress: its end comes before a booster", (told,)),)
    opens = this.last_drug_at + timedelta(minutes=extra.after_minutes)
    if case.at < opens:
        left = f"{-((case.at - opens) // timedelta(minutes=1))} min left"
        says = f"The plan allows a booster {extra.after_minutes} min after the last of the drug: {left}"
        return (Bar(says, (told,)),)
    return ()
