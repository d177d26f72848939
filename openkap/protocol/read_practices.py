"""The practices of a patient: a file each, with the steps its timer goes through."""

from collections.abc import Iterable

from openkap.clinical.practices import Practice, PracticeStep
from openkap.protocol.read_placed import in_places
from openkap.protocol.read_rules import read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

FOLDER = "integration/practices"
LONGEST_MINUTES = 60
"""A timer is no lock: what is longer was typed wrong."""


def read_practices(files: Iterable[tuple[Table, str]], known: Known) -> dict[str, Practice]:
    """Every practice by its id, the name of its file, in the order of their places."""
    return in_places(files, lambda table, name: _practice(table, name, known))


def _practice(table: Table, name: str, known: Known) -> Practice:
    steps = tuple(_step(one) for one in table.tables("step"))
    if len({step.seconds is None for step in steps}) != 1:
        table.fault("step", "either each step has its seconds, or none has")
    minutes = tuple(table.get("minutes", list))
    if not minutes or not all(type(one) is int and 0 < one <= LONGEST_MINUTES for one in minutes):
        table.fault("minutes", f"whole minutes from 1 to {LONGEST_MINUTES} are meant, such as [3, 5]")
    return Practice(name, table.text("title"), table.text("says"), minutes, steps, *read_basis(table, known))


def _step(table: Table) -> PracticeStep:
    made = PracticeStep(table.text("says"), table.get("seconds", int) if "seconds" in table else None)
    if made.seconds is not None and made.seconds <= 0:
        table.fault("seconds", "a step takes a second at least")
    table.close()
    return made
