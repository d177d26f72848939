"""What no rule looks at is still named, so that a person can see what a machine did not."""

import pytest

from openkap.fhir.unread import about
from tests.fhir.made import look, resource


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"resourceType": "Flag", "code": {"text": "Suicide risk"}}, "Suicide risk"),
        (
            {"resourceType": "Procedure", "code": {"coding": [{"display": "Coil embolisation"}]}},
            "Coil embolisation",
        ),
        ({"resourceType": "Encounter", "reasonCode": [{"text": "Acute psychosis"}]}, "Acute psychosis"),
        ({"resourceType": "DiagnosticReport", "conclusion": "Atrial fibrillation"}, "Atrial fibrillation"),
        (
            {"resourceType": "FamilyMemberHistory", "condition": [{"code": {"text": "Schizophrenia"}}]},
            "Schizophrenia",
        ),
        ({"resourceType": "Foo"}, ""),
        ({"resourceType": "Foo", "code": "not a concept"}, ""),
    ],
)
def test_a_resource_says_what_it_is_about(given: dict[str, object], words: str) -> None:
    """By its own words; nothing is guessed from a code alone."""
    assert about(given) == words


def test_the_line_of_a_type_names_what_it_held() -> None:
    """A flag is not read by any rule, and is not dropped either."""
    record = look(resource("Flag", code={"text": "Suicide risk"}))
    assert record.not_understood[-1].what == "1 Flag: not used by this program: Suicide risk (1)"
