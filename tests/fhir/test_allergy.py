"""Allergies and intolerances."""

import pytest

from tests.fhir.made import AT, concept, facts, look, missed, only, resource


def allergy(**fields: object) -> dict[str, object]:
    return resource(
        "AllergyIntolerance",
        **(
            {"code": concept("91936005", display="Allergy to penicillin"), "recordedDate": "2011-01-02"}
            | fields
        ),
    )


def test_an_allergy_is_taken_by_its_own_code() -> None:
    """Without a status it stands."""
    found = only(look(allergy()))
    assert (found.text, found.status) == ("Allergy to penicillin", "active")


@pytest.mark.parametrize(
    ("said", "kept"), [("active", "active"), ("inactive", "inactive"), ("resolved", "resolved")]
)
def test_clinical_status(said: str, kept: str) -> None:
    """An outgrown allergy stays on file as such."""
    assert only(look(allergy(clinicalStatus=concept(said)))).status == kept


@pytest.mark.parametrize("said", ["refuted", "entered-in-error"])
def test_one_that_does_not_stand_is_listed(said: str) -> None:
    """And not taken."""
    record = look(allergy(verificationStatus=concept(said)))
    assert facts(record) == []
    assert said in missed(record)[0]


def test_without_a_code_its_substances_name_it() -> None:
    """R4 lets a sender name only what was reacted to."""
    found = look(allergy(code=None, reaction=[{"substance": concept("6130", display="ketamine")}]))
    assert [fact.text for fact in facts(found)] == ["ketamine"]


def test_no_known_allergy_is_not_an_allergy() -> None:
    """The statement that there is none is named among what is not used."""
    record = look(allergy(code=concept("716186003", display="No known allergy")))
    assert facts(record) == []
    assert record.not_understood[0].what.endswith("No known allergy (1)")


def test_an_undated_allergy_counts_from_the_reading() -> None:
    """It is on file, whenever it began."""
    assert look(allergy(recordedDate=None)).facts[0][1] == AT
