"""Who a record is about."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from openkap.clinical.refusal import BadInput
from tests.fhir.made import AT, bundle, look_at, missed, patient


def read_person(**fields: Any) -> Any:
    return look_at(bundle(patient(**fields)))


def test_name_sex_and_birth_date_are_taken() -> None:
    """An ordinary Patient is understood whole."""
    record = read_person()
    assert (record.person.given_name, record.person.family_name) == ("Testa", "Probanda")
    assert (record.person.sex, record.person.birth_date) == ("female", date(1980, 5, 14))
    assert missed(record) == []


@pytest.mark.parametrize("absent", [{"birthDate": None}, {"birthDate": ""}])
def test_without_a_birth_date_the_record_is_refused(absent: dict[str, Any]) -> None:
    """Nobody can be told from a namesake without one."""
    with pytest.raises(BadInput, match=r"test.json Bundle.entry\[0\] Patient/p birthDate: .* missing"):
        read_person(**absent)


@pytest.mark.parametrize("part", ["1980", "1980-05"])
def test_a_partial_birth_date_is_refused(part: str) -> None:
    """A year alone is nobody's birth date, and the missing part is not made up."""
    with pytest.raises(BadInput, match="not a full birth date"):
        read_person(birthDate=part)


@pytest.mark.parametrize(("born", "taken"), [("2026-06-01", True), ("2026-06-02", False)])
def test_a_birth_date_may_be_today_and_not_later(born: str, taken: bool) -> None:
    """The day of the reading is the last one possible."""
    if taken:
        assert read_person(birthDate=born).person.birth_date == AT.date()
    else:
        with pytest.raises(BadInput, match="lies in the future"):
            read_person(birthDate=born)


def test_the_official_name_goes_before_a_former_one() -> None:
    """A maiden name first in the list is not how the person is called today."""
    names = [
        {"use": "maiden", "family": "Vorher"},
        {"use": "official", "family": "Jetzt", "given": ["A", "B"]},
    ]
    person = read_person(name=names).person
    assert (person.family_name, person.given_name) == ("Jetzt", "A B")


def test_a_name_whose_use_has_ended_is_not_taken() -> None:
    """A period that has an end tells a former name even when it is called official."""
    names = [{"use": "official", "family": "Alt", "period": {"end": "2001"}}, {"family": "Neu"}]
    assert read_person(name=names).person.family_name == "Neu"


def test_a_missing_name_is_said() -> None:
    """A record without a name can be read, and the gap shows."""
    record = read_person(name=None)
    assert record.person.family_name == "name not on file"
    assert missed(record) == ["Bundle.entry[0] Patient/p name: the record gives no name"]


@pytest.mark.parametrize("gender", [None, "F", "Female"])
def test_a_sex_that_is_not_stated_is_unknown_and_said(gender: str | None) -> None:
    """It is never guessed from a letter."""
    record = read_person(gender=gender)
    assert record.person.sex == "unknown"
    assert len(missed(record)) == 1


def test_a_death_without_a_time_is_not_lost() -> None:
    """deceasedBoolean has no time, so the time of reading stands in and is listed as such."""
    record = read_person(deceasedBoolean=True)
    assert record.person.deceased_at == AT
    assert "deceasedBoolean" in missed(record)[0]


def test_a_death_after_the_moment_looked_at_is_not_known_yet() -> None:
    """Looking at an old record as of a day, what came later has not happened."""
    assert read_person(deceasedDateTime="2026-05-31").person.deceased_at == datetime(2026, 5, 31, tzinfo=UTC)
    later = read_person(deceasedDateTime="2026-06-30")
    assert later.person.deceased_at is None
    assert "dated in the future" in missed(later)[0]


def test_an_identifier_without_a_system_is_listed_and_not_taken() -> None:
    """A bare number could be anybody's, and numbers are what duplicates are found by."""
    record = read_person(identifier=[{"system": "urn:x", "value": "1"}, {"value": "2"}])
    assert [(i.system, i.value) for i in record.identifiers] == [("urn:x", "1")]
    assert "identifier[1]" in missed(record)[0]


def test_a_record_its_sender_gave_up_is_said_to_be() -> None:
    """active false, or a link to the record that replaced it."""
    record = read_person(active=False, link=[{"type": "replaced-by", "other": {"reference": "Patient/q"}}])
    assert len(missed(record)) == 2


def test_a_patient_of_the_wrong_shape_is_refused() -> None:
    """The one resource a record cannot do without."""
    with pytest.raises(BadInput, match="the patient cannot be read: name should be a list"):
        read_person(name="Testa")
