"""What assess(chart, protocol, at) answers with: frozen types only. The work is in status.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openkap.clinical.doses import Dose
from openkap.clinical.rules import Finding, Reason, Unknown, Verdict

STAGES = ("screening", "preparation", "dosing", "integration", "maintenance")
PHASES = (
    "booked",
    "arrived",
    "checked",
    "dosing",
    "peak watch",
    "recovery",
    "discharged",
    "closed",
    "stopped",
)


@dataclass(frozen=True, slots=True)
class StageMark:
    """One stop of the stage rail."""

    stage: str
    state: str  # "done" · "current" · "ahead" · "blocked"
    words: str  # "2 March", "3 of 6 doses", "2 of 3 held", "" when ahead


@dataclass(frozen=True, slots=True)
class Due:
    """Something owed by a time: an integration session, a next-day contact, a vital-signs check."""

    what: str
    who: str  # role
    at: datetime
    rule: str  # rule id
    visit: str = ""
    stage: str = ""

    def overdue(self, at: datetime) -> bool:
        return at > self.at


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A safety task nobody may let drop, e.g. a positive suicide item."""

    task: str
    what: str
    opened_at: datetime
    taken_by: str = ""
    rule: str = ""  # rule id


@dataclass(frozen=True, slots=True)
class Step:
    """The one next thing: what, who does it, and the action that does it."""

    says: str
    who: str  # role
    action: str  # the action that does it: "decide-screening", "sign-consent", … or "none"


@dataclass(frozen=True, slots=True)
class Visit:
    """One dosing visit as it stands."""

    id: str
    number: int
    room: str
    route: str
    starts_at: datetime
    phase: str  # one of PHASES
    dose_at: datetime | None = None  # of several doses the last
    dose_ended_at: datetime | None = None  # None while any dose is open
    closed_at: datetime | None = None
    given_mg: Decimal | None = None
    next_check_at: datetime | None = None
    last_vitals_at: datetime | None = None
    integration_held: bool = False
    contacted: bool = False
    minutes: int = 0  # length of the infusion; 0 for a single dose
    doses: tuple[Dose, ...] = ()  # oldest first
    place: str = "clinic"  # "home" · "clinic"

    @property
    def first_dose_at(self) -> datetime | None:
        return self.doses[0].began_at if self.doses else None

    @property
    def last_drug_at(self) -> datetime | None:
        """When the last of the drug went in; None before a dose and while one is open."""
        ended = [dose.last_drug_at for dose in self.doses if dose.last_drug_at is not None]
        return max(ended) if ended and len(ended) == len(self.doses) else None


@dataclass(frozen=True, slots=True)
class ScorePoint:
    instrument: str
    at: datetime
    total: int
    band: str


@dataclass(frozen=True, slots=True)
class Course:
    """The series so far: doses, exposure, scores, response by published definitions."""

    doses: int
    planned: int
    lifetime_mg: Decimal
    last_30_days_mg: Decimal
    scores: tuple[ScorePoint, ...]
    response: Mapping[
        str, str
    ]  # instrument → "response" · "remission" · "no response" · "worse" · "too early" · "not judged"


@dataclass(frozen=True, slots=True)
class Status:
    at: datetime
    stage: str
    rail: tuple[StageMark, ...]
    next: Step
    blocks: tuple[Reason, ...]  # what stands in the way of `next`, and who can lift it
    findings: tuple[Finding, ...]  # screening findings, worst first
    unknown: tuple[Unknown, ...]
    worst: str  # "clear" · "decide" · "stabilise" · "exclude"
    gates: Mapping[
        str, Verdict
    ]  # by action: "decide-screening", "start-dose", "discharge", "approve-plan", …
    due: tuple[Due, ...]
    tasks: tuple[OpenTask, ...]
    visits: tuple[Visit, ...]
    visit: Visit | None  # the visit that is open now or next
    course: Course
