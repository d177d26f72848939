"""Is it R4? Other versions share names and differ in meaning, so one that shows is refused, not half-read."""

import re
from collections.abc import Mapping
from typing import Any, Final

from openkap.clinical.refusal import BadInput
from openkap.fhir.element import Node

R4: Final = "4.0"
_PROFILE = re.compile(
    r"^http://hl7\.org/fhir/(?:(DSTU2|STU3|R4B|R5|R6|1\.0|3\.0|4\.3|5\.0|6\.0)/.*|StructureDefinition/\w+\|(\d+\.\d+).*)$"
)

ELEMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "Patient": {"animal": "STU3 or older"},
    "Condition": {
        "patient": "DSTU2",
        "dateRecorded": "DSTU2",
        "assertedDate": "STU3",
        "context": "STU3",
        "participant": "R5",
    },
    "Observation": {"comments": "DSTU2", "comment": "STU3", "context": "STU3", "triggeredBy": "R5"},
    "AllergyIntolerance": {"substance": "DSTU2", "assertedDate": "STU3", "participant": "R5"},
    "MedicationRequest": {"medication": "R5", "reason": "R5", "context": "STU3"},
    "MedicationStatement": {
        "patient": "DSTU2",
        "wasNotTaken": "DSTU2",
        "taken": "STU3",
        "medication": "R5",
        "adherence": "R5",
    },
    "MedicationDispense": {"medication": "R5"},
    "MedicationAdministration": {
        "medication": "R5",
        "wasNotGiven": "DSTU2",
        "notGiven": "STU3",
        "occurence": "R5",
    },
    "Encounter": {"patient": "DSTU2", "actualPeriod": "R5"},
    "QuestionnaireResponse": {"group": "DSTU2", "parent": "STU3"},
    "Procedure": {
        "notPerformed": "DSTU2",
        "notDone": "STU3",
        "occurrenceDateTime": "R5",
        "occurrencePeriod": "R5",
    },
    "Immunization": {"notGiven": "STU3 or older"},
}
"""Elements that R4 does not have, by resource type, and the version that does."""

TYPES: Final[Mapping[str, str]] = {
    "MedicationOrder": "DSTU2",
    "DiagnosticOrder": "DSTU2",
    "ProcedureRequest": "STU3 or older",
    "ReferralRequest": "STU3 or older",
    "MedicationUsage": "R5",
    "ActorDefinition": "R5",
    "GenomicStudy": "R5",
    "Transport": "R5",
    "InventoryReport": "R5",
    "NutritionIntake": "R5",
}
_CODEABLE: Final = (("Condition", "clinicalStatus"), ("AllergyIntolerance", "clinicalStatus"))


def check(resource: Node, where: str) -> None:
    """Raise BadInput when the resource shows another version of FHIR than R4."""
    if told := _told(resource):
        what, version = told
        raise BadInput(
            where, f"{what} belongs to FHIR {version}, and R4 is needed", "Export the record as R4 (4.0.1)"
        )


def _told(resource: Node) -> tuple[str, str] | None:
    name = resource["resourceType"]
    if name in TYPES:
        return f"resource type {name}", TYPES[name]
    for element, version in ELEMENTS.get(name, {}).items():
        if element in resource:
            return f"{name}.{element}", version
    for owner, element in _CODEABLE:
        if name == owner and isinstance(resource.get(element), str):
            return f"{name}.{element} written as one word", "STU3 or older"
    if name == "AllergyIntolerance" and isinstance(resource.get("type"), dict):
        return "AllergyIntolerance.type written as a concept", "R5"
    return _stated(resource)


def _stated(resource: Node) -> tuple[str, str] | None:
    said = resource.get("fhirVersion")
    if isinstance(said, str) and not said.startswith(R4):
        return f"fhirVersion {said[:20]}", said[:20]
    meta: Any = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        match = _PROFILE.match(profile) if isinstance(profile, str) else None
        version = (match[1] or match[2]) if match else None
        if version and not version.startswith(R4):
            return f"meta.profile {profile[:80]}", version
    return None
