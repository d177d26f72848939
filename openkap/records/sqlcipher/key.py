"""The key of the clinic's database: 32 random bytes, in hexadecimal, in a file only its owner can read.

Whoever loses this file loses every record, and whoever copies it can read them, so it is kept apart
from the database and from its backups.
"""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def for_database(path: Path, database: Path) -> bytes:
    """The key that opens `database`. Made on first use; never made anew for a database that exists."""
    if not path.exists() and database.exists() and database.stat().st_size:
        raise ImproperlyConfigured(
            f"The database {database} is there but its key {path} is not."
            " Put the key file back from its backup."
        )
    return read_or_make(path)


def read_or_make(path: Path) -> bytes:
    """The 32 bytes of the key file, made with mode 0600 where there is none."""
    if not path.exists():
        write_once(path, secrets.token_hex(KEY_BYTES) + "\n")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(
            f"The key {path} can be read by others (mode {mode:04o}). Run: chmod 600 {path}"
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"The key file {path} does not hold {KEY_BYTES} bytes in hexadecimal."
            " Put it back from its backup."
        )
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """Another 32-byte key for another purpose, so that one key never does two jobs."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def write_once(path: Path, text: str) -> None:
    """Written aside, mode 0600, and linked into place: two processes at once end with one, whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    opened = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """A key that does not survive a power cut takes the whole database with it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
