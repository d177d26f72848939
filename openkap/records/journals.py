"""Pages of a patient's journal, sealed: a copy of the database, or a look into it, shows none.

The key comes from the clinic's key file. Whoever holds that file and the database can open them, and the page
of the journal says so: this is no note that its writer's passphrase alone opens.
"""

from base64 import b64decode, b64encode
from pathlib import Path

from django.conf import settings

from openkap.records import sealing
from openkap.records.models import JournalRow
from openkap.records.sqlcipher import key as keys


def seal(user: str, page: str, held: bytes) -> str:
    """The box of one page of one person."""
    return "".join(sealing.seal(_key(), b64encode(held).decode("ascii"), _about(user, page)))


def opened(row: JournalRow) -> bytes:
    """What a page holds; sealing.CannotOpen where its box was changed or moved."""
    return b64decode(sealing.unseal(_key(), (row.box,), _about(str(row.user_id), row.id)))


def _key() -> bytes:
    return keys.derived(keys.read_or_make(Path(settings.OPENKAP.key_file)), "openkap journals 1")


def _about(user: str, page: str) -> str:
    return f"journal|{user}|{page}"
