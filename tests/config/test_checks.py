"""What must hold before anything is served."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from openkap.config import checks
from openkap.protocol.fault import Fault, ProtocolFault


def ids(found: list[object]) -> list[str]:
    return [message.id for message in found]


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, on SQLite."""
    settings.OPENKAP = dataclasses.replace(
        settings.OPENKAP,
        home=tmp_path,
        key_file=tmp_path / "keys" / "openkap.key",
        secret_file=tmp_path / "keys" / "session.secret",
        database="",
        demo=False,
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").mkdir()
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "data" / "openkap.sqlite3")
    return tmp_path


@pytest.mark.parametrize(("version", "found"), [((3, 51, 3), []), ((3, 51, 2), ["openkap.E001"])])
def test_an_sqlite_that_loses_rows_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], found: list[str]
) -> None:
    """3.51.3 has the mend, 3.51.2 has not."""
    monkeypatch.setattr(dbapi2, "sqlite_version_info", version)
    assert ids(checks.sqlite_is_new_enough()) == found


def test_a_database_without_its_key_is_named(home: Path) -> None:
    """No database: fine. A database and no key: not fine. Both: fine."""
    assert checks.key_is_there() == []
    (home / "data" / "openkap.sqlite3").touch()
    assert ids(checks.key_is_there()) == ["openkap.E002"]
    (home / "keys" / "openkap.key").touch()
    assert checks.key_is_there() == []


def test_a_key_without_its_database_is_named(home: Path, settings: Any) -> None:
    """Somebody removed or moved the database. In a demonstration nothing can be lost."""
    assert checks.database_is_there() == []
    (home / "keys" / "openkap.key").touch()
    assert ids(checks.database_is_there()) == ["openkap.E005"]
    settings.OPENKAP = dataclasses.replace(settings.OPENKAP, demo=True)
    assert checks.database_is_there() == []
    settings.OPENKAP = dataclasses.replace(settings.OPENKAP, demo=False)
    (home / "data" / "openkap.sqlite3").touch()
    assert checks.database_is_there() == []


@pytest.mark.parametrize(
    ("mode", "found"), [(0o600, []), (0o640, ["openkap.E003"]), (0o604, ["openkap.E003"])]
)
def test_a_key_that_others_may_read_is_named(home: Path, mode: int, found: list[str]) -> None:
    """One bit for the group or for everybody is one too many."""
    key = home / "keys" / "openkap.key"
    key.touch()
    key.chmod(mode)
    assert ids(checks.keys_are_private()) == found


def test_a_broken_protocol_stops_the_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault of the protocol is the sentence; a whole one says nothing."""
    assert checks.protocol_is_whole() == []

    def broken() -> None:
        raise ProtocolFault([Fault("dosing/before-dose.toml, rule 3", "'maybe' is not a grade")])

    monkeypatch.setattr(checks, "shipped", broken)
    (found,) = checks.protocol_is_whole()
    assert found.id == "openkap.E004"
    assert "before-dose.toml" in found.msg


@pytest.mark.parametrize(("region", "found"), [("us", []), ("elsewhere", []), ("atlantis", ["openkap.E006"])])
def test_a_region_without_crisis_lines_stops_the_start(
    home: Path, settings: Any, region: str, found: list[str]
) -> None:
    """A patient in danger must not meet an empty page."""
    settings.OPENKAP = dataclasses.replace(settings.OPENKAP, region=region)
    assert ids(checks.region_has_a_crisis_line()) == found


def test_a_key_beside_its_database_is_warned_of(home: Path, settings: Any) -> None:
    """In the same folder they are stolen together; a demonstration has nothing to steal."""
    assert checks.key_is_kept_apart() == []
    together = dataclasses.replace(settings.OPENKAP, key_file=home / "data" / "openkap.key")
    settings.OPENKAP = together
    assert ids(checks.key_is_kept_apart()) == ["openkap.W001"]
    settings.OPENKAP = dataclasses.replace(together, demo=True)
    assert checks.key_is_kept_apart() == []


def test_a_misspelt_setting_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, with the names that are known."""
    monkeypatch.setenv("OPENKAP_DEMOO", "1")
    assert [m.id for m in checks.settings_are_spelt_right() if "OPENKAP_DEMOO" in m.msg] == ["openkap.W002"]
