"""What the environment may say, and what is said back when it is wrong."""

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from openkap.config.environment import VARIABLES, postgresql, read, strange
from openkap.config.secret import secret


def test_nothing_set_is_a_home_under_var() -> None:
    """Database, key and secret lie in one folder; nothing of a demonstration, nothing of https."""
    found = read({})
    assert found.home == Path("var").resolve()
    assert found.key_file == found.home / "keys" / "openkap.key"
    assert found.secret_file == found.home / "keys" / "session.secret"
    assert (found.database, found.demo, found.https, found.time_zone) == ("", False, False, "UTC")
    assert found.hosts == ("localhost", "127.0.0.1", "[::1]")


def test_each_variable_changes_its_own_thing(tmp_path: Path) -> None:
    """Set all of them: each is read."""
    found = read(
        {
            "OPENKAP_HOME": str(tmp_path),
            "OPENKAP_KEY_FILE": str(tmp_path / "k"),
            "OPENKAP_SECRET_FILE": str(tmp_path / "s"),
            "OPENKAP_DATABASE": "postgresql://u@h/d",
            "OPENKAP_DEMO": "1",
            "OPENKAP_HTTPS": "1",
            "OPENKAP_HOSTS": "a.example, b.example,",
            "OPENKAP_TIME_ZONE": "Europe/Zurich",
            "OPENKAP_INSTRUMENTS": str(tmp_path / "i"),
            "OPENKAP_REGION": "elsewhere",
        }
    )
    assert (found.home, found.key_file, found.secret_file) == (tmp_path, tmp_path / "k", tmp_path / "s")
    assert (found.database, found.demo, found.https) == ("postgresql://u@h/d", True, True)
    assert found.hosts == ("a.example", "b.example")
    assert found.time_zone == "Europe/Zurich"
    assert (found.instruments, found.region) == (tmp_path / "i", "elsewhere")


def test_a_folder_of_instruments_in_the_home_is_found(tmp_path: Path) -> None:
    """Unnamed it may be missing; there, it counts."""
    home = {"OPENKAP_HOME": str(tmp_path)}
    assert read(home).instruments is None
    (tmp_path / "instruments").mkdir()
    assert read(home).instruments == tmp_path / "instruments"


@pytest.mark.parametrize(("value", "on"), [("", False), ("0", False), ("1", True)])
def test_a_switch_is_on_or_off(value: str, *, on: bool) -> None:
    """One for yes, nought or nothing for no."""
    assert read({"OPENKAP_DEMO": value}).demo is on


@pytest.mark.parametrize("value", ["yes", "true", "2", " 1"])
def test_a_switch_that_is_neither_is_said(value: str) -> None:
    """A demonstration that is "maybe" on would be a danger: the variable is named."""
    with pytest.raises(ImproperlyConfigured, match="OPENKAP_DEMO"):
        read({"OPENKAP_DEMO": value})


def test_a_misspelt_setting_is_found() -> None:
    """It would silently do nothing."""
    assert strange({"OPENKAP_HOME": "x", "OPENKAP_HOEM": "x", "PATH": "x"}) == ["OPENKAP_HOEM"]
    assert strange(dict.fromkeys(VARIABLES, "")) == []


def test_an_address_of_postgresql_is_taken_apart() -> None:
    """User, password, host, port and name; what is escaped in the address is not in the setting."""
    found = postgresql("postgresql://kap:p%40ss@db.example:5433/open%20kap")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "open kap",
        "USER": "kap",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": 5433,
    }


@pytest.mark.parametrize(
    "address",
    [
        "mysql://h/d",
        "postgresql://h",
        "openkap",
        "postgresql://h/",
        "postgresql://u:hush@h:xx/d",
        "postgresql://u:hush@h:65536/d",
        "postgresql://u:hush@[h/d",
    ],
)
def test_another_address_is_refused(address: str) -> None:
    """Another database, none named, or no port: one sentence with the form it should have."""
    with pytest.raises(ImproperlyConfigured, match="postgresql://user:password@host") as refused:
        postgresql(address)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("zone", ["Mars/X", "America", "/etc/passwd", "../UTC", "Europe/Zurich\0", "CEST+1 "])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    """In one sentence that names the variable."""
    with pytest.raises(ImproperlyConfigured, match="OPENKAP_TIME_ZONE"):
        read({"OPENKAP_TIME_ZONE": zone})


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    """The same on every start, long, and readable by its owner alone."""
    path = tmp_path / "keys" / "session.secret"
    made = secret(path)
    assert secret(path) == made
    assert len(made) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert secret(tmp_path / "other") != made
    assert [file.name for file in path.parent.iterdir()] == ["session.secret"]


def test_many_starting_at_once_agree_on_one_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody ever reads a file that is there and still empty."""
    slow = os.fdopen

    def pausing(*args: Any, **more: Any) -> Any:
        time.sleep(0.02)  # between the making of a file and its first letter
        return slow(*args, **more)

    monkeypatch.setattr(os, "fdopen", pausing)
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: secret(tmp_path / "session.secret"), range(8)))
    assert len(made) == 1
    assert len(made.pop()) >= 50


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    """Sessions signed with nothing could be signed by anybody."""
    (tmp_path / "session.secret").touch()
    with pytest.raises(ImproperlyConfigured, match="session.secret"):
        secret(tmp_path / "session.secret")
