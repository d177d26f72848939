"""The kinds of integration session: a file each, with the parts its form is drawn from."""

from collections.abc import Iterable

from openkap.clinical.sessions import SessionKind, SessionPart
from openkap.protocol.read_placed import in_places
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

FOLDER = "integration/sessions"


def read_sessions(files: Iterable[tuple[Table, str]], known: Known) -> dict[str, SessionKind]:
    """Every kind by its id, the name of its file, in the order of their places."""
    return in_places(files, lambda table, name: _kind(table, name, known))


def _kind(table: Table, name: str, known: Known) -> SessionKind:
    parts: dict[str, SessionPart] = {}
    for one in table.tables("part"):
        part = _part(one, fresh_id(one, parts))
        parts[part.id] = part
    if not any(part.required for part in parts.values()):
        table.fault("part", "a session without a required part could be recorded empty")
    together = table.get("together", bool, default=False)
    basis, sources = read_basis(table, known)
    title, says = table.text("title"), table.text("says")
    return SessionKind(name, title, says, tuple(parts.values()), together, basis, sources)


def _part(table: Table, name: str) -> SessionPart:
    made = SessionPart(
        name,
        table.text("label"),
        table.text("hint", ""),
        long=table.get("long", bool, default=False),
        required=table.get("required", bool, default=False),
    )
    table.close()
    return made
