"""What goes out comes in again: read by the reader of records from elsewhere, with nothing left unclear."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.clinical.chart import fold
from openkap.clinical.entries.dosing import VitalSigns
from openkap.clinical.entries.person import Identifier
from openkap.clinical.entries.screening import Allergy, Measurement, Medicine, Problem, Score
from openkap.clinical.entries.words import Code
from openkap.fhir.bundle import read
from openkap.fhir.outgoing import bundle
from openkap.protocol.load import shipped
from tests.clinical.charts import and_then, given, ready_chart

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
THEN = AT - timedelta(days=1)
TERMS = (
    Problem(text="Low mood", codes=(Code("icd10cm", "F33.1", "Depression"),), onset_on=date(2020, 1, 2)),
    Problem(text="Broken arm", codes=(Code("snomed", "1"),), status="resolved", ended_on=date(2021, 2, 3)),
    Allergy(text="Penicillin", codes=(Code("rxnorm", "70618", "penicillin"),)),
    Medicine(text="Sertraline", codes=(Code("rxnorm", "36437", "sertraline"),), since=date(2022, 3, 4)),
    Measurement(what="weight", value=Decimal("70.5"), unit="kg"),
    Score(instrument="phq9", total=18, items=(2,) * 9),
)


@pytest.fixture
def chart():
    return and_then(ready_chart(AT, "iv"), *((THEN, fact) for fact in TERMS), (AT, given("v1", route="iv")))


def again(chart):
    tree = bundle(chart, shipped(), AT)
    return read(json.dumps(tree).encode(), source="b.json", at=AT + timedelta(minutes=1))


def test_the_person_comes_back(chart):
    numbered = and_then(chart, (THEN, Identifier(system="urn:x", value="7")))
    record, person = again(numbered), chart.person
    assert (record.person.family_name, record.person.given_name) == (person.family_name, person.given_name)
    assert (record.person.birth_date, record.person.sex) == (person.birth_date, person.sex)
    assert record.identifiers == (Identifier(system="urn:x", value="7"),)


@pytest.mark.parametrize("fact", TERMS[:3] + TERMS[4:5], ids=lambda fact: fact.KIND)
def test_a_fact_comes_back_as_it_was(chart, fact):
    """To the code, the day and the decimal."""
    wanted = replace(fact, source="record") if isinstance(fact, Measurement) else fact
    assert wanted in [taken for taken, _ in again(chart).facts]


def test_a_medicine_comes_back_with_its_start(chart):
    found = [fact for fact, _ in again(chart).facts if isinstance(fact, Medicine)]
    assert TERMS[3] in found and any(fact.text == "Ketamine" for fact in found)


def test_a_total_comes_back(chart):
    assert 18 in [fact.total for fact, _ in again(chart).facts if isinstance(fact, Score)]


def test_vital_signs_come_back_with_their_instant(chart):
    """Each value by itself, pressure as two."""
    signs = [e for e in chart.entries if isinstance(e.fact, VitalSigns)][-1]
    found = {
        (f.what, f.value)
        for f, at in again(chart).facts
        if isinstance(f, Measurement) and at == signs.effective_at
    }
    assert {("systolic", Decimal(signs.fact.systolic)), ("diastolic", Decimal(signs.fact.diastolic))} <= found


def test_a_dose_says_how_much_and_by_which_way(chart):
    (dose,) = of_type(chart, "MedicationAdministration")
    assert dose["dosage"]["dose"] == {
        "value": 35,
        "unit": "mg",
        "system": "http://unitsofmeasure.org",
        "code": "mg",
    }
    assert dose["dosage"]["route"]["text"] == shipped().routes["iv"].title
    visits = {f"urn:uuid:{one['id']}" for one in of_type(chart, "Encounter")}
    assert dose["context"]["reference"] in visits


def of_type(chart, name):
    tree = bundle(chart, shipped(), AT)
    return [one["resource"] for one in tree["entry"] if one["resource"]["resourceType"] == name]


def test_every_address_is_its_own_and_points_at_the_person(chart):
    tree = bundle(chart, shipped(), AT)
    urls = [one["fullUrl"] for one in tree["entry"]]
    assert len(set(urls)) == len(urls)
    for one in tree["entry"][1:]:
        pointer = one["resource"].get("subject") or one["resource"]["patient"]
        assert pointer["reference"] == urls[0]


def test_what_was_corrected_goes_out_once(chart):
    """As it stands now."""
    first = next(e for e in chart.entries if isinstance(e.fact, Allergy))
    seq = len(chart.entries) + 1
    corrected = replace(first, id=uuid4(), seq=seq, fact=Allergy(text="Latex"), supersedes=first.id)
    folded = fold(chart.subject, (*chart.entries, corrected))
    assert [one["code"]["text"] for one in of_type(folded, "AllergyIntolerance")] == ["Latex"]
