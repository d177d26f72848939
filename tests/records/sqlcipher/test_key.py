"""The key file: made once, for its owner alone."""

import stat
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from openkap.records.sqlcipher import key as keys


def test_a_key_is_made_on_first_use_for_its_owner_alone(tmp_path):
    """32 random bytes, mode 0600, in a folder of mode 0700, and nothing left beside it."""
    path = tmp_path / "keys" / "openkap.key"
    key = keys.read_or_make(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["openkap.key"]
    assert keys.read_or_make(path) == key


def test_two_keys_are_never_alike(tmp_path):
    """Each home has its own."""
    assert keys.read_or_make(tmp_path / "a") != keys.read_or_make(tmp_path / "b")


def test_many_starting_at_once_agree_on_one_key(tmp_path):
    """Whoever loses the race uses the winner's key."""
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(keys.read_or_make(tmp_path / "k"))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len(set(found)) == 1


def test_an_empty_database_file_may_get_a_new_key(tmp_path):
    """A file of no bytes holds nothing that a new key could lock away."""
    (tmp_path / "db").touch()
    assert keys.for_database(tmp_path / "k", tmp_path / "db")
    (tmp_path / "db2").write_bytes(b"x")
    with pytest.raises(ImproperlyConfigured, match="its key"):
        keys.for_database(tmp_path / "k2", tmp_path / "db2")


def test_a_derived_key_is_another_for_each_purpose():
    """One key never does two jobs."""
    key = b"k" * 32
    assert len({key, keys.derived(key, "heads"), keys.derived(key, "anchors")}) == 3
