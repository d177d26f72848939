"""What preparation asks for: permissions, holds, and the lines of its checklist."""

from collections.abc import Iterable
from datetime import timedelta

from openkap.clinical.prepared_for import Hold, Permission, ReadinessItem
from openkap.clinical.rules import Absent
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Place, Table
from openkap.protocol.read_when import Known, read_absent

GROUPS = ("touch", "recording", "people")
_MEDICINE = "{medicine}"


def read_permissions(table: Table, known: Known, consents: Iterable[str]) -> list[Permission]:
    found: dict[str, Permission] = {}
    for one in table.tables("permission"):
        name, group, says = fresh_id(one, found), one.word("group", GROUPS), one.text("says")
        document, rehearsed = one.text("document", ""), one.get("rehearsed", bool)
        if document and document not in consents:
            one.fault("document", f"{document!r} is not a consent of consents/")
        found[name] = Permission(name, group, says, document, rehearsed, *read_basis(one, known))
        one.close()
    return list(found.values())


def read_holds(table: Table, known: Known) -> list[Hold]:
    found: dict[str, Hold] = {}
    for one in table.tables("hold"):
        name, says, note = fresh_id(one, found), one.text("says"), one.text("note", "")
        before, medicines = one.span("before"), one.texts("medicines", ())
        for medicine in medicines:
            if medicine not in known.value_sets:
                one.fault("medicines", f"{medicine!r} is not a value set of codes/")
        if (_MEDICINE in says) is not bool(medicines):
            one.fault("says", f"{_MEDICINE} stands for the person's own, so it goes with medicines")
        found[name] = Hold(name, says, note, before, medicines, *read_basis(one, known))
        one.close()
    return list(found.values())


def read_lines(table: Table) -> list[tuple[ReadinessItem, Place]]:
    """The lines, each with its place for whoever checks the rules it names."""
    found: dict[str, tuple[ReadinessItem, Place]] = {}
    for one in table.tables("line"):
        name, title, rules = fresh_id(one, found), one.text("title"), one.texts("rules")
        if not rules:
            one.fault("rules", "a line without a rule could never wait")
        item = ReadinessItem(
            id=name,
            title=title,
            rules=rules,
            shows=_shows(one),
            lead=one.span("lead") or timedelta(0),
            each_dose=one.get("each_dose", bool, False),
            place=one.text("place"),
        )
        found[name] = item, one.where
        one.close()
    return list(found.values())


def _shows(table: Table) -> Absent:
    """The fact that answers a line: an `absent` condition whose first key is called `fact`."""
    shows = table.table("shows")
    made = read_absent(shows, "fact")
    shows.close()
    return made
