"""A command that looks at what was kept never makes an empty database to look at."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.test_cli import PROGRAM, ROOT

VISIT = "t_s,HR[bpm]\n0,70\n"
LOOKING = (("verify",), ("rebuild",), ("replay", "{recording}", "--session", "x"))


def openkap(home: Path, *typed: str) -> "subprocess.CompletedProcess[str]":
    recording = home.parent / "recording.csv"
    recording.write_text(VISIT, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *(word.format(recording=recording) for word in typed)],
        cwd=ROOT,
        env=os.environ | {"OPENKAP_HOME": str(home), "OPENKAP_DATABASE": "", "OPENKAP_DEMO": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(told: "subprocess.CompletedProcess[str]", words: str) -> bool:
    return told.returncode == 2 and len(told.stderr.splitlines()) == 1 and words in told.stderr


@pytest.mark.parametrize("typed", LOOKING)
def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path, typed: tuple[str, ...]) -> None:
    """One sentence, exit status 2, and neither a database nor a key afterwards."""
    home = tmp_path / "home"
    assert refused(openkap(home, *typed), "There is no database at")
    assert not list(home.rglob("*openkap*"))


def test_a_ledger_that_was_deleted_is_not_called_whole(tmp_path: Path) -> None:
    """Whole while it is there; then its key alone is left; then an empty file stands in its place."""
    home = tmp_path / "home"
    assert openkap(home, "migrate").returncode == 0
    assert openkap(home, "verify").returncode == 0
    database = home / "data" / "openkap.sqlite3"
    for file in database.parent.iterdir():
        file.unlink()
    for typed in ("verify", "rebuild", "migrate"):
        assert refused(openkap(home, typed), "that it opens is not"), typed
        assert not database.exists()
    database.touch()
    assert refused(openkap(home, "verify"), "holds nothing")
