"""Whatever is sent, only BadInput comes back; whatever is taken, can be stored."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical.entries import from_body, kind_of, to_body
from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.refusal import BadInput
from openkap.fhir.bundle import read
from tests.fhir.made import AT, PROTOCOL, RECORD, bundle, patient, resource

WORDS = st.sampled_from(
    ["", "active", "2024", "2024-02-30", "Patient/p", "#x", "kg", "\u0000", "\ud800", "é" * 9]
)
NUMBERS = st.sampled_from([0, -1, 300, 10**30, 1e308, 0.1]) | st.integers() | st.floats(allow_nan=True)
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=8)
ELEMENTS = (
    "resourceType",
    "id",
    "code",
    "coding",
    "system",
    "display",
    "text",
    "status",
    "subject",
    "patient",
    "reference",
    "valueQuantity",
    "value",
    "unit",
    "valueInteger",
    "component",
    "onsetDateTime",
    "effectiveDateTime",
    "abatementDateTime",
    "item",
    "answer",
    "linkId",
    "contained",
    "name",
    "medicationReference",
    "medicationCodeableConcept",
    "authoredOn",
    "effectivePeriod",
    "start",
    "end",
    "clinicalStatus",
    "identifier",
    "verificationStatus",
    "modifierExtension",
    "reaction",
    "substance",
    "interpretation",
    "valueCodeableConcept",
    "meta",
    "profile",
    "given",
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=5),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        "Condition",
        "Observation",
        "MedicationRequest",
        "MedicationStatement",
        "Medication",
        "AllergyIntolerance",
        "QuestionnaireResponse",
        "Patient",
        "DiagnosticReport",
        "Claim",
    ]
)


def try_to_read(data: bytes) -> IncomingRecord | None:
    try:
        record = read(data, source="any.json", at=AT, protocol=PROTOCOL)
    except BadInput as refusal:
        assert "\n" not in str(refusal)
        return None
    for fact, at in record.facts:
        assert at <= AT
        assert from_body(kind_of(fact), json.loads(json.dumps(to_body(fact)))) == fact
    for line in record.not_understood:
        assert line.where and line.what and "\n" not in line.where + line.what
    return record


def sent(tree: Any) -> bytes:
    return json.dumps(tree).encode()


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Noise, with and without the look of a gzip file."""
    try_to_read(data)
    try_to_read(b"\x1f\x8b" + data)


@given(TREES)
def test_any_json(tree: Any) -> None:
    """A tree of the right words in any order."""
    try_to_read(sent(tree))


@settings(max_examples=400)
@given(st.lists(st.tuples(TYPES, st.dictionaries(st.sampled_from(ELEMENTS), TREES, max_size=6)), max_size=4))
def test_any_resources(made: list[tuple[str, dict[str, Any]]]) -> None:
    """Resources of the types that are read, filled at random."""
    resources = [
        resource(type, **{**fields, "resourceType": type}) for type, fields in made if type != "Patient"
    ]
    try_to_read(sent(bundle(patient(), *resources)))


@settings(max_examples=400)
@given(st.data())
def test_a_real_shape_with_one_thing_changed(data: st.DataObject) -> None:
    """One element of a good record replaced, removed or doubled."""
    tree = copy.deepcopy(json.loads(RECORD.read_text(encoding="utf-8")))
    place = tree
    for _ in range(data.draw(st.integers(1, 8))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    else:
        return
    what = data.draw(st.sampled_from(["replace", "remove", "double"]))
    if what == "remove":
        del place[key]
    else:
        place[key] = data.draw(TREES) if what == "replace" else [place[key], place[key]]
    try_to_read(sent(tree))


@given(st.integers(0, 6000), st.binary(min_size=1, max_size=4))
def test_a_file_with_some_bytes_changed(offset: int, junk: bytes) -> None:
    """Anywhere in it."""
    data = bytearray(RECORD.read_bytes())
    offset %= len(data)
    data[offset : offset + len(junk)] = junk
    try_to_read(bytes(data))
