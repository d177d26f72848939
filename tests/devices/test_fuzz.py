"""Anything at all at the doors of HL7 v2 and FHIR: an answer every time, and only possible values stored."""

import json
import logging
import random
from datetime import UTC, datetime
from itertools import islice

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkap.clinical.refusal import BadInput
from openkap.devices import er7, hl7_door, hl7v2
from openkap.devices.hl7_door import Call
from openkap.fhir import json_text, vital_sign
from openkap.protocol.doors import codes
from openkap.protocol.load import shipped
from openkap.records.models import Reading
from tests.devices.damage import damaged
from tests.devices.sender import SHARED, made_now, of_nobody, oru, pulse

FAST, LONG = 2_000, 200_000
BATCH = 20
"""Messages that are answered together."""
COUNTS = [FAST, pytest.param(LONG, marks=pytest.mark.long)]


def sound_messages():
    """Right messages to damage: real ones where they are, and made ones."""
    made = [
        oru(
            pulse(72), pulse(-999), "OBX|2|NM|8310-5^T^LN||36.6|Cel|||||F", pid="1||4711||Berg^Ada||19800101"
        ),
        oru(pulse(72, nature="DEMO"), pulse(72, status="C"), pulse(72, at="202605141200")),
    ]
    real = [path.read_bytes() for path in sorted((SHARED / "hl7v2").glob("*.hl7"))]
    return made + [made_now(of_nobody(message)) for message in real] + real


def must_be_possible():
    """Whatever was stored on the way is what a living person can have."""
    limits = {signal.id: signal.limits(shipped()) for signal in codes().signals.values()}
    for signal, thousandths in Reading.objects.values_list("signal", "thousandths"):
        lowest, highest = limits[signal]
        assert lowest * 1000 <= thousandths <= highest * 1000


@pytest.mark.parametrize("count", COUNTS)
def test_hl7_messages_damaged_in_every_way(bedside, count):
    """Each is answered AA, AE or AR with one MSA line of printable text."""
    device = bedside.bound().device
    seed = random.randrange(2**32)
    codes_seen = {"AA": 0, "AE": 0, "AR": 0}
    numbered = enumerate(damaged(sound_messages(), count, seed))
    while batch := list(islice(numbered, BATCH)):
        calls = [Call([device], message, number, datetime.now(UTC)) for number, message in batch]
        for (number, _), said in zip(batch, hl7_door.answers(calls), strict=True):
            answer = said.decode()
            lines = answer.split("\r")
            assert (len(lines), lines[2]) == (3, ""), (seed, number)
            assert answer.replace("\r", "").isprintable(), (seed, number)
            codes_seen[lines[1].split("|")[1]] += 1
    assert codes_seen["AA"] > 0
    assert codes_seen["AE"] > 0
    print(f"seed {seed}: {count} messages, {codes_seen}, {Reading.objects.count()} readings")
    must_be_possible()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=300), st.text(alphabet="MSHOBXPID|^~\\&\r0123456789", max_size=300).map(str.encode)
    )
)
def test_hl7_bytes_of_any_kind(raw):
    """Reading alone: one sentence of refusal, or segments that hold the text."""
    for begun in (
        raw,
        b"MSH|^~\\&|" + raw,
        b"MSH|^~\\&|||||20260514||ORU^R01|1|P|2.6\rOBX|1|NM|147842^x^MDC||" + raw,
    ):
        try:
            segments = er7.read(begun, 100)
            hl7v2.header(segments)
            hl7v2.read(begun, segments, zone=UTC, at=datetime.now(UTC), place=1)
        except BadInput as fault:
            assert str(fault)


def sound_observations():
    now = datetime.now(UTC).isoformat()
    coding = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
    quantity = {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"}
    whole = {"resourceType": "Observation", "status": "final", "code": coding, "effectiveDateTime": now}
    part = {"code": coding, "valueQuantity": quantity}
    made = [whole | {"valueQuantity": quantity, "issued": now}, whole | {"component": [part, part]}]
    real = sorted((SHARED / "fhir" / "r4-examples").rglob("*bservation*.json"))[:40]
    return [json.dumps(one).encode() for one in made] * 10 + [
        path.read_bytes() for path in real if path.stat().st_size < 20_000
    ]


@pytest.mark.parametrize("count", COUNTS)
def test_observations_damaged_in_every_way(bedside, caplog, count):
    """Each POST is answered with an OperationOutcome and a status that is not 5xx."""
    bedside.bound(bedside.device("App", language="fhir", addresses=()))
    caplog.set_level(logging.CRITICAL, "django.request")
    seed, client, seen = random.randrange(2**32), Client(), {}
    kept = {"content_type": "application/fhir+json", "HTTP_AUTHORIZATION": f"Bearer {bedside.key}"}
    for number, body in enumerate(damaged(sound_observations(), count, seed)):
        answer = client.generic("POST", "/fhir/Observation", body, **kept)
        assert answer.status_code in (200, 400, 422, 415), (seed, number)
        assert answer.json()["resourceType"] == "OperationOutcome"
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
    assert {200, 400} <= set(seen)
    print(f"seed {seed}: {count} bodies, {seen}, {Reading.objects.count()} readings")
    must_be_possible()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["code", "coding", "system", "value", "valueQuantity", "component", "status", "effectiveDateTime",
             "unit", "comparator", "issued", "dataAbsentReason"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_json_of_any_shape(tree):
    """A resource that is no Observation, or one in name alone: one sentence, or a message."""
    for body in (
        tree,
        {"resourceType": "Observation", "status": "final"} | (tree if isinstance(tree, dict) else {}),
    ):
        raw = json.dumps(body).encode()
        try:
            vital_sign.read(json_text.parse(raw, "Observation")[0], raw)
        except BadInput as fault:
            assert str(fault)
