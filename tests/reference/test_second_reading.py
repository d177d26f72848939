"""Two readings of the same records agree: ours, and one written without it."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import openkap.protocol
from openkap.clinical.entries.screening import Measurement, Medicine, Problem
from openkap.fhir.bundle import read
from openkap.protocol.load import adopted
from tests.reference import naive_fhir

RECORDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir"
TOML = Path(openkap.protocol.__file__).with_name("measurements.toml")
DAYS = {
    "synthea": datetime(2021, 4, 1, tzinfo=UTC),
    "synthea-load": datetime(2012, 1, 1, tzinfo=UTC),  # in the middle of most lives, so that much lies ahead
    "cms-testcases": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
}
STEP = {"synthea-load": 4}
"""Every so many of a large set."""

needs_records = pytest.mark.skipif(
    not RECORDS.is_dir(), reason="the folder of public records is not beside this checkout"
)


@needs_records
@pytest.mark.parametrize("name", DAYS)
def test_both_readings_take_the_same_facts(name: str) -> None:
    """The same problems, medicines and numbers, each as often, in every file."""
    kinds, at = naive_fhir.measured_kinds(TOML), DAYS[name]
    seen = 0
    files = sorted(path for path in (RECORDS / name).iterdir() if ".json" in path.name)
    for path in files[:: STEP.get(name, 1)]:
        record = naive_fhir.resources(path)
        if naive_fhir.moment(born(record)).replace(tzinfo=UTC) > at:
            continue
        taken = read(path.read_bytes(), source=path.name, at=at, protocol=adopted()).facts
        problems = Counter((code(f), str(f.onset_on or "")) for f, _ in taken if isinstance(f, Problem))
        medicines = Counter((code(f), str(f.since)) for f, _ in taken if isinstance(f, Medicine))
        numbers = Counter(
            (f.what, round(f.value, 4), when) for f, when in taken if isinstance(f, Measurement)
        )
        assert problems == naive_fhir.problems(record, at), path.name
        assert medicines == naive_fhir.medicines(record, at), path.name
        assert numbers == naive_fhir.numbers(record, at, kinds), path.name
        seen += problems.total() + medicines.total() + numbers.total()
    assert seen > 100


def born(record: list[dict[str, Any]]) -> str:
    (patient,) = (one for one in record if one["resourceType"] == "Patient")
    return str(patient["birthDate"])


def code(fact: Problem | Medicine) -> str:
    return f"{fact.codes[0].system} {fact.codes[0].code}"
