"""The database file: encrypted, durable, on a library that is new enough, and opened by its own key alone."""

import os
import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from openkap.records.models import Clinic
from openkap.records.sqlcipher.base import refuse_old_library
from tests.records.process import migrated, run

CANARY = "Canary-Xyzzy-4711"
WRITE = f"""
from openkap.records.accounts import create_clinic
create_clinic({CANARY!r})
print(connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[0])
create_clinic({CANARY!r})
"""
COUNT = "from openkap.records.models import Clinic; print(Clinic.objects.count())"
needs_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a test of the SQLite file")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A database with the canary in it, closed."""
    home = tmp_path_factory.mktemp("home")
    migrated(home)
    assert run(home, WRITE).returncode == 0
    return home


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 40, 1), (2, 99, 99)])
def test_an_old_library_is_refused_with_one_sentence(version):
    """3.51.2 still has the fault that loses acknowledged rows."""
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_old_library(version)
    said = str(refused.value)
    assert ".".join(map(str, version)) in said
    assert "3.51.3 or newer" in said
    assert "\n" not in said


def test_the_first_good_library_is_taken():
    """3.51.3 mended it."""
    refuse_old_library((3, 51, 3))


def test_a_server_with_an_old_library_does_not_start(tmp_path):
    """The refusal stands before the first connection: no database file is made."""
    old = "from sqlcipher3 import dbapi2; dbapi2.sqlite_version_info = (3, 51, 2)\n"
    told = run(tmp_path, old + "connection.ensure_connection()")
    assert told.returncode == 1
    assert (
        told.stderr.strip()
        .splitlines()[-1]
        .startswith("django.core.exceptions.ImproperlyConfigured: SQLite 3.51.2")
    )
    assert not (tmp_path / "data").exists()


@needs_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("mmap_size", 0),
        ("busy_timeout", 20_000),
        ("cipher_version", None),
    ],
)
def test_every_connection_is_durable(pragma, value):
    """Read back from the connection itself, not from our own settings."""
    with connection.cursor() as cursor:
        found = cursor.execute(f"PRAGMA {pragma}").fetchone()
    assert found[0] == value if value is not None else found[0]


def test_nothing_in_the_files_can_be_read_without_the_key(home):
    """Neither the database nor its write-ahead log holds a word that was written."""
    program = (
        WRITE
        + f"""
import pathlib
files = list(pathlib.Path({str(home)!r}, "data").iterdir())
print(sorted(f.name for f in files), sum(f.stat().st_size for f in files if f.name.endswith("-wal")) > 0)
print([f.name for f in files if {CANARY.encode()!r} in f.read_bytes()])
"""
    )
    told = run(home, program).stdout.splitlines()
    assert told[-2].endswith("True"), "the write-ahead log was empty, so this showed nothing"
    assert told[-1] == "[]"
    for file in (home / "data").iterdir():
        assert CANARY.encode() not in file.read_bytes()
        assert not file.read_bytes().startswith(b"SQLite format 3")


def test_plain_sqlite_cannot_open_it(home):
    """To any other program the file is noise."""
    other = sqlite3.connect(home / "data" / "openkap.sqlite3")
    with pytest.raises(sqlite3.DatabaseError, match="file is not a database"):
        other.execute("SELECT count(*) FROM sqlite_master")
    other.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda key: key.write_text("ab" * 32), "does not open the database"),
        (lambda key: key.write_text("ab" * 31), "does not hold 32 bytes"),
        (lambda key: key.write_text("zz" * 32), "does not hold 32 bytes"),
        (lambda key: key.unlink(), "Put the key file back"),
        (lambda key: os.chmod(key, 0o644), "chmod 600"),
    ],
)
def test_a_wrong_or_missing_key_is_one_clear_sentence(home, tmp_path, spoil, said):
    """A database is never opened with a guess, and a new key is never made for an old database."""
    key, spoilt = home / "keys" / "openkap.key", tmp_path / "key"
    spoilt.write_bytes(key.read_bytes())
    os.chmod(spoilt, 0o600)
    spoil(spoilt)
    there = spoilt.exists()
    told = run(home, COUNT, OPENKAP_KEY_FILE=str(spoilt))
    last = told.stderr.strip().splitlines()[-1]
    assert told.returncode == 1
    assert "ImproperlyConfigured" in last
    assert said in last
    assert str(spoilt) in last
    assert spoilt.exists() == there


def test_the_right_key_still_opens_it(home):
    """The refusals above changed nothing."""
    assert int(run(home, COUNT).stdout) >= 2


def test_swapping_the_library_is_seen_by_nobody_else():
    """After the backend is loaded `import sqlite3` is Python's own again."""
    import sqlite3 as again

    assert again is sqlite3
    assert not hasattr(again, "sqlcipher_export")
    assert again.__name__ == "sqlite3"
    assert Clinic._meta.app_label == "records"


def test_a_changed_byte_in_the_file_is_told_and_no_traceback(tmp_path):
    """Every page carries a seal of its own: bytes changed on the disk are not decrypted into other words."""
    database = migrated(tmp_path)
    assert (
        run(tmp_path, WRITE + "connection.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')").returncode
        == 0
    )
    content = bytearray(database.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page + 2000] ^= 1
    database.write_bytes(content)
    told = run(tmp_path, "from openkap.records.verify import verify; print(*verify())")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("database: it cannot be read to its end")
