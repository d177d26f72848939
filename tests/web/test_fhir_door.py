"""An Observation by POST: stored for the visit its device is bound to, or told why not."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.records.models import QuarantineRow, Reading
from openkap.records.verify import verify

ADDRESS = "/fhir/Observation"
LOINC, MDC, UCUM = "http://loinc.org", "urn:iso:std:iso:11073:10101", "http://unitsofmeasure.org"


def coded(*codes):
    return {"coding": [{"system": system, "code": code} for system, code in codes]}


def quantity(value, code="/min", system=UCUM):
    return {"value": value, "unit": code, "system": system, "code": code}


def made(**changed):
    """A heart rate of 72, measured now."""
    whole = {
        "resourceType": "Observation",
        "status": "final",
        "code": coded((LOINC, "8867-4")),
        "subject": {"reference": "http://127.0.0.1:9/Patient/1"},
        "effectiveDateTime": datetime.now(UTC).isoformat(),
        "valueQuantity": quantity(72),
    } | changed
    return {name: part for name, part in whole.items() if part is not None}


@pytest.fixture
def door(bedside):
    """Sends as the bound device."""
    bedside.bound(bedside.device("App", language="fhir", addresses=()))
    key = bedside.key

    def send(body, *, bearer=key, **more):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content_type": "application/fhir+json", "HTTP_AUTHORIZATION": f"Bearer {bearer}"} | more
        answer = Client(enforce_csrf_checks=True).post(ADDRESS, data, **given)
        told = answer.json()
        assert told["resourceType"] == "OperationOutcome"
        return answer.status_code, " ".join(issue["diagnostics"] for issue in told["issue"])

    return send


def test_an_observation_is_stored(door, bedside):
    """Sent again, it is there once."""
    sent = made(valueQuantity=quantity(72.5))
    assert door(sent) == (200, "1 stored")
    assert door(sent) == (200, "1 stored")
    (row,) = Reading.objects.all()
    assert (row.signal, row.thousandths, row.unit, row.source) == ("heart-rate", 72_500, "/min", "App")
    assert str(row.chart) == bedside.chart
    assert verify() == []


def test_a_blood_pressure_is_its_components(door, bedside):
    part = [
        {"code": coded((LOINC, code)), "valueQuantity": quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", 128), ("8462-4", 78))
    ]
    sent = made(code=coded((LOINC, "85354-9")), valueQuantity=None, component=part)
    assert door(sent) == (200, "2 stored")
    assert bedside.stored() == {"systolic": "128 mm[Hg]", "diastolic": "78 mm[Hg]"}


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({"code": coded((MDC, "150456")), "valueQuantity": quantity(97, "%")}, 200, "1 stored"),
        ({"status": "preliminary"}, 200, "1 stored"),
        ({"status": "amended"}, 400, "amended"),
        ({"status": None}, 400, "status"),
        ({"effectiveDateTime": None}, 400, "when this was measured"),
        ({"effectiveDateTime": "2026-05-14"}, 400, "time zone"),
        ({"valueQuantity": quantity(72, "bpm", "")}, 422, "bpm"),
        ({"valueQuantity": quantity(162, "[lb_av]")}, 422, "[lb_av]"),
        ({"valueQuantity": quantity(384.5)}, 422, "no living person"),
        ({"valueQuantity": quantity(72) | {"comparator": "<"}}, 422, "more or less"),
        ({"valueQuantity": {"unit": "/min", "system": UCUM, "code": "/min"}}, 422, "value is missing"),
        ({"code": coded((LOINC, "8867-4"), (LOINC, "9279-1"))}, 400, "different things"),
        ({"resourceType": "Patient"}, 400, "not an Observation"),
        ({"component": [{}] * 21}, 400, "more than 20"),
        (
            {"effectiveDateTime": (datetime.now(UTC) - timedelta(days=1)).isoformat()},
            422,
            "before the device",
        ),
    ],
)
def test_what_is_taken_and_what_is_said(door, changed, status, says):
    """Whatever is not stored is put aside whole, with the reason that was answered."""
    found = door(made(**changed))
    assert found[0] == status
    assert says in found[1]
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == ((1, 0) if status == 200 else (0, 1))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b" ", "empty"),
        (b"{", "not JSON"),
        (b"[" * 5000, "nested"),
        (b'{"valueQuantity": {"value": NaN}}', "NaN"),
        (b'{"a": 1e999}', "too large"),
        (b"\xff", "UTF-8"),
        (b"7", "not an Observation"),
        (b'{"resourceType": "Observation", "code": 7, "status": "final"}', "when this"),
    ],
)
def test_a_damaged_body_is_put_aside(door, body, says):
    status, told = door(body)
    assert (status, says in told) == (400, True)
    assert bytes(QuarantineRow.objects.get().raw) == body


def test_a_value_that_could_not_be_had_is_none(door):
    """dataAbsentReason is an answer, and no reading."""
    assert door(made(valueQuantity=None, dataAbsentReason=coded((LOINC, "x")))) == (200, "0 stored")
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == (0, 0)


def test_without_its_key_nobody_is_heard(door, bedside):
    """Wrong, missing, of another language, from another address: 401, nothing read and nothing kept."""
    assert door(b"x" * 100_000, bearer="wrong")[0] == 401
    assert door(made(), HTTP_AUTHORIZATION="")[0] == 401
    assert door(made(), HTTP_AUTHORIZATION="Bearer ")[0] == 401
    bedside.device("Far", language="fhir", addresses=("192.0.2.7",))
    assert door(made(), bearer=bedside.key)[0] == 401
    assert door(made(), bearer=bedside.key, REMOTE_ADDR="192.0.2.7")[0] == 409  # known, and bound to nothing
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == (0, 0)


def test_the_other_refusals(door, bedside):
    """Too long, no JSON by its own word, not by POST."""
    assert door(b'{"a":"' + b"x" * 70_000 + b'"}')[0] == 413
    assert door(made(), content_type="text/xml")[0] == 415
    answer = Client().get(ADDRESS, HTTP_AUTHORIZATION=f"Bearer {bedside.key}")
    assert (answer.status_code, answer.json()["resourceType"]) == (405, "OperationOutcome")
    assert Client().get(ADDRESS).status_code == 401
