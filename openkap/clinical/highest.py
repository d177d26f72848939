"""The most a clinic gives by a route, held against what is planned and was given in this visit."""

from openkap.clinical import arithmetic
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.words import Measured
from openkap.clinical.formulary import NOTHING, over_highest
from openkap.clinical.plan import standing
from openkap.clinical.quantity import Milligrams


def highest(case: Case) -> Bars:
    """The planned dose is within what the director set for the route. Nothing set: nothing is looked at."""
    this, amount = case.this_visit, planned(case)
    if this is None or amount is None:
        return ()
    before = NOTHING if this.given_mg is None else Milligrams(this.given_mg)
    told = over_highest(case.protocol.formulary, this.route, amount, before)
    return tuple(Bar(says, (Measured("planned dose", str(amount)),)) for says in told)


def planned(case: Case) -> Milligrams | None:
    """The milligrams of the plan at this visit's weight; None while either is missing."""
    signed = standing(case)
    if signed is None:
        return None
    if signed.fact.fixed is not None:
        fixed: Milligrams = signed.fact.fixed
        return fixed
    weighed = case.latest(Weighed, visit=case.visit)
    if signed.fact.mg_per_kg is None or weighed is None:
        return None
    return arithmetic.dose(signed.fact.mg_per_kg, weighed.fact.weight, None).amount
