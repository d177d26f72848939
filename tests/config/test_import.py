"""openkap import: a record becomes a chart, or nothing is written."""

import json
from pathlib import Path

import pytest

from openkap.config.cli import main
from openkap.records.models import EntryRow
from openkap.records.verify import verify
from tests.fhir.made import RECORD, bundle, condition, patient

pytestmark = pytest.mark.django_db


def test_a_record_becomes_a_chart_and_what_was_missed_is_listed(
    clinic: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chart's id, what was taken, and a line for everything that was not."""
    assert main(["import", str(RECORD), "--as-of", "2999-01-01"]) == 2, "a day that has not come is refused"
    capsys.readouterr()
    assert main(["import", str(RECORD)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{RECORD}: chart ")
    assert "1 allergy" in said and "1 problem" in said
    assert "not understood: Bundle.entry[4] Condition/mistake: verification status 'entered-in-error'" in said
    assert "2 Claim: not used by this program" in said
    kinds = set(EntryRow.objects.values_list("kind", flat=True))
    assert {"chart-opened", "record-imported", "problem", "not-understood", "identifier"} <= kinds
    assert verify() == []


def test_the_same_record_twice_is_refused_and_nothing_is_written(
    clinic: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2 and one sentence that says who is there already."""
    assert main(["import", str(RECORD)]) == 0
    before = EntryRow.objects.count()
    assert main(["import", str(RECORD)]) == 2
    assert EntryRow.objects.count() == before
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "already here" in sentence


@pytest.mark.parametrize(
    "whole",
    [
        {},
        bundle(),
        bundle(patient(birthDate=None)),
        bundle(patient(), patient(id="q")),
        bundle(patient(), entry=[{}] * 5000),
    ],
)
def test_bad_input_writes_nothing(
    whole: object, clinic: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, exit status 2, no entry."""
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    before = EntryRow.objects.count()
    assert main(["import", str(file)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert EntryRow.objects.count() == before


def test_a_clinic_must_be_named_where_there_are_two(
    clinic: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And must exist."""
    from openkap.records.accounts import create_clinic

    create_clinic("Hilltop")
    assert main(["import", str(RECORD)]) == 2
    assert "Name one with --clinic: Hilltop, Lakeside" in capsys.readouterr().err
    assert main(["import", str(RECORD), "--clinic", "Nowhere"]) == 2
    assert main(["import", str(RECORD), "--clinic", "Hilltop"]) == 0


def test_one_bad_file_does_not_keep_the_others_back(
    clinic: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file is a chart of its own."""
    bad, good = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_text("[", encoding="utf-8")
    good.write_text(json.dumps(bundle(patient(), condition())), encoding="utf-8")
    assert main(["import", str(bad), str(good)]) == 2
    said = capsys.readouterr()
    assert "1 problem" in said.out
    assert said.err.startswith("openkap: bad.json: not JSON at line 1")
