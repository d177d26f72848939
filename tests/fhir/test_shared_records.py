"""Every real-shaped record at hand is read: what validators accept, we do not refuse."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.entries.screening import Problem, Score
from openkap.fhir.bundle import read
from tests.fhir.made import PROTOCOL, bundle, facts, look_at, missed

RECORDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir"
SYNTHEA_DAY = datetime(2021, 4, 1, 23, 59, tzinfo=UTC)
CMS_DAY = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)

TABLE = {
    "synthea": (SYNTHEA_DAY, 44, {"Problem": 289, "Medicine": 213, "Measurement": 1243, "Allergy": 1}, 0),
    "synthea-load": (
        SYNTHEA_DAY,
        180,
        {"Problem": 1296, "Medicine": 1362, "Measurement": 6992, "Allergy": 71},
        128,
    ),
    "cms-testcases": (CMS_DAY, 68, {"Problem": 63, "Medicine": 42, "Measurement": 12, "Score": 26}, 12),
}
"""Set → the day it reads right, files, facts by kind, and lines about what could not be understood."""

needs_records = pytest.mark.skipif(
    not RECORDS.is_dir(), reason="the folder of public records is not beside this checkout"
)


@cache
def read_all(name: str) -> list[IncomingRecord]:
    files = sorted(path for path in (RECORDS / name).iterdir() if ".json" in path.name)
    at = TABLE[name][0]
    return [read(path.read_bytes(), source=path.name, at=at, protocol=PROTOCOL) for path in files]


@needs_records
@pytest.mark.parametrize("name", TABLE)
def test_every_record_is_read_and_nothing_is_lost(name: str) -> None:
    """Files, facts and lines are counted, so that a change in any of them is seen."""
    _, files, kinds, lines = TABLE[name]
    records = read_all(name)
    assert len(records) == files
    assert Counter(type(fact).__name__ for record in records for fact in facts(record)) == kinds
    assert sum(record.not_used_from for record in records) == lines


@needs_records
def test_the_traps_in_the_records_are_seen() -> None:
    """A PHQ-9 of 300, a pregnancy of next year, a blood pressure without a unit."""
    said = Counter(
        line.what
        for name in TABLE
        for record in read_all(name)
        for line in record.not_understood[: record.not_used_from]
    )
    assert said["PHQ-9 total of 300 lies outside 0–27: not taken"] == 2
    assert said["dated in the future: 2027-01-01T00:00:00.000+00:00"] == 1
    assert said["systolic is given in no unit, which cannot be turned into mm[Hg]"] == 64


@needs_records
def test_every_resource_is_accounted_for() -> None:
    """Each entry of a bundle is taken, listed, or counted as not used."""
    for name in ("synthea", "cms-testcases"):
        for path in sorted((RECORDS / name).iterdir()):
            if ".json" not in path.name:
                continue
            data = path.read_bytes()
            plain = gzip.decompress(data) if path.suffix == ".gz" else data
            record = read(data, source=path.name, at=TABLE[name][0], protocol=PROTOCOL)
            counted = sum(int(line.what.split()[0]) for line in record.not_understood[record.not_used_from :])
            entries = plain.count(b'"fullUrl"')
            # A blood pressure is one entry and two facts, and a line may stand beside a fact.
            pressures = sum(fact.what == "diastolic" for fact in facts(record) if hasattr(fact, "what"))
            beside = sum("ask" in line.what for line in record.not_understood[: record.not_used_from])
            listed = record.not_used_from - beside
            assert entries == 1 + len(record.facts) - pressures + listed + counted, path.name


@needs_records
def test_the_examples_of_us_core_are_read_together() -> None:
    """A PHQ-9 answer by answer, a pregnancy status; nothing of the infant is filed to the mother."""
    folder = RECORDS / "us-core-examples"
    examples = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    wanted = [
        one
        for one in examples
        if one["resourceType"] not in ("Bundle", "Questionnaire", "Patient") or one["id"] == "example"
    ]
    record = look_at(bundle(*wanted), at=CMS_DAY)
    (score,) = (fact for fact in facts(record) if isinstance(fact, Score))
    assert (score.total, score.items) == (12, (2, 2, 2, 2, 1, 1, 2, 0, 0))
    assert "Pregnant" in [fact.text for fact in facts(record) if isinstance(fact, Problem)]
    assert sum("it is about Patient/infant-example" in line for line in missed(record)) == 7
