"""Whether the drug of a visit adds up: drawn = given + wasted + returned, in whole micrograms, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from openkap.clinical.answers import Visit
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.balance import (
    DrugDrawn,
    DrugReturned,
    DrugWasted,
    VarianceRecorded,
    WasteWitnessed,
)
from openkap.clinical.entries.words import Measured
from openkap.clinical.home import HOME
from openkap.clinical.micrograms import PER_MG, in_mg
from openkap.clinical.ordered import worked_out
from openkap.clinical.protocol import Protocol

WITNESS_WITHIN = "witness-within"
"""The number of the protocol: how long after a waste is written its witness may sign."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was taken out at once, and what became of it. Amounts in micrograms."""

    id: str
    number: str
    at: datetime
    units: int
    each: int
    returned: int  # units
    wasted: int  # witnessed
    unwitnessed: int  # and still in time to be witnessed

    @property
    def drawn(self) -> int:
        return self.units * self.each

    @property
    def left(self) -> int:
        """What may still be put back or thrown away; waste nobody has witnessed is not there any more."""
        return self.drawn - self.returned * self.each - self.wasted - self.unwitnessed


@dataclass(frozen=True, slots=True)
class Balance:
    """The sum of a visit, in micrograms."""

    draws: tuple[Drawn, ...]
    given: int
    accepted: int | None = None  # the difference somebody answered for

    @property
    def drawn(self) -> int:
        return sum(one.drawn for one in self.draws)

    @property
    def wasted(self) -> int:
        return sum(one.wasted for one in self.draws)

    @property
    def unwitnessed(self) -> int:
        return sum(one.unwitnessed for one in self.draws)

    @property
    def returned(self) -> int:
        return sum(one.returned * one.each for one in self.draws)

    @property
    def variance(self) -> int:
        """Above zero: less is accounted for than was drawn; below: more. Waste counts once witnessed."""
        return self.drawn - self.given - self.wasted - self.returned

    @property
    def settled(self) -> bool:
        """It adds up, or somebody answered for exactly this difference."""
        return self.variance in (0, self.accepted)

    @property
    def line(self) -> str:
        """The whole sum, e.g. "500 mg drawn − 35 mg given − 465 mg wasted − 0 mg returned = 0 mg"."""
        parts = ((self.given, "given"), (self.wasted, "wasted"), (self.returned, "returned"))
        taken = "".join(f" − {in_mg(count)} {word}" for count, word in parts)
        return f"{in_mg(self.drawn)} drawn{taken} = {in_mg(self.variance)}"


def balance(chart: Chart, visit: Visit, protocol: Protocol, at: datetime) -> Balance:
    """The drug of one visit as known at `at`. Waste that nobody witnessed in time counts for nothing."""
    said = list(_of(chart, VarianceRecorded, visit.id, at))
    within = protocol.span(WITNESS_WITHIN)
    draws = tuple(_drawn(entry, chart, at, within) for entry in _of(chart, DrugDrawn, visit.id, at))
    accepted = said[-1].fact.micrograms if said else None
    return Balance(draws, _whole(visit.given_mg), accepted)


def off(found: Balance, protocol: Protocol) -> bool:
    """Whether it must be accounted for. Without recorded lots and with nothing drawn, nobody is asked."""
    return not found.settled and bool(found.draws or (found.given and protocol.formulary.lots))


def balanced(case: Case) -> Bars:
    """The drug of the visit adds up. Asked where the clinic records lots, or once anything was drawn."""
    this = case.this_visit
    if this is None:
        return ()
    found = balance(case.chart, this, case.protocol, case.at)
    if not off(found, case.protocol):
        return ()
    open_ = f"; {in_mg(found.unwitnessed)} of waste has no witness" if found.unwitnessed else ""
    return (Bar(f"The drug does not add up: {found.line}{open_}", (Measured("drug", found.line),)),)


def taken_out(case: Case) -> Bars:
    """Enough is out of the cupboard for the next dose. Asked in a clinic that has lots for the route."""
    this, wanted = case.this_visit, worked_out(case, None)
    if this is None or wanted is None or this.place == HOME:
        return ()
    if not any(this.route in lot.of.routes for lot in case.protocol.formulary.lots.values()):
        return ()
    found = balance(case.chart, this, case.protocol, case.at)
    if not found.draws:
        return (Bar("Nothing is recorded as taken out of the drug cupboard for this dose"),)
    left = found.variance - found.unwitnessed - (found.accepted or 0)
    if left >= _whole(wanted.amount.value):
        return ()
    told = Measured("drug", found.line, found.draws[-1].at.isoformat())
    return (Bar(f"{in_mg(left)} is left of what was taken out, and the dose is {wanted.amount}", (told,)),)


def in_time(waste: Entry, protocol: Protocol, at: datetime) -> bool:
    """Whether a witness may still say that they saw it. By when it was written, not when it is said to be."""
    return at - waste.recorded_at <= protocol.span(WITNESS_WITHIN)


def _drawn(entry: Entry, chart: Chart, at: datetime, within: timedelta) -> Drawn:
    id, fact, visit = str(entry.id), entry.fact, entry.fact.visit
    wastes = [e for e in _of(chart, DrugWasted, visit, at) if e.fact.drawn == id]
    seen = {e.fact.waste for e in _of(chart, WasteWitnessed, visit, at)}
    returned = (e.fact.units for e in _of(chart, DrugReturned, visit, at) if e.fact.drawn == id)
    return Drawn(
        id=id,
        number=fact.number,
        at=entry.effective_at,
        units=fact.units,
        each=fact.each,
        returned=sum(returned),
        wasted=sum(e.fact.micrograms for e in wastes if str(e.id) in seen),
        unwitnessed=sum(
            e.fact.micrograms for e in wastes if str(e.id) not in seen and at - e.recorded_at <= within
        ),
    )


def _of(chart: Chart, kind: type, visit: str, at: datetime) -> Iterable[Entry]:
    return (e for e in chart.all(kind) if e.fact.visit == visit and e.effective_at <= at)


def _whole(mg: Decimal | None) -> int:
    """Micrograms. A dose is written to 0.001 mg at the finest; an older, finer one is rounded half up."""
    return int(((mg or Decimal(0)) * PER_MG).to_integral_value(ROUND_HALF_UP))
