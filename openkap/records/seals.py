"""The seal on a chain's head, which only the holder of the clinic's key can make.

Hashes alone show a changed row; whoever can write to the database can recompute them all, but not the seal.
"""

import hashlib
import hmac
from functools import cache
from pathlib import Path

from django.conf import settings

from openkap.records.canonical import spelled
from openkap.records.sqlcipher import key as keys


def seal(subject: str, seq: int, last_hash: str) -> str:
    """HMAC-SHA256 over where a chain ends."""
    said = spelled([subject, seq, last_hash]).encode("utf-8", "surrogatepass")
    return hmac.new(_key(str(settings.OPENKAP.key_file)), said, hashlib.sha256).hexdigest()


@cache
def _key(path: str) -> bytes:
    return keys.derived(keys.read_or_make(Path(path)), "openkap heads 1")
