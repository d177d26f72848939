"""Every microgram of a closed visit is accounted for, or an incident about that difference is open."""

from collections.abc import Iterator
from decimal import Decimal

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.balance import (
    DrugDrawn,
    DrugReturned,
    DrugWasted,
    VarianceRecorded,
    WasteWitnessed,
)
from openkap.clinical.entries.dosing import DoseEnded, DoseGiven, VisitClosed
from openkap.clinical.protocol import Protocol
from openkap.records.incidents import incidents
from openkap.records.policy import Principal


def unaccounted(chart: Chart, protocol: Protocol, reader: Principal) -> Iterator[str]:
    """Closed visits whose drug is neither balanced nor looked into. Added up anew from the entries alone."""
    open_ = {one.opened.incident: one.opened for one in incidents(reader) if one.closed_at is None}
    for closed in chart.facts(VisitClosed):
        missing = difference(chart, protocol, closed.visit)
        said = [fact for fact in chart.facts(VarianceRecorded) if fact.visit == closed.visit]
        if missing and not said:
            yield f"{missing} µg are missing and nobody was asked"
        elif missing and said[-1].micrograms != missing:
            yield f"{missing} µg are missing where {said[-1].micrograms} were answered for"
        elif missing and getattr(open_.get(said[-1].incident), "visit", "") != closed.visit:
            yield f"{missing} µg are missing and no incident is open"


def difference(chart: Chart, protocol: Protocol, visit: str) -> int:
    """Drawn less given, put back and thrown away before a witness, in micrograms."""
    entries = [e for e in chart.entries if getattr(e.fact, "visit", "") == visit]
    each = {str(e.id): e.fact.each for e in entries if isinstance(e.fact, DrugDrawn)}
    drawn = sum(e.fact.units * e.fact.each for e in entries if isinstance(e.fact, DrugDrawn))
    back = sum(e.fact.units * each[e.fact.drawn] for e in entries if isinstance(e.fact, DrugReturned))
    wastes = [e for e in entries if isinstance(e.fact, DrugWasted)]
    witnessed = [e for e in entries if isinstance(e.fact, WasteWitnessed)]
    wasted = sum(e.fact.micrograms for e in wastes if any(_saw(one, e, protocol) for one in witnessed))
    return drawn - _given(entries) - back - wasted


def _saw(witness: Entry, waste: Entry, protocol: Protocol) -> bool:
    """Somebody else, of this waste, in time."""
    of_it = witness.fact.waste == str(waste.id) and witness.author != waste.author
    return of_it and witness.recorded_at - waste.recorded_at <= protocol.span("witness-within")


def _given(entries: list[Entry]) -> int:
    """The doses, each as its end says where it has one."""
    amounts: list[Decimal] = []
    for entry in entries:
        if isinstance(entry.fact, DoseGiven):
            amounts.append(entry.fact.amount.value)
        elif isinstance(entry.fact, DoseEnded):
            amounts[-1] = entry.fact.given.value
    return int(sum(amounts, Decimal(0)) * 1000)
