"""The program's protocol as frozen types. Filled from TOML by openkap.protocol.load, never by hand."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from openkap.clinical.alerts.rules import Alerting
from openkap.clinical.consent_text import ConsentText
from openkap.clinical.crisis import Crisis, Escalation
from openkap.clinical.entries.words import Code
from openkap.clinical.experience import NOTHING_SAID, Experience
from openkap.clinical.formulary import Formulary
from openkap.clinical.in_room import InRoom
from openkap.clinical.instruments import Instrument
from openkap.clinical.intake import Intake
from openkap.clinical.planning import Planning
from openkap.clinical.practices import Practice
from openkap.clinical.prepared_for import Hold, Permission, ReadinessItem
from openkap.clinical.rules import Rule
from openkap.clinical.sessions import SessionKind

GRADE_NAMES = {
    "exclude": "Stops treatment",
    "stabilise": "Settle first",
    "decide": "Decide",
    "warn": "Know",
}
"""What each grade of finding is called, worst first."""


def grade_name(grade: str) -> str:
    """What people call it; "block" and "prompt" are no grades of a finding and stay as they are."""
    return GRADE_NAMES.get(grade, grade)


WORST_SAYS = {
    "exclude": "Something on record stops treatment.",
    "stabilise": "Something must be settled first.",
    "decide": "A clinician has something to weigh.",
    "clear": "Nothing on record stands in the way.",
}
"""What the worst finding of a screening means for the whole of it."""
BASIS_SAYS = {
    "primary": "seen in the published source itself",
    "secondary": "from a published summary of the source",
    "assumed": "assumed: no published number was found",
    "local": "set by this clinic",
}
"""How sure a rule or a number is."""


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    title: str
    supports: str
    seen: str  # "primary" · "secondary" · "memory"


@dataclass(frozen=True, slots=True)
class ValueSet:
    """Codes of one idea; one that ends in "*" is a prefix. `words` match text, to be confirmed by a person.

    `not_words` in the same clause keep a text's words from matching. `unverified` codes come from memory.
    """

    id: str
    title: str
    codes: tuple[Code, ...]
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    unverified: frozenset[tuple[str, str]] = frozenset()  # (system, code)
    not_codes: tuple[Code, ...] = ()  # excepted from a prefix


@dataclass(frozen=True, slots=True)
class MeasurementKind:
    """One thing that is measured: its LOINC codes, its unit, and the limits outside which it is refused."""

    id: str
    title: str
    unit: str
    loinc: tuple[str, ...]
    lowest: Decimal
    highest: Decimal
    other_units: tuple[tuple[str, Decimal], ...] = ()  # (UCUM unit, factor to `unit`)


@dataclass(frozen=True, slots=True)
class ResultKind:
    """One thing whose outcome is a word: a pregnancy test, a urine drug screen."""

    id: str
    title: str
    loinc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One way to give the drug. Limits are the clinic's; anaesthetic ranges are shown beside the dose."""

    id: str
    title: str
    mg_per_kg: tuple[Decimal, Decimal] | None  # usual range
    fixed_mg: tuple[Decimal, Decimal] | None
    cap_mg_per_kg: Decimal | None  # the plan may not go above this
    cap_mg: Decimal | None
    minutes: int
    check_every: timedelta  # vital signs while dosing and in recovery
    peak_after: timedelta
    earliest_discharge: timedelta
    anaesthetic: tuple[Decimal, Decimal] | None  # mg/kg, as published
    sources: tuple[str, ...]
    basis: str
    strongest_mg_per_ml: Decimal | None = None  # a stronger vial is diluted before it is drawn up
    arrives: str = ""  # how much of the dose reaches the blood
    timing: str = ""  # when it is felt, and for how long
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # competences of planning/
    off_until_set: bool = False  # not planned while it leaves anything open
    drug: str = "racemic"  # "racemic" · "esketamine"
    drawn_up: bool = False  # from a vial, so its mg/mL is asked for
    held: bool = False  # in the mouth, for as long as the prescriber says
    device_mg: Decimal | None = None  # what one nasal device holds
    device_gap: timedelta | None = None  # the least from one device to the next


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    id: str
    says: str
    who: str  # role that can answer it
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A named span, count or amount of a stage file, with where it comes from."""

    id: str
    value: object  # timedelta · int · Decimal · a tuple of one of these
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unset:
    """Something nobody has published: the medical director must set it. Until then it never fires."""

    id: str  # the rule, number or route
    stage: str
    says: str
    wants: str  # what has to be set
    rule: Rule | None = None  # the rule as it would be, its condition open
    number: Number | None = None
    template: str = ""  # the condition of the rule, "?" where a value goes; or what the number is: "time"
    asks: tuple[str, ...] = ()  # what each "?" is, or the two ways to write a cap
    at_most: object = None  # of a time or count: the most that makes sense, to catch a slip of the hand
    route: str = ""  # the route whose cap is open

    @property
    def name(self) -> str:
        """What a change calls it: a route may leave several things open."""
        return self.id if self.rule or self.number else f"{self.id}: {self.wants}"


@dataclass(frozen=True, slots=True)
class Change:
    """A value a clinic set for itself, or its answer in words, and who answers for it."""

    touches: str  # id of a rule or number, or the name of what a route leaves open
    by: str
    on: date
    reason: str
    says: str = ""  # the director's own words, for what is no number
    called: str = ""  # what a route leaves open, as people call it


@dataclass(frozen=True, slots=True)
class Adoption:
    """Who took a protocol into use, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Negations:
    """Words that turn a mention into its opposite: before it ("no history of") or after it ("ruled out")."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()  # words that end a clause: "but"


@dataclass(frozen=True, slots=True)
class Protocol:
    version: str
    hash: str  # sha-256 over every file it was read from
    rules: tuple[Rule, ...]
    sources: dict[str, Source] = field(repr=False)
    value_sets: dict[str, ValueSet] = field(repr=False)
    measurements: dict[str, MeasurementKind] = field(repr=False)
    instruments: dict[str, Instrument] = field(repr=False)
    routes: dict[str, Route] = field(repr=False)
    checklists: dict[str, tuple[ChecklistItem, ...]] = field(repr=False)  # "pre-dose", "discharge"
    consents: dict[str, ConsentText] = field(repr=False)
    permissions: dict[str, Permission] = field(default_factory=dict, repr=False)
    holds: tuple[Hold, ...] = ()
    readiness: tuple[ReadinessItem, ...] = ()
    room: InRoom = InRoom()  # what the dosing room offers to record
    sessions: dict[str, SessionKind] = field(default_factory=dict, repr=False)  # of integration
    practices: dict[str, Practice] = field(default_factory=dict, repr=False)  # of patients, between sessions
    experience: Experience = field(default=NOTHING_SAID, repr=False)  # of a dose, besides their own words
    confirms_dose: tuple[str, ...] = ()  # roles that may be the second person at a dose
    numbers: dict[str, Number] = field(default_factory=dict, repr=False)
    groups: dict[str, tuple[str, ...]] = field(
        default_factory=dict, repr=False
    )  # "blood-pressure" → its parts
    results: dict[str, ResultKind] = field(default_factory=dict, repr=False)
    negations: Negations = Negations()
    crisis: dict[str, Crisis] = field(default_factory=dict, repr=False)  # region → what to read
    escalation: tuple[Escalation, ...] = ()
    alerting: Alerting = Alerting()
    planning: Planning = Planning()
    unset: tuple[Unset, ...] = ()
    intake: Intake = Intake()
    changes: tuple[Change, ...] = ()  # the clinic's own, in force
    adoption: Adoption | None = None  # None: no medical director has taken it into use
    formulary: Formulary = field(default_factory=Formulary, repr=False)  # the clinic's own drugs, not hashed
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # derived

    def span(self, name: str) -> timedelta:
        """The named span of time. KeyError when it is unset or unknown."""
        value = self.numbers[name].value
        assert isinstance(value, timedelta), f"{name} is not a span of time"
        return value

    def count(self, name: str) -> int:
        """The named whole number. KeyError when it is unset or unknown."""
        value = self.numbers[name].value
        assert isinstance(value, int), f"{name} is not a whole number"
        return value

    def amount(self, name: str) -> Decimal:
        """The named number as a Decimal. KeyError when it is unset or unknown."""
        value = self.numbers[name].value
        assert isinstance(value, int | Decimal), f"{name} is not a number"
        return Decimal(value)

    def pair(self, name: str) -> tuple[Decimal, Decimal]:
        """The two named numbers. KeyError when they are unset or unknown."""
        value = self.numbers[name].value
        assert isinstance(value, tuple), f"{name} is not two numbers"
        low, high = value
        return Decimal(low), Decimal(high)

    def keeps_off(self, route: Route) -> tuple[str, ...]:
        """What must be set before this route is planned at all, in words."""
        if not route.off_until_set:
            return ()
        return tuple(one.wants for one in self.unset if one.id == f"route {route.id}")

    def rule(self, name: str) -> Rule:
        """The rule of this id. KeyError when there is none."""
        if "rules by id" not in self.memo:
            self.memo["rules by id"] = {rule.id: rule for rule in self.rules}
        found: Rule = self.memo["rules by id"][name]
        return found
