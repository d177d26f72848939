"""`openkap demo` and `openkap replay` as a person starts them."""

import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.filled import OPENKAP, Filled, address, demonstration
from tests.records.process import ROOT, environment

REAL = ROOT / "../shared/data/vitals/mimic-s00001n-part05.csv"
PATIENCE_SECONDS = 120


def openkap(home: Path, *typed: str, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*OPENKAP, *typed],
        env=environment(home),
        cwd=home,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **more,
    )


@pytest.fixture(scope="module")
def running(filled_demo: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The demonstration, started again in a copy of its folder: that, and what it said until it served."""
    home = filled_demo.copy(tmp_path_factory.mktemp("demo") / "home")
    with demonstration(home) as said:
        yield home, said


def test_it_says_what_it_does_and_who_can_sign_in(filled_demo: Filled) -> None:
    """Started in an empty folder: every step, the address, and a name for each role."""
    said = filled_demo.said
    for words in ("preparing the database", "42 synthetic people", "serving after", "mara.prescriber"):
        assert words in said
    for role in ("prescriber", "therapist", "monitor", "manager", "auditor", "patient"):
        assert re.search(rf"\w+\.{role} +{role}", said)


def test_started_again_it_uses_the_clinic_that_is_there(running: tuple[Path, str]) -> None:
    """Nothing is prepared and nobody is filled in a second time."""
    _, said = running
    assert "already filled" in said
    assert "preparing the database" not in said and "synthetic people" not in said


def test_it_answers(running: tuple[Path, str]) -> None:
    """The watchdog's address and the sign-in page."""
    _, said = running
    for path in ("/healthz", "/sign-in/"):
        with urllib.request.urlopen(address(said) + path, timeout=30) as answer:
            assert answer.status == 200


def test_its_port_is_taken_and_another_says_so(running: tuple[Path, str], tmp_path: Path) -> None:
    """A second one on the same port ends at once with one sentence and status 2."""
    _, said = running
    process = openkap(tmp_path, "demo", "--port", address(said).rpartition(":")[2])
    words, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "Choose another with --port" in words
    assert "Traceback" not in words
    assert list(tmp_path.iterdir()) == []


def live_visit(home: Path) -> tuple[str, int]:
    """The visit of the simulated monitor, and how many readings it has by now.

    Its dose ends by itself while a long run of tests goes on, so any phase under the drug will do.
    """
    program = (
        "import django; django.setup()\n"
        "from openkap.clinical.dosing import UNDER_THE_DRUG\n"
        "from openkap.records.models import Reading, VisitRow\n"
        "visit = VisitRow.objects.get(phase__in=UNDER_THE_DRUG, room='Room 1').visit\n"
        "print(visit, Reading.objects.filter(visit=visit).count())\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(home) | {"DJANGO_SETTINGS_MODULE": "openkap.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    visit, count = told.stdout.split()
    return visit, int(count)


def test_its_session_runs_by_itself(running: tuple[Path, str]) -> None:
    """Readings arrive without anybody doing anything."""
    home, _ = running
    _, before = live_visit(home)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while live_visit(home)[1] <= before:
        assert time.monotonic() < deadline, "no reading came"
        time.sleep(1)


def test_a_recording_is_played_into_it(running: tuple[Path, str]) -> None:
    """A real recording at a great pace, as the nurse: told what was read, and all of it stored."""
    if not REAL.exists():
        pytest.skip("the shared recordings are not beside this checkout")
    home, _ = running
    visit, before = live_visit(home)
    typed = ("replay", str(REAL), "--session", visit, "--speed", "100000", "--as", "ines.monitor")
    process = openkap(home, *typed)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    assert "blanks and zeros left out" in said
    assert "688 values are stored" in said
    assert live_visit(home)[1] >= before + 688


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("absent.csv", "--session", "x"), "cannot be read"),
        (("bad.csv", "--session", "x"), "no column"),
        (("good.csv", "--session", "x"), "there is no visit"),
        (("good.csv", "--session", "x", "--speed", "fast"), "--speed"),
        (("good.csv", "--session", "x", "--as", "nobody"), "no account"),
    ],
)
def test_a_recording_that_cannot_be_played(
    running: tuple[Path, str], typed: tuple[str, ...], words: str
) -> None:
    """One sentence and status 2, for the file, the visit, the pace and the account."""
    home, _ = running
    (home / "bad.csv").write_text("t_s,Mood\n0,5\n")
    (home / "good.csv").write_text("t_s,HR[bpm]\n0,70\n")
    process = openkap(home, "replay", *typed)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert words in said
    assert "Traceback" not in said
