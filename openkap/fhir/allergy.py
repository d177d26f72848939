"""AllergyIntolerance: what the person does not tolerate."""

from collections.abc import Iterator

from openkap.clinical.entries.screening import Allergy
from openkap.fhir.concept import Concept, concept, status_code
from openkap.fhir.dates import date_in, not_after
from openkap.fhir.element import Node, NotRead, groups
from openkap.fhir.outcome import Known, NotUsed, Outcome, Taken, Unclear

STATUS = {"": "active", "active": "active", "inactive": "inactive", "resolved": "resolved"}
NOT_STANDING = ("refuted", "entered-in-error")
NO_ALLERGY = {"716186003", "409137002", "428607008", "429625007", "428197003"}
"""SNOMED CT: no known allergy; none to drugs, environment, food, insects. Each states an absence."""


def read(resource: Node, known: Known) -> Iterator[Outcome]:
    """One allergy or intolerance, by its own code or else by the substances of its reactions."""
    verification = status_code(resource, "verificationStatus")
    if verification in NOT_STANDING:
        raise NotRead(f"verification status {verification!r}: not taken")
    said = status_code(resource, "clinicalStatus")
    when = not_after(date_in(resource, "onsetDateTime", "onsetPeriod", "recordedDate"), known.at)
    for what in _substances(resource):
        if NO_ALLERGY & set(what.code_in("snomed")):
            yield NotUsed(what.words)
            continue
        fact = Allergy(text=what.words, codes=what.codes, status=STATUS.get(said, "active"))
        yield Taken(fact, when.start if when else known.at)
        if what.doubt:
            yield Unclear(what.doubt)
    if said not in STATUS:
        yield Unclear(f"clinical status {said!r} is not known: kept as active")


def _substances(resource: Node) -> list[Concept]:
    named = concept(resource, "code")
    if named:
        return [named]
    found = [concept(reaction, "substance") for reaction in groups(resource, "reaction")]
    if not any(found):
        raise NotRead("code is missing, so it cannot be told what the allergy is to")
    return [substance for substance in found if substance]
