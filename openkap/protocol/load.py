"""TOML to the types of openkap.clinical, or a refusal to start that names file and key."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from openkap.clinical.consent_text import ConsentText
from openkap.clinical.crisis import Crisis, Escalation
from openkap.clinical.experience import NOTHING_SAID
from openkap.clinical.intake import Intake
from openkap.clinical.practices import Practice
from openkap.clinical.prepared_for import Hold, Permission, ReadinessItem
from openkap.clinical.protocol import ChecklistItem, Negations, Number, Protocol, Route, Unset
from openkap.clinical.rules import Rule
from openkap.clinical.sessions import SessionKind
from openkap.protocol import slot
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.overlay import laid_over
from openkap.protocol.read_alerts import AlertFiles
from openkap.protocol.read_consents import read_consents
from openkap.protocol.read_content import (
    needed_span,
    read_checklist,
    read_number,
    read_route,
)
from openkap.protocol.read_experience import FOLDER as EXPERIENCE
from openkap.protocol.read_experience import read_experience
from openkap.protocol.read_instruments import read_instrument, read_licensed
from openkap.protocol.read_intake import check_intake, read_intake
from openkap.protocol.read_planning import PlanningFiles
from openkap.protocol.read_practices import FOLDER as PRACTICES
from openkap.protocol.read_practices import read_practices
from openkap.protocol.read_preparation import read_holds, read_lines, read_permissions
from openkap.protocol.read_room import RoomFiles
from openkap.protocol.read_rules import (
    leaning,
    read_measurements,
    read_negations,
    read_rule,
    read_sources,
    read_value_set,
)
from openkap.protocol.read_safety import read_crisis, read_escalation
from openkap.protocol.read_sessions import FOLDER as SESSIONS
from openkap.protocol.read_sessions import read_sessions
from openkap.protocol.read_toml import Faults, Place, Table, parsed, read
from openkap.protocol.read_when import Known

__all__ = ["ProtocolFault", "load", "shipped"]

CHANGES = "the clinic's changes"
"""What an overlay that is no file is called in a fault."""
STAGES = ("screening", "preparation", "dosing", "integration", "maintenance")
_FOLDERS = (
    *STAGES,
    EXPERIENCE,
    PRACTICES,
    SESSIONS,
    "alerts",
    "device_limits",
    "codes",
    "instruments",
    "routes",
    "consents",
    "crisis",
    "planning",
    "kinetics",
    "explained",
    "devices",  # read by protocol/doors.py
    "drills",  # read by protocol/drills.py
)
_FILES = ("escalation.toml", "measurements.toml", "negations.toml", "program.toml", "sources.toml")


@cache
def shipped() -> Protocol:
    """The protocol that comes with the program, read once."""
    return load()


def load(folder: Path | None = None, overlay: Path | str = "") -> Protocol:
    """The protocol of a folder, a clinic's changes laid over it: a file, or TOML text, "" for none.

    Raises ProtocolFault with every fault.
    """
    loading = _Loading(folder or Path(__file__).parent)
    protocol = loading.protocol()
    if overlay and not loading.faults.found:
        changes = _changes(overlay, loading.faults)
        protocol = laid_over(protocol, changes, loading.known)
        whole = sha256(protocol.hash.encode() + changes.where.text.encode()).hexdigest()
        protocol = replace(protocol, hash=whole)
    loading.must_be_whole()
    return protocol


def _changes(overlay: Path | str, faults: Faults) -> Table:
    if isinstance(overlay, Path):
        return read(overlay, overlay.name, faults)
    return parsed(overlay, CHANGES, faults)


class _Loading:
    """One reading of a folder: what may be named is read before what names it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.faults, self.known = folder, Faults(), Known()
        self.rules: dict[str, Rule] = {}
        self.places: dict[str, Place] = {}
        self.unset: list[Unset] = []
        self.routes: dict[str, Route] = {}
        self.checklists: dict[str, tuple[ChecklistItem, ...]] = {}
        self.consents: dict[str, ConsentText] = {}
        self.numbers: dict[str, Number] = {}
        self.permissions: dict[str, Permission] = {}
        self.holds: list[Hold] = []
        self.readiness: list[ReadinessItem] = []
        self.confirms_dose: list[str] = []
        self.room = RoomFiles(self.known)
        self.sessions: dict[str, SessionKind] = {}
        self.practices: dict[str, Practice] = {}
        self.experience = NOTHING_SAID
        self.negations = Negations()
        self.crisis: dict[str, Crisis] = {}
        self.escalation: tuple[Escalation, ...] = ()
        self.intake = Intake()
        self.intake_table: Table | None = None
        self.version = ""
        self.planning = PlanningFiles(self.known, self.faults)
        self.alerts = AlertFiles(self.known)

    def protocol(self) -> Protocol:
        self._strays()
        self._ground()
        self._must_be_read()
        self._folders()
        self._must_be_read()
        for stage in STAGES:
            for table, topic in self._files(stage):
                self._stage(table, stage, topic)
        for table, _ in self._files("alerts"):
            self.alerts.read(table)
            self._numbers(table, "dosing")
            table.close()
        self._must_be_read()
        self._alerts()
        self._questions()
        self._lines()
        known = self.known
        return Protocol(
            version=self.version,
            hash="" if self.faults.found else self._digest(),
            rules=tuple(self.rules.values()),
            sources=known.sources,
            value_sets=known.value_sets,
            measurements=known.measurements,
            instruments=known.instruments,
            routes=self.routes,
            checklists=self.checklists,
            consents=self.consents,
            permissions=self.permissions,
            holds=tuple(self.holds),
            readiness=tuple(self.readiness),
            confirms_dose=tuple(self.confirms_dose),
            room=self.room.made(),
            sessions=self.sessions,
            practices=self.practices,
            experience=self.experience,
            numbers=self.numbers,
            groups=known.groups,
            results=known.results,
            negations=self.negations,
            crisis=self.crisis,
            escalation=self.escalation,
            alerting=self.alerts.made(),
            planning=self.planning.made(self.routes),
            unset=tuple(self.unset),
            intake=self.intake,
        )

    def must_be_whole(self) -> None:
        if self.faults.found:
            raise ProtocolFault(self.faults.found)

    def _must_be_read(self) -> None:
        """Else whatever names something in an unread file would be called faulty for it."""
        if self.faults.unread:
            self.must_be_whole()

    def _digest(self) -> str:
        """Over the program's files, and the clinic's own items where there are any."""
        own = digest(self.folder)
        return sha256((own + digest(slot.folder)).encode()).hexdigest() if slot.folder else own

    def _strays(self) -> None:
        """A file nobody reads is a rule somebody believes in."""
        for path in sorted(self.folder.rglob("*.toml")):
            parts = path.relative_to(self.folder).parts
            if parts not in [(name,) for name in _FILES] and "/".join(parts[:-1]) not in _FOLDERS:
                self.faults.add("/".join(parts), "no file belongs here")

    def _ground(self) -> None:
        known = self.known
        program = self._file("program.toml")
        self.version = program.text("version")
        known.longest = needed_span(program, "longest") or timedelta.max
        program.close()
        read_sources(self._file("sources.toml"), known)
        self.negations = read_negations(self._file("negations.toml"))
        read_measurements(self._file("measurements.toml"), known)

    def _folders(self) -> None:
        known = self.known
        for table, name in self._files("codes"):
            read_value_set(table, name, known)
        for table, name in self._files("instruments"):
            read_instrument(table, name, known)
        for table, _ in self._files("planning"):
            self.planning.read(table)
        for table, name in self._licensed():
            read_licensed(table, name, known)
        for table, name in self._files("routes"):
            self.routes[name], unset = read_route(table, name, known)
            self.unset += unset
        self.escalation = read_escalation(self._file("escalation.toml"), known)
        for table, name in self._files("crisis"):
            self.crisis[name] = read_crisis(table, name, known)
        self.consents = read_consents(self._files("consents"), known)
        self.sessions = read_sessions(self._files(SESSIONS), known)
        self.practices = read_practices(self._files(PRACTICES), known)
        self.experience = read_experience(self._files(EXPERIENCE), known)

    def _stage(self, table: Table, stage: str, topic: str) -> None:
        for one in table.tables("rule"):
            made = read_rule(one, stage, self.known)
            if isinstance(made, Rule):
                made = replace(made, topic=topic)
            self._unused(one, "id", made.id)
            self.places[made.id] = one.where
            self._keep(made)
        self._numbers(table, stage)
        if "checklist" in table:
            name = table.text("checklist")
            if name in self.checklists:
                table.fault("checklist", f"{name!r} is used twice")
            self.checklists[name] = read_checklist(table, self.known)
        self._prepared_for(table)
        self.confirms_dose += table.texts("confirms_dose", ())
        self.room.read(table)
        if "intake" in table:
            self.intake_table = table.table("intake")
            self.intake = read_intake(self.intake_table, self.known)
        table.close()

    def _numbers(self, table: Table, stage: str) -> None:
        for name, values in table.get("numbers", dict, {}).items():
            where = table.where.inner("numbers", name, called=f"numbers.{name}")
            one = Table(values if isinstance(values, dict) else {}, where, self.faults)
            self._unused(one, "", name)
            self._keep(read_number(one, name, stage, self.known))

    def _alerts(self) -> None:
        for place, what in self.alerts.faults(self.numbers, self.unset, self.room.events):
            self.faults.add(place, what)

    def _prepared_for(self, table: Table) -> None:
        for permission in read_permissions(table, self.known, self.consents):
            self._unused(table, "permission", permission.id)
            self.permissions[permission.id] = permission
        self.holds += read_holds(table, self.known)
        for item, place in read_lines(table):
            self.readiness.append(item)
            self.places[item.id] = place

    def _questions(self) -> None:
        for rule in self.rules.values():
            other = self.rules.get(rule.closed_by)
            if rule.closed_by and (other is None or not other.ask):
                place = self.places[rule.id].inner("closed_by", called="closed_by")
                self.faults.add(place, f"{rule.closed_by!r} asks no question")
        for name, what in leaning(self.rules):
            self.faults.add(self.places[name].inner("when", called="when"), what)
        if self.intake_table is not None:
            check_intake(self.intake, self.rules.values(), self.intake_table)

    def _lines(self) -> None:
        """A line of the preparation checklist names rules, which may stand in any file."""
        known = {*self.rules, *(one.id for one in self.unset)}
        for item in self.readiness:
            for rule in item.rules:
                if rule not in known:
                    place = self.places[item.id].inner("rules", called="rules")
                    self.faults.add(place, f"{rule!r} is not a rule")

    def _keep(self, made: Rule | Number | Unset) -> None:
        if isinstance(made, Unset):
            self.unset.append(made)
        elif isinstance(made, Rule):
            self.rules[made.id] = made
        else:
            self.numbers[made.id] = made

    def _unused(self, table: Table, key: str, name: str) -> None:
        if name in self.rules or name in self.numbers or any(name == one.id for one in self.unset):
            table.fault(key, f"{name!r} is used twice")

    def _licensed(self) -> list[tuple[Table, str]]:
        """The item files of the slot, where a clinic has one."""
        if slot.folder is None:
            return []
        if not slot.folder.is_dir():
            self.faults.add(str(slot.folder), "the folder of licensed instruments is not there")
        return _tables(slot.folder, "licensed", self.faults)

    def _file(self, name: str) -> Table:
        return read(self.folder / name, name, self.faults)

    def _files(self, folder: str) -> list[tuple[Table, str]]:
        """The tables of a folder with the names of their files."""
        return _tables(self.folder / folder, folder, self.faults)


def _tables(folder: Path, called: str, faults: Faults) -> list[tuple[Table, str]]:
    paths = sorted(folder.glob("*.toml"))
    return [(read(path, f"{called}/{path.name}", faults), path.stem) for path in paths]


def digest(folder: Path) -> str:
    """SHA-256 over the name and content of every file, in the order of their names."""
    total = sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*.toml")):
        content = path.read_bytes()
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()
