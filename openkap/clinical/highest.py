"""The most a clinic gives by a route, held against what is planned and was given in this visit."""

from openkap.clinical import ordered
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries.words import Measured
from openkap.clinical.formulary import NOTHING, over_highest
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
    """The milligrams of the next dose; None while plan or weight is missing."""
    found = ordered.worked_out(case, None)
    return found.amount if found else None
