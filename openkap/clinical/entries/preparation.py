"""What must be in place before the first dose: consent, intention, a preparation session, a signed plan."""

from openkap.clinical.entries.kind import kind
from openkap.clinical.entries.words import BoosterOrder, StopAgreed
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams


@kind("consented")
class Consented:
    """The patient signed. The hash is over the exact text shown, so a swapped text shows."""

    document: str  # e.g. "ketamine-treatment"
    version: str
    text_sha256: str
    signed_name: str
    witness: str | None = None  # whoever else was there


@kind("understanding-answered")
class UnderstandingAnswered:
    """One answer to a question about a consent. A wrong one is kept beside the right one that followed."""

    document: str
    version: str
    text_sha256: str
    question: str  # id within the consent
    answer: str  # the words that were chosen
    right: bool


@kind("consent-explained")
class ConsentExplained:
    """The counter-note of a clinician who went through a consent with the patient."""

    document: str
    version: str
    role: str  # "prescriber" · "therapist"
    note: str


@kind("consent-withdrawn")
class ConsentWithdrawn:
    document: str
    said: str = ""


@kind("intention")
class Intention:
    """The patient's intention in their own words."""

    words: str


@kind("preparation-held")
class PreparationHeld:
    """A preparation session between therapist and patient."""

    minutes: int
    note: str


@kind("plan-approved")
class PlanApproved:
    """The prescriber's plan for a series. Exactly one of mg_per_kg and fixed is set."""

    indication: str
    route: str  # an id from protocol/routes: "iv", "im", "sublingual"
    sessions: int
    every_days: int
    reason: str
    mg_per_kg: MgPerKg | None = None
    fixed: Milligrams | None = None
    minutes: int = 0  # length of an infusion; 0 for a single dose
    route_reason: str | None = None
    how_taken: str | None = None  # e.g. how long a lozenge is held, swallowed or spat out
    concentration: MgPerMl | None = None
    weight: Kilograms | None = None  # the one on file that `arithmetic` rests on; weighed again on the day
    arithmetic: str | None = None
    outside_reason: str | None = None  # why the dose goes outside the published range
    series: str | None = None  # the published series it follows, by its title
    integrations: int | None = None  # sessions between two doses
    checkpoints: tuple[int, ...] = ()  # the response is looked at after so many doses
    instruments: tuple[str, ...] = ()  # by these
    stops: tuple[StopAgreed, ...] = ()
    stops_reason: str | None = None  # why a stop rule of the protocol was left out
    to_weigh: tuple[str, ...] = ()  # what stood beside the choice when it was signed
    changed_because: str | None = None  # why it replaces the plan before it
    weight_by: str | None = None  # which weight a dose per kilogram takes: "actual" · "ideal"; None: actual
    hold_minutes: int | None = None  # how long a lozenge is held
    after_hold: str | None = None  # then "swallow" · "spit"
    booster: BoosterOrder | None = None


@kind("plan-countersigned")
class PlanCountersigned:
    """The therapist stands by one plan. A changed plan is another entry and needs both names anew."""

    plan: str  # id of the plan-approved entry
    signed_name: str
