"""Real records: what their authors put in is found, and every one of them leaves questions open."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import Allergy, Medicine, Problem
from openkap.clinical.matching import belongings
from openkap.clinical.screening import Screening, screen
from openkap.fhir.bundle import read
from openkap.fhir.unsaved import chart_of
from tests.clinical.charts import adopted

RECORDS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "fhir"
AS_OF = {
    "cms-testcases": datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
    "synthea": datetime(2021, 4, 1, 23, 59, tzinfo=UTC),
}
PROTOCOL = adopted()

pytestmark = pytest.mark.skipif(not RECORDS.is_dir(), reason=f"no real records at {RECORDS}")


@cache
def charts(folder: str) -> dict[str, Chart]:
    at = AS_OF[folder]
    files = sorted(file for file in (RECORDS / folder).iterdir() if ".json" in file.name)
    return {file.name: chart_of(read(file.read_bytes(), source=file.name, at=at), at) for file in files}


@cache
def screened(folder: str) -> dict[str, Screening]:
    return {name: screen(chart, PROTOCOL, AS_OF[folder]) for name, chart in charts(folder).items()}


def told(screening: Screening) -> set[str]:
    return {finding.rule.id for finding in screening.findings}


def described() -> Iterator[tuple[str, str]]:
    with (RECORDS / "cms-testcases" / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index):
            yield row["file"], row["authors_description"].lower()


@pytest.mark.parametrize("folder", AS_OF)
def test_every_record_is_screened_and_leaves_questions(folder: str) -> None:
    """No record can be so complete that nobody has to be asked anything."""
    assert len(screened(folder)) > 40
    assert all(screening.unknown for screening in screened(folder).values())


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("schizophrenia diagnosis", "psychosis"),
        ("bipolar", "bipolar"),
        ("personality disorder", "personality-disorder"),
    ],
)
def test_what_the_authors_say_is_there_is_found(words: str, rule: str) -> None:
    """The one-line description names a diagnosis, and the screening of that file names it too."""
    named = [name for name, text in described() if words in text]
    assert named
    assert [name for name in named if rule not in told(screened("cms-testcases")[name])] == []


def test_bipolar_that_ended_still_counts() -> None:
    """A lifetime history counts, resolved a year ago and whatever the medicines say."""
    (name,) = (name for name, text in described() if "bipolar disorder ends 1 year before" in text)
    assert {"psychosis", "bipolar", "antipsychotic"} <= told(screened("cms-testcases")[name])


def test_a_pregnancy_that_begins_tomorrow_is_neither_a_ban_nor_a_pass() -> None:
    """Its onset lies after the moment asked about, so the question stays open."""
    (name,) = (name for name, text in described() if "pregnancy starts 1/1 of next" in text)
    screening = screened("cms-testcases")[name]
    assert "pregnancy" not in told(screening)


def test_a_pregnancy_active_for_years_asks_for_a_test() -> None:
    """Synthea leaves pregnancies open: older than a pregnancy lasts, they are asked about, never believed."""
    asked = [
        unknown.needs
        for screening in screened("synthea").values()
        for unknown in screening.unknown
        if unknown.rule.id == "pregnancy" and "marked active" in unknown.needs
    ]
    assert asked
    for name, screening in screened("synthea").items():
        for finding in screening.findings:
            if finding.rule.id == "pregnancy":
                assert any(value.at > "2020-06-01" for value in finding.because), name


IDEAS = {
    "cms-testcases": [
        (Problem, "psychosis"),
        (Problem, "bipolar"),
        (Problem, "mania"),
        (Problem, "substance-misuse"),
        (Problem, "substance-use-disorder"),
        (Problem, "hypertension"),
        (Problem, "seizure"),
        (Problem, "dementia"),
        (Problem, "personality-disorder"),
        (Medicine, "benzodiazepine"),
        (Medicine, "antipsychotic-flagged"),
        (Medicine, "opioid"),
    ],
    "synthea": [
        (Problem, "pregnancy"),
        (Problem, "hypertension"),
        (Problem, "seizure"),
        (Problem, "stroke"),
        (Problem, "dementia"),
        (Problem, "coronary-disease"),
        (Problem, "heart-failure"),
        (Problem, "myocardial-infarction"),
        (Problem, "breathing"),
        (Problem, "arrhythmia"),
        (Problem, "cardiac-arrest"),
        (Problem, "overdose"),
        (Problem, "opioid-use"),
        (Problem, "brain-injury"),
        (Medicine, "benzodiazepine"),
        (Medicine, "nmda-antagonist"),
        (Medicine, "cyp-inhibitor"),
        (Medicine, "cyp-inducer"),
        (Medicine, "opioid"),
        (Medicine, "thyroid-hormone"),
    ],
}


@pytest.mark.parametrize(
    ("folder", "kind", "value_set"), [(folder, *idea) for folder, ideas in IDEAS.items() for idea in ideas]
)
def test_the_value_sets_hit_real_codes(folder: str, kind: type, value_set: str) -> None:
    """Each idea is found in real records by code, not only by its words."""
    hits = [
        hit for chart in charts(folder).values() for hit in belongings(chart, PROTOCOL).of(kind, value_set)
    ]
    assert any(not hit.by_words for hit in hits)


def test_no_allergy_to_pollen_is_an_allergy_to_ketamine() -> None:
    """Forty allergies to other things exclude nobody."""
    assert sum(len(chart.all(Allergy)) for chart in charts("synthea").values())
    assert all("ketamine-allergy" not in told(screening) for screening in screened("synthea").values())
