"""Small parts that several kinds of entry share."""

from dataclasses import dataclass


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
class StopAgreed:
    """A stop rule as it was signed. `id` names the protocol's own; None: written for this person."""

    says: str
    id: str | None = None
