"""The clinic's formulary: what a dose may be drawn from, and the most that may be given.

A concentration comes from a lot that somebody chose, never from memory: mg is the order, mL follows from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from openkap.clinical.entries import Entry
from openkap.clinical.entries.formulary import HighestSet, LotRecorded, LotWithdrawn, PresentationSet
from openkap.clinical.quantity import MgPerMl, Milligrams, plain

FORMS = ("solution", "lozenge", "tablet", "capsule", "nasal device")
"""What a presentation can be. A solution has mg/mL; of the others one unit is counted."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot on the shelf, with what its label says."""

    id: str
    number: str
    expires_on: date
    of: PresentationSet
    withdrawn: str = ""  # why

    @property
    def concentration(self) -> MgPerMl | None:
        """What is drawn up: after dilution where the clinic dilutes; None for what is no solution."""
        return self.of.diluted or self.of.concentration

    @property
    def label(self) -> str:
        """The strength and the whole of one unit, e.g. "50 mg/mL, 500 mg in one vial of 10 mL"."""
        whole = f"{self.of.unit} in one {'vial' if self.of.form == 'solution' else self.of.form}"
        if self.of.concentration is None:
            return whole
        size = f" of {self.of.volume}" if self.of.volume else ""
        thinned = f", diluted to {self.of.diluted}" if self.of.diluted else ""
        return f"{self.of.concentration}, {whole}{size}{thinned}"


@dataclass(frozen=True, slots=True)
class Formulary:
    """What stands in the clinic's ledger about its drugs. Made by `formulary`."""

    presentations: dict[str, Entry] = field(default_factory=dict)  # id → newest PresentationSet
    highest: dict[str, Entry] = field(default_factory=dict)  # route → newest HighestSet
    lots: dict[str, Lot] = field(default_factory=dict)  # id → lot, as recorded

    def for_route(self, route: str, on: date) -> tuple[Lot, ...]:
        """The lots a dose by this route may come from on that day, the first to expire first."""
        usable = (lot for lot in self.lots.values() if not self.keeps_off(lot, route, on))
        return tuple(sorted(usable, key=lambda lot: (lot.expires_on, lot.number, lot.id)))

    def keeps_off(self, lot: Lot, route: str, on: date) -> str:
        """Why nothing may be given from this lot on that day, or ""."""
        if lot.withdrawn:
            return f"lot {lot.number} was withdrawn: {lot.withdrawn}"
        if on > lot.expires_on:
            return f"lot {lot.number} expired on {lot.expires_on}"
        if not lot.of.stocked:
            return f"{lot.of.title} is no longer stocked"
        return "" if route in lot.of.routes else f"{lot.of.title} is not for this route"

    def most(self, route: str) -> HighestSet | None:
        """What the director set for a route, or None."""
        entry = self.highest.get(route)
        return entry.fact if entry else None


def formulary(entries: Iterable[Entry]) -> Formulary:
    """What the entries of a clinic's ledger come to, in the order written. Other kinds are passed over."""
    made = Formulary()
    recorded: dict[str, LotRecorded] = {}
    withdrawn: dict[str, str] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, PresentationSet):
            made.presentations[fact.presentation] = entry
        elif isinstance(fact, HighestSet):
            made.highest[fact.route] = entry
        elif isinstance(fact, LotRecorded):
            recorded[fact.lot] = fact
        elif isinstance(fact, LotWithdrawn):
            withdrawn[fact.lot] = fact.reason
    for id, fact in recorded.items():
        of = made.presentations[fact.presentation].fact
        made.lots[id] = Lot(id, fact.number, fact.expires_on, of, withdrawn.get(id, ""))
    return made


def over_highest(made: Formulary, route: str, amount: Milligrams, before: Milligrams) -> tuple[str, ...]:
    """One sentence for each limit of the clinic that this dose would go past.

    `before`: what was given in this visit already. What is not set is not looked at.
    """
    most = made.most(route)
    if most is None:
        return ()
    told = []
    if most.dose is not None and amount > most.dose:
        told.append(f"{amount} is above {most.dose}, the most this clinic gives in one dose by this route")
    whole = Milligrams(before.value + amount.value)
    if most.session is not None and whole > most.session:
        sum = f"{plain(before.value)} + {plain(amount.value)} = {whole}" if before.value else str(whole)
        told.append(f"{sum} is above {most.session}, the most this clinic gives in one visit by this route")
    return tuple(told)


def unset_words(made: Formulary, route: str) -> str:
    """What the director has not set for a route, as one sentence, or ""."""
    most = made.most(route)
    open_ones = [
        name
        for name, value in (("one dose", most and most.dose), ("one visit", most and most.session))
        if value is None
    ]
    return f"No highest mg of {' or of '.join(open_ones)} is set for this route" if open_ones else ""


NOTHING = Milligrams(Decimal(0))
