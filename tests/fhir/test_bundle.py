"""A whole record: what is taken, what is listed, what is refused."""

import gzip
import hashlib
import json
from typing import Any

import pytest

from openkap.clinical.refusal import BadInput
from openkap.fhir.bundle import TOO_MANY_ENTRIES, read
from tests.fhir.made import (
    AT,
    LOINC,
    PROTOCOL,
    RECORD,
    bundle,
    condition,
    facts,
    look,
    look_at,
    missed,
    observation,
    patient,
    quantity,
    resource,
)


def test_a_record_is_read_whole() -> None:
    """References in any order, names and accents, partial dates, errors and leftovers, in one file."""
    record = read(RECORD.read_bytes(), source="record.json", at=AT, protocol=PROTOCOL)
    assert (record.person.given_name, record.person.family_name) == ("Testa Zoë", "Probanda-O'Neill")
    kinds = [type(fact).__name__ for fact in facts(record)]
    assert kinds == ["Allergy", "Problem", "Medicine", "Measurement", "Score"]
    assert [at for _, at in record.facts] == sorted(at for _, at in record.facts)
    assert [line.what for line in record.not_understood] == [
        "known only since 2024-11: kept as 2024-11-01",
        "verification status 'entered-in-error': not taken",
        "diastolic is given in no unit, which cannot be turned into mm[Hg]",
        "2 Claim: not used by this program",
        "1 Observation: not used by this program: Total Cholesterol (1)",
    ]


def test_packed_and_plain_are_the_same_record() -> None:
    """A duplicate is found by what was in the file, not by how it was packed."""
    plain = RECORD.read_bytes()
    packed = read(gzip.compress(plain), source="record.json", at=AT, protocol=PROTOCOL)
    assert packed == read(plain, source="record.json", at=AT, protocol=PROTOCOL)
    assert packed.sha256 == hashlib.sha256(plain).hexdigest()


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "batch", "document"])
def test_every_kind_of_bundle_that_holds_one_record(kind: str) -> None:
    """They differ in how they travel, not in what they say."""
    assert len(facts(look_at(bundle(patient(), condition(), type=kind)))) == 1


@pytest.mark.parametrize("kind", ["history", "message", "transaction-response", "", None, 7])
def test_a_bundle_of_another_kind_is_refused(kind: Any) -> None:
    """A history holds several versions of one fact."""
    with pytest.raises(BadInput, match=r"test.json Bundle.type: .* is not read"):
        look_at(bundle(patient(), type=kind))


@pytest.mark.parametrize(
    ("whole", "sentence"),
    [
        ({}, "not FHIR: there is no resourceType"),
        ([], "not FHIR"),
        ("Bundle", "not FHIR"),
        ({"resourceType": 7}, "not FHIR"),
        (patient(), "a single 'Patient' is not a record"),
        (bundle(), "no patient"),
        (bundle(condition()), "no patient"),
        (bundle(patient(), entry={}), "entry should be a list of elements and is one element"),
        (bundle(patient(), entry=[1]), "entry should be a list of elements"),
    ],
)
def test_what_is_not_a_record_is_refused_in_one_sentence(whole: object, sentence: str) -> None:
    """With the file's name in front."""
    with pytest.raises(BadInput, match=sentence) as refused:
        look_at(whole)
    assert str(refused.value).startswith("test.json")
    assert "\n" not in str(refused.value)


def test_two_patients_are_refused_and_both_named() -> None:
    """A fact filed to the wrong person is worse than none filed."""
    with pytest.raises(BadInput, match=r"2 patients .*entry\[0\] Patient/p and Bundle.entry\[2\] Patient/q"):
        look_at(bundle(patient(), condition(), patient(id="q")))


def test_the_same_patient_twice_is_one_patient() -> None:
    """Sent twice word for word; any difference makes two."""
    record = look_at(bundle(patient(), patient()))
    assert missed(record) == ["Bundle.entry[1] Patient/p: the same as Bundle.entry[0] Patient/p: taken once"]
    with pytest.raises(BadInput, match="2 patients"):
        look_at(bundle(patient(), patient(birthDate="1981-05-14")))


def test_the_same_resource_twice_is_one_fact() -> None:
    """And two that share an id and differ are both read, and said so."""
    assert len(facts(look(condition(), condition()))) == 1
    record = look(condition(), condition(onsetDateTime="2021-01-01"))
    assert len(facts(record)) == 2
    assert "has the id of" in missed(record)[0]


