"""SQLite as OpenKAP needs it: encrypted, durable at every commit, and without the WAL-reset fault."""

import os
import sys
from pathlib import Path
from typing import Any

import sqlcipher3  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured
from sqlcipher3 import dbapi2

from openkap.records.sqlcipher import key as keys

OLDEST_SQLITE = (3, 51, 3)
"""First release without the WAL-reset fault, which loses acknowledged pages."""

# WAL with FULL: a commit is acknowledged only when it is on the disk. NORMAL loses acknowledged rows at a
# power cut, and a memory map shows other processes' half-written pages.
DURABLE = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA mmap_size = 0",
)


def _django_sqlite_backend() -> Any:
    """Django's own backend, importing our SQLite where it says `sqlite3`, and nobody else noticing."""
    swapped = {"sqlite3": sqlcipher3, "sqlite3.dbapi2": dbapi2}
    before = {name: sys.modules.get(name) for name in swapped}
    sys.modules.update(swapped)
    try:
        from django.db.backends.sqlite3 import base
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    assert vars(base)["Database"] is dbapi2, (
        "django.db.backends.sqlite3 was imported before openkap.records.sqlcipher"
    )
    return base


_base = _django_sqlite_backend()


def refuse_old_library(version: tuple[int, ...] | None = None) -> None:
    """Stop before the first byte is written with a library that can lose it."""
    found = dbapi2.sqlite_version_info if version is None else version
    if found < OLDEST_SQLITE:
        raise ImproperlyConfigured(
            f"SQLite {_dotted(found)} can lose acknowledged records; OpenKAP needs"
            f" {_dotted(OLDEST_SQLITE)} or newer: install the sqlcipher3 of requirements/core.txt."
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


class DatabaseWrapper(_base.DatabaseWrapper):  # type: ignore[misc,name-defined]
    """A connection that is keyed before anything is asked of it."""

    def get_connection_params(self) -> dict[str, Any]:
        refuse_old_library()
        params: dict[str, Any] = super().get_connection_params()
        key_file = params.pop("key_file", None)
        if key_file is None:
            raise ImproperlyConfigured('DATABASES["default"]["OPTIONS"] names no key_file.')
        database = Path(str(params["database"]))
        key = keys.for_database(Path(key_file), database)
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        params["factory"] = _keyed(key)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            self._stay_open(conn_params)
            return super().get_new_connection(conn_params)
        except dbapi2.DatabaseError as fault:
            if "file is not a database" not in str(fault):
                raise
            raise ImproperlyConfigured(
                f"The key {self.settings_dict['OPTIONS']['key_file']} does not open the database"
                f" {conn_params['database']}. Put back the key that belongs to it."
            ) from None

    def _stay_open(self, conn_params: dict[str, Any]) -> None:
        """One idle connection a process: closing a database's last one flushes its log, 3 ms a request."""
        database = Path(str(conn_params["database"]))
        if not database.exists() or (os.getpid(), database.stat().st_ino) not in _OPEN:
            connection = super().get_new_connection(conn_params)
            _OPEN[(os.getpid(), database.stat().st_ino)] = connection


_OPEN: dict[tuple[int, int], Any] = {}
"""Process and file → its idle connection. A file put back under the old name, or a fork, needs another."""


def _keyed(key: bytes) -> type[dbapi2.Connection]:
    class Keyed(dbapi2.Connection):  # type: ignore[misc]
        """The raw key goes in before any question is asked. A passphrase would cost 290 ms each time."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            try:
                for pragma in (f"PRAGMA key = \"x'{key.hex()}'\"", *DURABLE):
                    self.execute(pragma)
            except dbapi2.DatabaseError:
                self.close()
                raise

    return Keyed
