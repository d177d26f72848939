"""A disk that forgets: what was not yet synced is gone when this program is killed, as in a power cut.

python -m tests.trials.volatile DISK MOUNT     shows the files of DISK at MOUNT until it ends

A write stays in this program's memory; fsync carries it to DISK. Making, removing and renaming a file are
carried at once, which no SQLite database in WAL mode relies on while it is open.
"""

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

from mfusepy import FUSE, FuseOSError, Operations

Change = tuple[int, bytes] | int
"""Bytes at an offset, or a new length."""


class Volatile(Operations):  # type: ignore[misc]
    """One flat folder."""

    use_ns = True

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        self.seen = {path.name: bytearray(path.read_bytes()) for path in disk.iterdir()}
        self.unsynced: dict[str, list[Change]] = {name: [] for name in self.seen}

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        owner = {"st_uid": os.getuid(), "st_gid": os.getgid()}
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2, **owner}
        held = self._held(path)
        return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": len(held), **owner}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *self.seen]

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        (self.disk / path[1:]).touch()
        self.seen[path[1:]], self.unsynced[path[1:]] = bytearray(), []
        return 0

    def unlink(self, path: str) -> None:
        self._held(path)
        (self.disk / path[1:]).unlink()
        del self.seen[path[1:]], self.unsynced[path[1:]]

    def rename(self, old: str, new: str) -> None:
        self._held(old)
        (self.disk / old[1:]).rename(self.disk / new[1:])
        for of in (self.seen, self.unsynced):
            of[new[1:]] = of.pop(old[1:])

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._held(path)[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        put(self._held(path), (offset, data))
        self.unsynced[path[1:]].append((offset, data))
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        put(self._held(path), length)
        self.unsynced[path[1:]].append(length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        changes, self.unsynced[path[1:]] = self.unsynced[path[1:]], []
        with (self.disk / path[1:]).open("r+b") as file:
            for change in changes:
                if isinstance(change, int):
                    file.truncate(change)
                else:
                    file.seek(change[0])
                    file.write(change[1])
        return 0

    def chmod(self, path: str, mode: int) -> int:
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def _held(self, path: str) -> bytearray:
        try:
            return self.seen[path[1:]]
        except KeyError:
            raise FuseOSError(errno.ENOENT) from None


def put(held: bytearray, change: Change) -> None:
    """One change to the bytes of a file; a gap is filled with zeros."""
    if isinstance(change, int):
        del held[change:]
        held.extend(bytes(change - len(held)))
    else:
        offset, data = change
        held.extend(bytes(max(0, offset - len(held))))
        held[offset : offset + len(data)] = data


if __name__ == "__main__":
    FUSE(Volatile(Path(sys.argv[1])), sys.argv[2], foreground=True, nothreads=True)
