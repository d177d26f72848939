"""One action under way: who, on which chart, when, under which protocol, and what will be written."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from openkap.clinical.alerts.lifecycle import FACTS as ALERT_FACTS
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import may_move
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import Allowed, Refused
from openkap.clinical.gates import judge
from openkap.clinical.protocol import Protocol
from openkap.clinical.refusal import BadInput
from openkap.clinical.rules import Reason, Verdict
from openkap.records import ledger
from openkap.records.policy import Principal


class NotAllowed(Exception):
    """A gate is closed. `verdict` says why and who can lift it; the refusal is already in the ledger."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(" ".join(reason.says for reason in verdict.because))

    @property
    def because(self) -> tuple[Reason, ...]:
        return self.verdict.because

    @property
    def fact(self) -> Refused:
        return _refused(self.verdict)


class Disagreed(BadInput):
    """What was typed cannot be taken and is worth keeping: `fact` is already in the ledger."""

    def __init__(self, where: str, what: str, todo: str, *, fact: object) -> None:
        super().__init__(where, what, todo)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Terms:
    """What every action takes besides its own fields."""

    at: datetime
    seen: int | None = None  # chart.seq the writer looked at
    via: str = "web"
    id: UUID | None = None  # chosen by the sender, so that sending twice stores once
    effective_at: datetime | None = None  # when it happened, if it is charted late
    supersedes: UUID | None = None  # the entry this one corrects


@dataclass
class Act:
    """One action under way: who, on which chart, when, and what will be written."""

    who: Principal
    chart: Chart
    terms: Terms
    protocol: Protocol
    drafts: list[ledger.Draft] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.terms.at

    @cached_property
    def case(self) -> Case:
        """The chart under the protocol now. Far cheaper than a whole assessment, which no action needs."""
        return Case(self.chart, self.protocol, self.terms.at, "")

    def pass_gate(self, gate: str, visit: str = "") -> None:
        """Go on if the gate is open for that visit, and have the permission recorded; else NotAllowed."""
        verdict = judge(gate, Case(self.chart, self.protocol, self.at, visit) if visit else self.case)
        if not verdict.allowed:
            raise NotAllowed(verdict)
        if verdict not in self.verdicts:
            self.verdicts.append(verdict)

    def find_visit(self, visit: str) -> Visit | None:
        return next((found for found in self.case.visits if found.id == visit), None)

    def visit(self, visit: str) -> Visit:
        """The visit of that id as it stands, or BadInput."""
        found = self.find_visit(visit)
        if found is None:
            raise BadInput("visit", "there is no such visit in this chart", "Choose one that is booked")
        return found

    def open_visit(self, visit: str) -> Visit:
        """The visit, if it still goes on."""
        found = self.visit(visit)
        if found.phase in ("closed", "stopped"):
            raise BadInput("visit", f"the visit is {found.phase}", "Choose the visit that is open")
        return found

    def moving(self, visit: str, to: str) -> Visit:
        """The visit, if it may go on to that phase from where it is."""
        found = self.visit(visit)
        if not may_move(found.phase, to):
            raise BadInput("visit", f"the visit is {found.phase}, so it cannot be {to}", "Look at it again")
        return found

    def new_id(self) -> str:
        """An id for what begins here: the sender's own, so that sending twice begins one thing."""
        return str(self.terms.id or ledger.uuid7(self.at))

    def write(self, fact: object, *, id: UUID | None = None) -> None:
        """Have a fact appended at the end. The first one carries the sender's id and correction."""
        first = not self.drafts
        self.drafts.append(
            ledger.Draft(
                subject=self.chart.subject,
                fact=fact,
                effective_at=self.terms.effective_at or self.at,
                id=id or (self.terms.id if first else None),
                supersedes=self.terms.supersedes if first else None,
            )
        )

    def finish(self) -> list[Entry]:
        """Append the facts and the decisions that let them pass; their entries, the first fact first."""
        for verdict in self.verdicts:
            self.write(_allowed(verdict))
        seen = None if self.terms.seen is None else {self.chart.subject: self._seen(self.terms.seen)}
        return ledger.append(self.drafts, author=self.who.user, via=self.terms.via, at=self.at, seen=seen)

    def _seen(self, seen: int) -> int:
        """What became of alerts since is no news to whoever fills in a form: it is not asked about."""
        newer = self.chart.entries[seen:]
        return self.chart.seq if all(isinstance(entry.fact, ALERT_FACTS) for entry in newer) else seen

    def refuse(self, fact: object) -> None:
        """Append the refusal alone."""
        draft = ledger.Draft(subject=self.chart.subject, fact=fact, effective_at=self.at)
        ledger.append([draft], author=self.who.user, via=self.terms.via, at=self.at)


def _allowed(verdict: Verdict) -> Allowed:
    return Allowed(
        action=verdict.action,
        rules=verdict.rules,
        measured=verdict.looked_at,
        protocol=verdict.protocol,
    )


def _refused(verdict: Verdict) -> Refused:
    measured = tuple(value for reason in verdict.because for value in reason.measured)
    return Refused(
        action=verdict.action,
        because=tuple(reason.says for reason in verdict.because),
        rules=tuple(reason.rule for reason in verdict.because),
        measured=measured or verdict.looked_at,
        protocol=verdict.protocol,
    )
