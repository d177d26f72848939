"""`openkap pack`, `openkap unpack`: a clinic that closes, chart by chart, into an OpenKAP that was empty."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.filled import OPENKAP, Filled
from tests.records.process import ROOT, environment, run

CHARTS = """
import json
from openkap.records.carried import entries_of, readings_of
from openkap.records.models import ChartRow
from openkap.records.verify import verify
charts = sorted(str(row) for row in ChartRow.objects.values_list('chart', flat=True))
print(json.dumps({'charts': {c: [list(entries_of(c)), list(readings_of(c))] for c in charts},
                  'faults': [str(f) for f in verify()]}))
"""


def openkap(home: Path, *typed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*OPENKAP, *typed], env=environment(home), cwd=ROOT, capture_output=True, text=True, check=False
    )


def kept(home: Path) -> dict[str, dict[str, list[list[str]]]]:
    told = run(home, CHARTS)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@pytest.fixture
def packs(filled_demo: Filled, tmp_path: Path) -> tuple[Path, Path]:
    """(the demonstration clinic, the folder with a file of each of its charts)."""
    home, folder = filled_demo.copy(tmp_path / "from"), tmp_path / "packs"
    done = openkap(home, "pack", "--all", "--to", str(folder))
    assert done.returncode == 0, done.stderr
    return home, folder


def test_every_chart_is_the_very_chart_in_an_empty_openkap(packs: tuple[Path, Path], tmp_path: Path) -> None:
    """Entry by entry and reading by reading; verified there; and not a second time."""
    home, folder = packs
    files = sorted(str(path) for path in folder.iterdir())
    new = tmp_path / "to"
    done = openkap(new, "unpack", *files)
    assert done.returncode == 0, done.stderr
    before, after = kept(home), kept(new)
    assert after["faults"] == []
    assert len(after["charts"]) == len(files) > 20
    assert any(readings for _, readings in after["charts"].values()), "no device ever sent anything"
    assert after["charts"] == before["charts"]
    again = openkap(new, "unpack", files[0])
    assert again.returncode == 2 and "is here already" in again.stderr


def test_another_clinic_takes_it_over_by_name(packs: tuple[Path, Path], tmp_path: Path) -> None:
    """Refused without the name; with it one entry follows the others, and the names come along."""
    home, folder = packs
    file, new = str(sorted(folder.iterdir())[0]), tmp_path / "to"
    made = openkap(new, "migrate")
    assert made.returncode == 0, made.stderr
    made = run(new, "from openkap.records.accounts import create_clinic; create_clinic('Elsewhere')")
    assert made.returncode == 0, made.stderr
    refused = openkap(new, "unpack", file)
    assert refused.returncode == 2 and "comes from Lindenhof Demonstration Clinic" in refused.stderr
    assert kept(new)["charts"] == {}
    done = openkap(new, "unpack", "--clinic", "Elsewhere", file)
    assert done.returncode == 0, done.stderr
    after = kept(new)
    ((chart, (entries, _)),) = after["charts"].items()
    assert entries[:-1] == kept(home)["charts"][chart][0] and after["faults"] == []
    names = run(
        new,
        "from openkap.records.models import User as U; print(*U.objects.values_list('name', 'is_active'))",
    )
    assert "Dr Mara Lindqvist-Rowe" in names.stdout and "True" not in names.stdout


def test_a_file_that_is_there_is_not_written_over(packs: tuple[Path, Path]) -> None:
    home, folder = packs
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = openkap(home, "pack", "--all", "--to", str(folder))
    assert done.returncode == 2 and "is there already" in done.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("pack", "--to", "x"), "Name the charts, or write --all"),
        (("pack", "--all", "no-chart", "--to", "x"), "Name the charts, or write --all"),
        (("unpack", "no-such-file.zip"), "the file cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, typed: tuple[str, ...], says: str) -> None:
    done = openkap(tmp_path / "home", *typed)
    assert done.returncode == 2 and says in done.stderr and len(done.stderr.splitlines()) <= 2


def test_other_programs_read_what_fhir_has_words_for(packs: tuple[Path, Path], tmp_path: Path) -> None:
    """`openkap import`, which knows nothing of packs, makes a chart of it; only codes may be missing."""
    _, folder = packs
    largest = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    with zipfile.ZipFile(largest) as whole:
        file = Path(whole.extract("fhir-r4.json", tmp_path))
        assert whole.read("record.pdf").startswith(b"%PDF-")
        assert "record.pdf" in whole.read("README.txt").decode()
    done = openkap(tmp_path / "to", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert "medicine" in done.stdout and "measurement" in done.stdout and "problem" in done.stdout
    unclear = [line for line in done.stdout.splitlines() if "not understood" in line]
    known = ("no code, only the words", "no LOINC code", "status 'completed' does not say")
    assert [line for line in unclear if not any(words in line for words in known)] == []
