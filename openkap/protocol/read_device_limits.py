"""The limits on a device feed: a folder of its own, that nothing else of the protocol names."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from openkap.clinical.alerts.rules import PRIORITIES, AlertRule, Beyond
from openkap.clinical.device_limits import FAMILY
from openkap.clinical.dosing import UNDER_THE_DRUG
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.load import digest, shipped
from openkap.protocol.read_alerts import AlertFiles, is_amount
from openkap.protocol.read_content import needed_span
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Faults, Table, read
from openkap.protocol.read_when import Known

FOLDER = Path(__file__).with_name("device_limits")
LONGEST_DELAY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class DeviceLimits:
    """Worst first within a group, and the hash a director signs."""

    limits: tuple[AlertRule, ...]
    hash: str


@cache
def device_limits() -> DeviceLimits:
    """The limits that ship, read once. Raises ProtocolFault with every fault."""
    return load(FOLDER)


def load(folder: Path) -> DeviceLimits:
    """Every file of a folder. Numbers and sources are those of the protocol that ships."""
    faults = Faults()
    alerts = AlertFiles(Known(sources=shipped().sources))
    limits: dict[str, AlertRule] = {}
    for path in sorted(folder.glob("*.toml")):
        table = read(path, f"device_limits/{path.name}", faults)
        for one in table.tables("limit"):
            _limit(one, alerts, limits)
        table.close()
    for named, place in alerts.names:
        if not is_amount(named, shipped().numbers):
            faults.add(place, f"{named.number!r} is not a number of the protocol, or not of this shape")
    if faults.found:
        raise ProtocolFault(faults.found)
    return DeviceLimits(tuple(limits.values()), digest(folder))


def _limit(table: Table, alerts: AlertFiles, limits: dict[str, AlertRule]) -> None:
    name = fresh_id(table, limits)
    basis, sources = read_basis(table, alerts.known)
    when = alerts.condition(table.table("when"))
    if not isinstance(when, Beyond):
        table.fault("when", "a feed is held against fixed limits alone")
        when = Beyond()
    delay = needed_span(table, "delay")
    if delay > LONGEST_DELAY:
        table.fault("delay", "nothing waits longer than 10 s")
    priority = table.word("priority", PRIORITIES)
    if priority == PRIORITIES[0] and delay:
        table.fault("delay", "a high one is told at once")
    begins_with = table.text("begins_with")
    if begins_with not in {step.id for step in shipped().alerting.ladder}:
        table.fault("begins_with", f"{begins_with!r} is not a step")
    limits[name] = AlertRule(
        id=name,
        code=table.text("code"),
        family=FAMILY,
        priority=priority,
        says=table.text("says"),
        when=when,
        act=table.texts("act"),
        begins_with=begins_with,
        phases=frozenset(UNDER_THE_DRUG),
        delay=delay,
        sources=sources,
        basis=basis,
        group=table.text("group"),
    )
    table.close()
