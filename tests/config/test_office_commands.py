"""The small commands: verify, rebuild, user, migrate."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from openkap.config.cli import main
from openkap.records.decoded import BrokenEntry
from openkap.records.models import ChartRow, User

pytestmark = pytest.mark.django_db


def test_verify_says_the_ledger_is_whole(
    open_chart: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 0."""
    open_chart()
    assert main(["verify"]) == 0
    assert "whole" in capsys.readouterr().out


def test_rebuild_makes_the_lists_again(open_chart: Callable[..., str]) -> None:
    """From the ledger alone."""
    open_chart()
    before = list(ChartRow.objects.values())
    assert main(["rebuild"]) == 0
    assert list(ChartRow.objects.values()) == before


def add(password: str, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", "add", "ada", "--name", "Ada Berg", *more])


def test_an_account_is_added(clinic: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a password that is never an argument."""
    assert add("correct horse battery", monkeypatch, "--role", "monitor") == 0
    user = User.objects.get(username="ada")
    assert (user.role, user.clinic_id) == ("monitor", clinic.id)
    assert user.check_password("correct horse battery")


@pytest.mark.parametrize(
    ("password", "role"),
    [("short", "monitor"), ("correct horse battery", "wizard"), ("correct horse battery", "patient")],
)
def test_a_wrong_account_is_refused(
    password: str,
    role: str,
    clinic: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one sentence, exit status 2."""
    assert add(password, monkeypatch, "--role", role) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not User.objects.filter(username="ada").exists()


def test_an_anchor_taken_outside_is_written_and_compared(
    clinic: object, open_chart: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written when whole, accepted while it agrees; a file that is no anchor is refused by name."""
    anchor = tmp_path / "heads.json"
    open_chart()
    assert main(["verify", "--write-anchor", str(anchor)]) == 0
    assert main(["verify", "--anchor", str(anchor)]) == 0
    assert "Anchored the ends of 2 ledgers" in capsys.readouterr().out
    anchor.write_text("{}")
    assert main(["verify", "--anchor", str(anchor)]) == 2
    assert "this is not an anchor file" in capsys.readouterr().err


def test_a_ledger_that_cannot_be_read_is_not_rebuilt_over(
    open_chart: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence and exit status 2; the lists stay as they were."""
    open_chart()

    def broken() -> int:
        raise BrokenEntry("entry 1 cannot be read")

    monkeypatch.setattr("openkap.records.projections.rebuild", broken)
    assert main(["rebuild"]) == 2
    assert "Nothing was rebuilt: entry 1 cannot be read" in capsys.readouterr().err
    assert ChartRow.objects.count() == 1
