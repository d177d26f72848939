"""Small parts that several kinds of entry share."""

from dataclasses import dataclass

from openkap.clinical.quantity import MgPerKg, Milligrams


@dataclass(frozen=True, slots=True)
class Code:
    """A term of a coding system: "icd10cm", "snomed", "rxnorm", "loinc", or else the system's URI."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A value a decision looked at, as it was then: "systolic", "168 mm[Hg]", an ISO instant."""

    what: str
    value: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class BoosterOrder:
    """What may be given on top of the first dose of a visit. Exactly one of mg_per_kg and fixed is set."""

    count: int  # so many in one visit
    after_minutes: int  # the least between the last of the drug and a booster
    mg_per_kg: MgPerKg | None = None
    fixed: Milligrams | None = None
    minutes: int = 0  # length of an infusion; 0 for a single dose


@dataclass(frozen=True, slots=True)
class StopAgreed:
    """A stop rule as it was signed. `id` names the protocol's own; None: written for this person."""

    says: str
    id: str | None = None