def test_a_bundle_may_hold_4999_entries_and_not_5000() -> None:
    """The sentence gives the number found."""
    entry = {"resource": {"resourceType": "Claim"}}
    full = bundle(patient())
    full["entry"] += [entry] * (TOO_MANY_ENTRIES - 2)
    assert look_at(full).not_understood[0].what == "4998 Claim: not used by this program"
    full["entry"].append(entry)
    with pytest.raises(BadInput, match="5,000 entries"):
        look_at(full)


@pytest.mark.parametrize(
    "whose",
    [
        {"reference": "Patient/other"},
        {"display": "Testa"},
        {"reference": "Group/1"},
        {"identifier": {"value": "9"}},
    ],
)
def test_what_is_about_somebody_else_is_listed_and_not_taken(whose: dict[str, Any]) -> None:
    """Nothing is filed to a person it does not name."""
    record = look(condition(subject=whose))
    assert facts(record) == []
    assert "not about the patient of this file" in missed(record)[0]


@pytest.mark.parametrize("whose", [None, {}])
def test_what_names_nobody_is_listed_and_not_taken(whose: Any) -> None:
    """Even where the file holds one person alone."""
    record = look(condition(subject=whose))
    assert facts(record) == []
    assert "does not say whose it is" in missed(record)[0]


def test_a_subject_by_identifier_is_the_patient_who_has_it() -> None:
    """System and value both."""
    who = patient(identifier=[{"system": "urn:x", "value": "1"}])
    same = condition(subject={"identifier": {"system": "urn:x", "value": "1"}})
    other = condition(id="o", subject={"identifier": {"system": "urn:y", "value": "1"}})
    assert len(facts(look_at(bundle(who, same, other)))) == 1


def test_an_observation_contained_in_a_report_is_read() -> None:
    """A report is not used, and what it holds is not lost with it."""
    inner = observation("29463-7", valueQuantity=quantity(70, "kg"))
    record = look(resource("DiagnosticReport", contained=[inner]))
    assert [fact.what for fact in facts(record)] == ["weight"]


def test_a_meaning_that_is_changed_is_not_read() -> None:
    """R4: who does not know a modifier must not use what it modifies."""
    record = look(condition(modifierExtension=[{"url": "urn:negated", "valueBoolean": True}]))
    assert facts(record) == []
    assert "'urn:negated'" in missed(record)[0]
    assert facts(look(condition(implicitRules="urn:rules"))) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, "holds no resource"),
        ({"resource": 1}, "holds no resource"),
        ({"resource": {"id": "x"}}, "what type of resource"),
        ({"resource": {"resourceType": "a b"}}, "what type of resource"),
        ({"resource": condition(), "request": {"method": "DELETE"}}, "asks for a deletion"),
    ],
)
def test_an_entry_that_cannot_be_read_is_listed(entry: dict[str, Any], said: str) -> None:
    """By its number."""
    whole = bundle(patient())
    whole["entry"].append(entry)
    record = look_at(whole)
    assert facts(record) == []
    assert missed(record)[0].startswith("Bundle.entry[1]")
    assert said in missed(record)[0]


def test_further_pages_are_said_to_be_missing() -> None:
    """A search result that goes on is not the whole record."""
    record = look_at(bundle(patient(), type="searchset", link=[{"relation": "next", "url": "urn:more"}]))
    assert missed(record) == ["Bundle.link: more pages follow this one, and they were not read"]


def test_one_unreadable_resource_does_not_take_the_others_with_it() -> None:
    """Each wrong shape is a line."""
    wrong = [
        condition(id=f"w{n}", code=code) for n, code in enumerate([7, [], "x", {"coding": {}}, {"text": 3}])
    ]
    record = look(*wrong, condition())
    assert len(facts(record)) == 1
    assert len(missed(record)) == len(wrong)


def test_every_line_is_one_line() -> None:
    """Text from a file cannot forge a second line."""
    forged = "x\nBundle.entry[9]: all is well"
    record = look(
        condition(id=forged, code={"text": forged}, clinicalStatus=concept_of(forged)),
        resource("Observation", code={"text": forged}),
        resource("Observation", id="o", code={"coding": [{"system": LOINC, "code": "1", "display": forged}]}),
    )
    assert len(record.not_understood) == 4
    assert not any("\n" in line.where + line.what for line in record.not_understood)


def concept_of(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def test_reading_leaves_what_was_given_alone() -> None:
    """The same bytes read twice give the same record."""
    data = json.dumps(bundle(patient(), condition())).encode()
    assert read(data, source="a", at=AT, protocol=PROTOCOL) == read(
        data, source="a", at=AT, protocol=PROTOCOL
    )
