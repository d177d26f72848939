"""Limits on a device feed: the director's switch, and the engine of its own that runs only where it is on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from openkap.actions.door import Terms, guarded, load
from openkap.actions.fields import needed
from openkap.clinical import device_limits as pure
from openkap.clinical.alerts.lifecycle import Alert, history, owed
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import IN_PROGRESS, visits
from openkap.clinical.entries import Entry
from openkap.clinical.entries.device_limits import DeviceLimitsSwitched
from openkap.clinical.moments import utc
from openkap.clinical.protocol import Protocol
from openkap.clinical.refusal import BadInput
from openkap.protocol.read_device_limits import device_limits
from openkap.records import decoded, ledger, policy
from openkap.records.in_force import in_force
from openkap.records.models import BindingRow, EntryRow, VisitRow
from openkap.records.policy import ENGINE, Principal
from openkap.records.readings import since
from openkap.records.turns import resting_after

VIA = "device limits"
REMEMBERED = timedelta(minutes=2)
_KIND = "device-limits-switched"
Feed = Mapping[str, Sequence[pure.FeedValue]]


@guarded("protocol.adopt")
def switch(who: Principal, *, on: bool, signed_name: str, reason: str, at: datetime) -> Entry:
    """The medical director turns the limits on or off for the clinic, and answers for it by name."""
    if signed_name.casefold().split() != who.name.casefold().split():
        raise BadInput("signed_name", f"this is not {who.name}", "Type your own name to sign")
    fact = DeviceLimitsSwitched(
        on=on,
        signed_name=who.name,
        reason=needed(reason.strip(), "reason", "Write why"),
        limits=device_limits().hash,
    )
    draft = ledger.Draft(f"clinic:{UUID(who.clinic)}", fact, utc(at))
    (entry,) = ledger.append([draft], author=who.user, via="web", at=utc(at))
    return entry


def switched(clinic: str) -> Entry | None:
    """The switch as it stands; None: nobody ever touched it, so it is off."""
    rows = EntryRow.objects.filter(subject=f"clinic:{clinic}", kind=_KIND).order_by("-seq")
    row = rows.first()
    return decoded.entry(row) if row else None


def is_on(clinic: str) -> bool:
    """On only while the limits are those that were signed: others are off until they are signed too."""
    entry = switched(clinic)
    return entry is not None and entry.fact.on and entry.fact.limits == device_limits().hash


@dataclass
class DeviceEngine:
    """What it remembers of each visit's feed: how far it was read, and two minutes of each signal."""

    read: dict[tuple[str, str], int] = field(default_factory=dict)
    feeds: dict[tuple[str, str], dict[str, list[pure.FeedValue]]] = field(default_factory=dict)

    def step(self, at: datetime) -> list[Entry]:
        """One look at every open visit; what was written. Turned off or unbound, what stood is cleared."""
        rows = list(VisitRow.objects.filter(phase__in=IN_PROGRESS).values_list("clinic", "chart_id", "visit"))
        bound = set(BindingRow.objects.values_list("visit", flat=True)) if rows else set()
        on = {clinic for clinic in {clinic for clinic, _, _ in rows} if is_on(str(clinic))}
        charts = decoded.charts(sorted({f"chart:{chart}" for _, chart, _ in rows}))
        written: list[Entry] = []
        for clinic, chart_id, visit in rows:
            chart = charts.get(f"chart:{chart_id}")
            watched = clinic in on and visit in bound
            if chart is None or not (watched or _standing(chart, visit, at)):
                continue
            feed = self._feed(str(chart_id), visit, at) if watched else None
            if _owed(chart, in_force(str(clinic)), visit, feed, at):
                with resting_after():
                    written += _write(str(chart_id), visit, feed, at)
        return written

    def _feed(self, chart: str, visit: str, at: datetime) -> Feed:
        key = chart, visit
        kept = self.feeds.setdefault(key, {})
        for row in since(chart, visit, self.read.get(key, 0)):
            value = pure.FeedValue(Decimal(row.thousandths) / 1000, row.device_at, row.received_at)
            kept.setdefault(row.signal, []).append(value)
            self.read[key] = row.number
        for signal, values in kept.items():
            kept[signal] = [one for one in values if at - one.received_at <= REMEMBERED]
        return {signal: pure.live(values) for signal, values in kept.items()}


def _own(chart: Chart, visit: str, at: datetime) -> list[Alert]:
    return [alert for alert in history(chart, visit, at) if alert.fact.family == pure.FAMILY]


def _standing(chart: Chart, visit: str, at: datetime) -> bool:
    return any(alert.state in ("active", "latched") for alert in _own(chart, visit, at))


def _owed(
    chart: Chart, protocol: Protocol, visit: str, feed: Feed | None, at: datetime
) -> tuple[object, ...]:
    """`feed`: None where nothing is held against limits: then every limit is off."""
    found = next((one for one in visits(chart, protocol, at) if one.id == visit), None)
    phase = found.phase if found and feed is not None else ""
    judged = pure.look(device_limits().limits, feed or {}, phase, protocol, at)
    return owed(judged, _own(chart, visit, at), protocol.alerting.channels, visit, at)


def _write(chart_id: str, visit: str, feed: Feed | None, at: datetime) -> Sequence[Entry]:
    with transaction.atomic():
        ledger.locked_heads([f"chart:{chart_id}"])
        act = load(ENGINE, chart_id, "visit.observe", Terms(at=at, via=VIA))
        for fact in _owed(act.chart, act.protocol, visit, feed, act.at):
            act.write(fact)
        return act.finish() if act.drafts else []


def stands(who: Principal) -> Entry | None:
    """The switch of the reader's clinic, for whoever works in its rooms: None while it is off."""
    policy.require(who, "visit.read")
    return switched(who.clinic) if is_on(who.clinic) else None
