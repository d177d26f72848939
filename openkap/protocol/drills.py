"""The drills of a folder: protocol/drills, checked as they are read."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from functools import cache
from pathlib import Path

from openkap.clinical.drills import Drill, Expected, Moment
from openkap.clinical.entries import KINDS
from openkap.clinical.protocol import Protocol
from openkap.protocol.doors import codes
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.load import shipped
from openkap.protocol.read_content import needed_span
from openkap.protocol.read_rules import BASES
from openkap.protocol.read_toml import Faults, Table, read

FOLDER = Path(__file__).parent / "drills"


@cache
def drills() -> dict[str, Drill]:
    """Every drill by its id, in the order of their titles, read once."""
    return load(FOLDER)


def load(folder: Path) -> dict[str, Drill]:
    """The drills of a folder. Raises ProtocolFault with every fault."""
    faults = Faults()
    tables = [
        (read(path, f"drills/{path.name}", faults), path.stem) for path in sorted(folder.glob("*.toml"))
    ]
    made = [_drill(table, name, shipped()) for table, name in tables]
    if faults.found:
        raise ProtocolFault(faults.found)
    return {drill.id: drill for drill in sorted(made, key=lambda drill: drill.title)}


def _drill(table: Table, name: str, protocol: Protocol) -> Drill:
    sources = table.texts("sources")
    for source in sources:
        if source not in protocol.sources:
            table.fault("sources", f"{source!r} is not in sources.toml")
    made = Drill(
        id=name,
        title=table.text("title"),
        says=table.text("says"),
        route=table.word("route", tuple(protocol.routes)),
        minute=table.get("minute", int),
        lasts=needed_span(table, "lasts") or timedelta(0),
        moments=tuple(_moments(table)),
        expected=tuple(_expected(one, protocol) for one in table.tables("expected")),
        basis=table.word("basis", BASES),
        sources=sources,
    )
    if not made.expected:
        table.fault("expected", "a drill expects something")
    for one in made.expected:
        if one.within > made.lasts:
            table.fault("expected", f"{one.says!r} is expected after the drill is over")
    table.close()
    return made


def _moments(table: Table) -> Iterator[Moment]:
    before: Moment | None = None
    signals = {signal.id for signal in codes().signals.values()}
    for one in table.tables("moment"):
        signs = one.table("signs")
        values = {name: signs.number(name) for name in sorted(signals) if name in signs}
        signs.close()
        moment = Moment(needed_span(one, "after") or timedelta(0), values, one.text("says", ""))
        one.close()
        if before is None and moment.after:
            one.fault("after", "the first moment is at 0 s")
        elif before is not None and moment.after <= before.after:
            one.fault("after", "the moments must rise")
        if before is not None and set(moment.signs) != set(before.signs):
            one.fault("signs", "every moment has the same signals")
        before = moment
        yield moment
    if before is None:
        table.fault("moment", "a drill shows something")


def _expected(table: Table, protocol: Protocol) -> Expected:
    kinds = tuple(filter(None, (table.word("entry", tuple(KINDS)), table.text("or", ""))))
    being = {name: tuple(values) for name, values in table.get("being", dict, {}).items()}
    for name, values in being.items():
        if any(name not in {field.name for field in fields(KINDS[kind])} for kind in kinds if kind in KINDS):
            table.fault("being", f"{kinds[0]!r} has no field {name!r}")
        for value in values if name == "event" else ():
            if protocol.room.event(value) is None:
                table.fault("being", f"{value!r} is not one of the room's events")
    if kinds[-1] not in KINDS:
        table.fault("or", f"{kinds[-1]!r} is no kind of entry")
    made = Expected(table.text("says"), needed_span(table, "within") or timedelta(0), kinds, being)
    table.close()
    return made
