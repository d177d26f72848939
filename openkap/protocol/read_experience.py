"""What patients may say of a dose besides their own words."""

from collections.abc import Iterable
from datetime import timedelta

from openkap.clinical.experience import NOTHING_SAID, Experience
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

FOLDER = "integration/experience"


def read_experience(files: Iterable[tuple[Table, str]], known: Known) -> Experience:
    """The one file of the folder."""
    made = NOTHING_SAID
    for table, _ in files:
        if made is not NOTHING_SAID:
            table.fault("descriptor", "another file of this folder has these words already")
        besides, felt, turned_out = (_words(table, key) for key in ("descriptor", "felt", "turned_out"))
        after = table.span("looks_back_after") or timedelta(0)
        made = Experience(besides, felt, turned_out, after, *read_basis(table, known))
        table.close()
    return made


def _words(table: Table, key: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for one in table.tables(key):
        name = fresh_id(one, made)
        made[name] = one.text("says")
        one.close()
    return made
