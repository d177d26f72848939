"""The balance of the medicine at a patient's home: sent = taken + returned + lost + left, in units."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openkap.clinical import home, plan
from openkap.clinical.case import Case, order
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven, VisitBooked
from openkap.clinical.entries.supply import SupplyCounted, SupplyLost, SupplyReturned, SupplySent
from openkap.clinical.quantity import Milligrams

NONE = Decimal(0)
SESSIONS = "home-supply-sessions"
"""The number of the protocol: doses of how many sessions may be in the home at once."""


@dataclass(frozen=True, slots=True)
class Supply:
    """In units, over the whole course. `taken` is no whole number where a dose was no whole unit."""

    sent: int
    taken: Decimal
    returned: int
    lost: int
    each: Milligrams | None  # the strength sent last; None: nothing was ever sent
    counted: Entry | None  # the newest count

    @property
    def left(self) -> Decimal:
        """What should be there."""
        return self.sent - self.taken - self.returned - self.lost


def supply(case: Case) -> Supply:
    """What was sent and what became of it, by now."""
    sends = sorted(case.all(SupplySent), key=order)
    return Supply(
        sent=sum(entry.fact.units for entry in sends),
        taken=_taken(case, sends),
        returned=sum(entry.fact.units for entry in case.all(SupplyReturned)),
        lost=sum(entry.fact.units for entry in case.all(SupplyLost)),
        each=sends[-1].fact.each if sends else None,
        counted=case.latest(SupplyCounted),
    )


def _taken(case: Case, sends: list[Entry]) -> Decimal:
    """The doses of visits at home, each in units of what was sent last before it."""
    there = {entry.fact.visit for entry in case.all(VisitBooked) if entry.fact.place == home.HOME}
    doses = [entry for entry in case.all(DoseGiven) if entry.fact.visit in there]
    units = ((dose, _strength(sends, dose.effective_at)) for dose in doses)
    return sum((dose.fact.amount.value / each.value for dose, each in units if each), NONE)


def _strength(sends: list[Entry], at: datetime) -> Milligrams | None:
    before = [entry for entry in sends if entry.effective_at <= at]
    return before[-1].fact.each if before else None


def most(case: Case, each: Milligrams) -> Decimal | None:
    """How many units of that strength may be in the home at once; None where the plan names no milligrams.

    A plan per kilogram is counted by the weight it was signed for.
    """
    signed = plan.standing(case)
    if signed is None:
        return None
    fact = signed.fact
    mg = fact.fixed.value if fact.fixed else None
    if mg is None and fact.mg_per_kg and fact.weight:
        mg = fact.mg_per_kg.value * fact.weight.value
    return None if mg is None else case.protocol.count(SESSIONS) * mg / each.value
