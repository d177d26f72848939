"""The secret that signs sessions: made on first use, readable by its owner alone."""

import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from openkap.records.sqlcipher.key import write_once

SECRET_BYTES = 48
_SHORTEST = 50
"""Characters; Django warns of anything shorter."""


def secret(path: Path) -> str:
    """What the file holds; made with mode 0600 where there is none. Two processes at once make one."""
    if not path.exists():
        write_once(path, secrets.token_urlsafe(SECRET_BYTES))
    held = path.read_text(encoding="ascii").strip()
    if len(held) < _SHORTEST:
        raise ImproperlyConfigured(
            f"The secret {path} is shorter than {_SHORTEST} characters."
            " Remove the file: another is made, and everybody signs in again."
        )
    return held
