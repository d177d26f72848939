"""The secret that signs sessions: made on first use, readable by its owner alone."""

import os
import secrets
from pathlib import Path


def secret(path: Path) -> str:
    """What the file holds; made with mode 0600 where there is none. Two processes at once make one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
