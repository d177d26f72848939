"""Other versions of FHIR."""

from typing import Any

import pytest

from openkap.clinical.refusal import BadInput
from tests.fhir.made import bundle, condition, look_at, patient, request, resource

SHAPES = [
    ("DSTU2", condition() | {"patient": {"reference": "Patient/p"}}),
    ("DSTU2", resource("MedicationOrder")),
    ("DSTU2", resource("MedicationStatement", wasNotTaken=False)),
    ("DSTU2", resource("AllergyIntolerance", substance={"text": "x"})),
    ("STU3", condition(assertedDate="2017-01-01")),
    ("STU3", condition(clinicalStatus="active")),
    ("STU3", resource("Observation", context={"reference": "Encounter/1"})),
    ("STU3", resource("MedicationStatement", taken="y")),
    ("STU3", resource("Claim", meta={"profile": ["http://hl7.org/fhir/STU3/claim"]})),
    ("3.0.1", resource("CapabilityStatement", fhirVersion="3.0.1")),
    ("4.3.0", resource("CapabilityStatement", fhirVersion="4.3.0")),
    ("R5", request(medication={"concept": {"text": "x"}})),
    ("R5", resource("MedicationUsage")),
    ("R5", resource("AllergyIntolerance", type={"coding": []})),
    ("5.0", resource("Claim", meta={"profile": ["http://hl7.org/fhir/StructureDefinition/Claim|5.0.0"]})),
]


@pytest.mark.parametrize(("version", "shape"), SHAPES)
def test_what_shows_another_version_is_refused(version: str, shape: dict[str, Any]) -> None:
    """Named with its place, and the whole file with it: the rest would be misread."""
    with pytest.raises(BadInput, match=rf"test.json Bundle.entry\[1\] .*{version}.*, and R4 is needed"):
        look_at(bundle(patient(), shape))


def test_the_bundle_itself_may_show_it() -> None:
    """As some exports do."""
    with pytest.raises(BadInput, match="5.0.0"):
        look_at(bundle(patient(), fhirVersion="5.0.0"))


@pytest.mark.parametrize(
    "profile",
    [
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|9.0.0",
        "http://hl7.org/fhir/StructureDefinition/Patient",
        "http://hl7.org/fhir/StructureDefinition/Patient|4.0.1",
        "http://example.org/fhir/STU3/my-own",
    ],
)
def test_a_profile_of_r4_is_let_pass(profile: str) -> None:
    """The version of a guide is not the version of FHIR."""
    look_at(bundle(patient(meta={"profile": [profile]})))
