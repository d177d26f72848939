"""What a gate's computed question is asked about, and what it answers with."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from openkap.clinical import dosing
from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Checked, DischargeChecked
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.words import Measured
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Outcome
from openkap.clinical.screening import Screening, graded, outcomes


@dataclass(frozen=True)
class Case:
    """One chart at one moment, and the visit it is about. What several questions share is worked out once."""

    chart: Chart
    protocol: Protocol
    at: datetime
    visit: str = ""

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        return dosing.visits(self.chart, self.protocol, self.at)

    @cached_property
    def screening(self) -> Screening:
        return graded(self._outcomes, self.chart, self.protocol, self.at)

    @cached_property
    def screening_at_home(self) -> Screening:
        return graded(self._outcomes, self.chart, self.protocol, self.at, at_home=True)

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        return outcomes(self.chart, self.protocol, self.at)

    @cached_property
    def this_visit(self) -> Visit | None:
        return next((visit for visit in self.visits if visit.id == self.visit), None)

    @cached_property
    def dosed(self) -> tuple[Visit, ...]:
        """Visits with a dose, in the order the doses were given."""
        given = ((visit.dose_at, visit) for visit in self.visits if visit.dose_at is not None)
        return tuple(visit for _, visit in sorted(given, key=lambda pair: (pair[0], pair[1].id)))

    @cached_property
    def ticks(self) -> dict[tuple[type, str, str], Entry]:
        """The newest answer to each line of a checklist, by kind, visit and item."""
        made: dict[tuple[type, str, str], Entry] = {}
        for kind in (Checked, DischargeChecked):
            for entry in sorted(self.all(kind), key=order):
                made[kind, entry.fact.visit, entry.fact.item] = entry
        return made

    @cached_property
    def _found(self) -> dict[tuple[Any, ...], Entry | None]:
        return {}

    def latest(self, kind: type[Any], **matching: str) -> Entry | None:
        """The newest entry of a kind that was true by now."""
        key = (kind, *matching.items())
        if key not in self._found:
            self._found[key] = max(self.all(kind, **matching), key=order, default=None)
        return self._found[key]

    def of_course(self, kind: type[Any]) -> Entry | None:
        """The newest entry of a kind, unless the course was closed since."""
        entry, closed = self.latest(kind), self.latest(CourseClosed)
        return None if entry and closed and order(closed) > order(entry) else entry

    def all(self, kind: type[Any], **matching: str) -> list[Entry]:
        """The standing entries of a kind that were true by now, in ledger order."""
        found = [entry for entry in self.chart.all(kind) if entry.effective_at <= self.at]
        for name, value in matching.items():
            found = [entry for entry in found if getattr(entry.fact, name) == value]
        return found

    def about(self, visit: str) -> "Case":
        """The same moment, asked about this visit."""
        made = Case(self.chart, self.protocol, self.at, visit)
        made.__dict__["visits"] = self.visits
        return made


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing in the way: a sentence with the patient's own data. An empty field is the asking rule's."""

    says: str
    measured: tuple[Measured, ...] = ()
    rule: str = ""  # another rule speaks here, e.g. the screening rule of a finding
    who: str = ""
    override: str | None = None


Bars = tuple[Bar, ...]


def order(entry: Entry) -> tuple[datetime, int]:
    """When it happened, then when it was written."""
    return entry.effective_at, entry.seq


def day(moment: date, at: datetime) -> str:
    """A day in words, with its year only when that is another one: "2 March", "2 March 2025"."""
    return f"{moment.day} {moment:%B}" + ("" if moment.year == at.year else f" {moment.year}")


def times(count: int, noun: str) -> str:
    """ "1 dose", "2 doses": regular plurals only."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
