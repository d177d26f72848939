"""openkap screen: the findings of a record, without storing anything."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from openkap.clinical.protocol import GRADE_NAMES, WORST_SAYS
from openkap.config.cli import main
from openkap.web import words
from tests.fhir.made import AT, bundle, concept, condition, patient, request

DAY = f"{AT:%Y-%m-%d}"
PSYCHOSIS = condition(code=concept("58214004", display="Schizophrenia"), onsetDateTime="2019-01-01")


@pytest.fixture
def saved(tmp_path: Path) -> Any:
    def save(name: str, *resources: dict[str, Any]) -> str:
        path = tmp_path / name
        data = json.dumps(bundle(patient(), *resources)).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(path)

    return save


def test_a_record_with_a_contraindication(saved: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The rule, the person's own data, the source, and what was never asked; exit status 1."""
    assert main(["screen", saved("a.json", PSYCHOSIS), "--as-of", DAY]) == 1
    said = capsys.readouterr().out
    assert said.startswith("Testa Probanda, born 1980-05-14, female\n")
    assert f"Decision: exclude. {words.WORST['exclude']}\n" in said
    assert said.index("Stops treatment") < said.index("Schizophrenia") < said.index("Cannot tell yet")
    assert "Source (" in said
    assert "is not eligible" in said


def test_a_grade_is_called_the_same_on_the_page_and_at_the_command_line() -> None:
    """Whoever reads one and then the other meets one vocabulary, in one order."""
    assert [(grade, name) for grade, name, _ in words.GROUPS] == list(GRADE_NAMES.items())
    assert words.WORST == WORST_SAYS


def test_a_record_without_a_contraindication_is_not_called_eligible(
    saved: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Clear of findings, and full of questions; exit status 0."""
    assert main(["screen", saved("a.json"), "--as-of", DAY]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"Decision: clear. {words.WORST['clear']}" in said
    assert "Cannot tell yet" in said
    assert "A record without a contraindication is not eligible." in said


def test_json_is_one_object_a_line(saved: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """With the keys a program can rely on, plain and gzipped alike."""
    files = [saved("a.json", PSYCHOSIS), saved("b.json.gz")]
    assert main(["screen", *files, "--json", "--as-of", DAY]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [first["file"], second["file"]] == files
    assert [first["decision"], second["decision"]] == ["exclude", "clear"]
    assert {"rule", "grade", "because", "sources", "basis"} <= first["findings"][0].keys()
    assert first["findings"][0]["grade"] == "exclude"
    assert "Schizophrenia" in json.dumps(first["findings"][0]["because"])
    assert {"rule", "needs", "ask_of"} <= second["unknown"][0].keys()


def test_a_code_from_memory_and_the_grade_at_home_are_said(
    saved: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person and a program both read that nobody checked the code, and what it means at home."""
    unchecked = condition(code=concept("I50.9", "http://hl7.org/fhir/sid/icd-10-cm", "Heart failure"))
    file = saved("a.json", unchecked)
    main(["screen", file, "--as-of", DAY])
    said = capsys.readouterr().out
    assert "Heart failure (code not verified)" in said
    assert "At home: stops treatment" in said
    main(["screen", file, "--as-of", DAY, "--json"])
    (found,) = json.loads(capsys.readouterr().out)["findings"][:1]
    assert (found["rule"], found["code_not_verified"], found["at_home"]) == ("heart-failure", True, "exclude")


def test_what_could_not_be_read_is_in_both(saved: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The decision could not take it into account, and says so."""
    file = saved("a.json", request(status="entered-in-error"))
    main(["screen", file, "--as-of", DAY])
    assert "Could not be read (1)" in capsys.readouterr().out
    main(["screen", file, "--as-of", DAY, "--json"])
    (line,) = json.loads(capsys.readouterr().out)["not_understood"]
    assert line.startswith("Bundle.entry[1] MedicationRequest/r: ")


def test_one_bad_file_does_not_keep_the_others_back(
    saved: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its sentence goes to standard error, the others' findings to standard output; exit status 2."""
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    gone = tmp_path / "gone"
    assert main(["screen", str(bad), saved("a.json"), str(gone), "--json", "--as-of", DAY]) == 2
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    first, second = said.err.splitlines()
    assert first.startswith(f"openkap: {bad}: not JSON at line 1, column 2")
    assert second.startswith(f"openkap: {gone}: the file cannot be read (No such file or directory)")


def test_facts_after_the_day_are_not_seen(saved: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The day itself counts to its end; the day before does not know it yet."""
    file = saved("a.json", PSYCHOSIS | {"onsetDateTime": "2019-01-01T18:00:00Z"})
    assert main(["screen", file, "--as-of", "2019-01-01"]) == 1
    assert main(["screen", file, "--as-of", "2018-12-31"]) == 0
    assert "dated in the future" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["yesterday", "2019-02-29", "2019-01-01T10:00:00", ""])
def test_a_day_that_is_none_is_refused(day: str, saved: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence; without a day it is now."""
    status = main(["screen", saved("a.json"), "--as-of", day])
    assert status == (2 if day else 0)
    assert ("openkap: --as-of: " in capsys.readouterr().err) is bool(day)


def test_a_record_may_come_in_by_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As "-"."""
    data = json.dumps(bundle(patient(), PSYCHOSIS)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["screen", "-", "--json", "--as-of", DAY]) == 1
    assert json.loads(capsys.readouterr().out)["file"] == "-"


def test_a_table_has_one_line_a_patient(saved: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Who, the worst, the findings with their grade, and a mark where only words speak."""
    worded = condition(code={"text": "hx of bipolar"})
    files = [saved("a.json", PSYCHOSIS), saved("b.json", worded)]
    assert main(["screen", *files, "--table", "--as-of", DAY]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Testa Probanda, 1980-05-14 | exclude | psychosis (exclude), ")
    assert first.endswith(" cannot be told")
    assert " | decide | bipolar? (decide), " in second
