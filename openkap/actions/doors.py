"""What a registered device sent, in whatever language: into its visit, or put aside with the reason.

The binding alone says whose readings these are. What a message says about a person can only speak against it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid5

from openkap.clinical.chart import Chart
from openkap.clinical.moments import utc
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.protocol.doors import Signal, doors
from openkap.records import aside, devices, heard, read, readings
from openkap.records.heard import Spoke
from openkap.records.in_force import in_force
from openkap.records.models import BindingRow, DeviceRow, Reading
from openkap.records.onecommit import Outcome
from openkap.records.policy import Principal
from openkap.records.readings import Sample
from openkap.records.search import folded

_NAMESPACE = UUID("0b0f1f2c-7d52-5a0e-9a55-6c0e2b8f4d31")
UNBOUND = "the device is bound to no visit, so nothing is kept"
UNREAD = "Code nobody told us how to read: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One number a device measured, in its signal's unit. `at`: when, by the device's own clock."""

    signal: Signal
    value: Decimal
    at: datetime
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Whom the message says it is about. Never enough to choose a chart; enough to refuse one."""

    family: str = ""
    given: str = ""
    birth_date: date | None = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, read. `faults`: what of it cannot be taken, a sentence each; `unread`: codes not known."""

    raw: bytes
    sent_at: datetime | None = None
    values: tuple[Value, ...] = ()
    claims: Claims = Claims()
    simulated: bool = False
    faults: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message, the registered device that sent it, and when it came."""

    device: DeviceRow
    message: Message
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of it, committed. `turned_away`: why nothing was looked at; else how many are stored."""

    stored: int = 0
    aside: tuple[str, ...] = ()
    turned_away: str = ""


@dataclass
class _Sorted:
    """The values of a message that may be charted, and the reasons against the others."""

    delivery: Delivery
    who: Principal
    binding: BindingRow
    good: list[Value] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def receive(device: DeviceRow, message: Message, *, at: datetime) -> Receipt:
    """Store what may be stored and put the rest aside; answers after the commits. Sent again, it is the same.

    Raises what the readings raise when the database cannot take it now: then nothing may be acknowledged.
    """
    (receipt,) = receive_each([Delivery(device, message, at)])
    if isinstance(receipt, Exception):
        raise receipt
    return receipt


def receive_each(deliveries: Sequence[Delivery]) -> list[Receipt | Exception]:
    """The same for several at once, in their order: what is asked is asked once, and one commit holds all.

    Nobody's message is refused for another's; where the database cannot take one, its place has the reason.
    """
    bindings = devices.bindings(one.device.device for one in deliveries)
    bound = [one for one in deliveries if _is_bound(one.device, bindings)]
    found = _sorted_each([(one, bindings[one.device.device]) for one in bound])
    kept = iter(list(_kept_each(found)))
    receipts = [
        next(kept) if _is_bound(one.device, bindings) else Receipt(turned_away=UNBOUND) for one in deliveries
    ]
    heard.note(
        _spoke(one, receipt.turned_away)
        for one, receipt in zip(deliveries, receipts, strict=True)
        if isinstance(receipt, Receipt)
    )
    return receipts


def _is_bound(device: DeviceRow, bindings: Mapping[str, BindingRow]) -> bool:
    binding = bindings.get(device.device)
    return binding is not None and str(binding.clinic) == str(device.clinic)


def _spoke(one: Delivery, turned_away: str) -> Spoke:
    at, sent_at = utc(one.at), one.message.sent_at
    return Spoke(device=one.device.device, at=at, sent_at=sent_at, turned_away=turned_away)


def turn_away(device: DeviceRow, why: str, *, at: datetime, sent_at: datetime | None = None) -> Receipt:
    """Nothing of it is kept: it belongs to nobody here. That the device spoke is noted."""
    heard.note([Spoke(device=device.device, at=utc(at), sent_at=sent_at, turned_away=why)])
    return Receipt(turned_away=why)


def put_aside(device: DeviceRow, raw: bytes, why: str, *, at: datetime) -> Receipt:
    """What could not be read at all: kept while the device is bound, so that a person can look."""
    at = utc(at)
    binding = devices.binding_of(device.device)
    if binding is None:
        return turn_away(device, UNBOUND, at=at)
    _keep_aside(device, binding, Message(raw=raw), [why], at)
    heard.note([Spoke(device=device.device, at=at)])
    return Receipt(0, (why,))


def sender(device: DeviceRow, binding: BindingRow) -> Principal:
    """The device as one who acts: in one chart, and there with one permission."""
    return Principal(
        user=f"device:{device.device}",
        name=device.name,
        role="device",
        clinic=str(device.clinic),
        chart=str(binding.chart_id),
    )


def _sorted_each(bound: Sequence[tuple[Delivery, BindingRow]]) -> list[_Sorted]:
    found = [_Sorted(one, sender(one.device, binding), binding) for one, binding in bound]
    charts = read.bound_charts([(one.who, one.binding) for one in found])
    protocols = {clinic: in_force(clinic) for clinic in {chart.person.clinic for chart in charts}}
    for one, chart in zip(found, charts, strict=True):
        _sort(one, chart, protocols[chart.person.clinic])
    return found


def _sort(found: _Sorted, chart: Chart, protocol: Protocol) -> None:
    message = found.delivery.message
    found.bad += message.faults
    if against := contradiction(message.claims, chart):
        found.bad.append(against)
    elif message.simulated and not chart.person.synthetic:
        found.bad.append(
            "the device was in demonstration or training mode, so its values are not a patient's"
        )
    else:
        for value in message.values:
            why = _against(value, protocol, found.binding, utc(found.delivery.at))
            if why:
                found.bad.append(f"{value.signal.id} {plain(value.value)} {value.signal.unit}: {why}")
            else:
                found.good.append(value)


def _against(value: Value, protocol: Protocol, binding: BindingRow, at: datetime) -> str:
    limits = doors()
    lowest, highest = value.signal.limits(protocol)
    if not lowest <= value.value <= highest:
        return f"no living person has that ({plain(lowest)} to {plain(highest)})"
    if value.at < binding.since - limits.live_within:
        return "measured before the device was bound to this visit, or its clock is behind: set it"
    if value.at > at + limits.ahead:
        return "measured in the future: set the device's clock"
    try:
        readings.thousandths(value.value, value.signal.id)
    except BadInput as fault:
        return fault.what
    return ""


def contradiction(claims: Claims, chart: Chart) -> str:
    """What the message says against the chart the device is bound to, "" where nothing does.

    What is missing says nothing. One thing that disagrees is enough: a person has to look.
    """
    person = chart.person
    if claims.birth_date and claims.birth_date != person.birth_date:
        return "the birth date in it is not that of this chart"
    if claims.family and folded(claims.family) != folded(person.family_name):
        return "the family name in it is not that of this chart"
    if claims.given and not _same_given(claims.given, person.given_name):
        return "the given name in it is not that of this chart"
    chart_id = chart.subject.removeprefix("chart:")
    if devices.carried_by_another(person.clinic, chart_id, claims.numbers):
        return "the patient number in it belongs to another chart"
    return ""


def _same_given(one: str, other: str) -> bool:
    """First names agree when one is the beginning of the other: second names are often left out."""
    first, second = folded(one).split(), folded(other).split()
    shorter = min(len(first), len(second))
    return shorter > 0 and first[:shorter] == second[:shorter]


def _kept_each(found: Sequence[_Sorted]) -> Iterator[Receipt | Exception]:
    """The good of all in one commit, then the bad of each aside."""
    samples = [list(_samples(one)) for one in found]
    submitted = [(some, utc(one.delivery.at)) for one, some in zip(found, samples, strict=True) if some]
    outcomes = iter(readings.store_each(submitted) if submitted else ())
    for one, some in zip(found, samples, strict=True):
        yield _kept(one, next(outcomes) if some else [], len(some))


def _kept(found: _Sorted, outcome: Outcome[Reading], count: int) -> Receipt | Exception:
    """All of them or none: a visit that ended this moment, or a replay into another chart, is put aside."""
    stored = 0
    if isinstance(outcome, BadInput):
        found.bad.append(f"{count} values: {outcome.what}")
    elif isinstance(outcome, Exception):
        return outcome
    else:
        stored = len(outcome)
    one = found.delivery
    _keep_aside(one.device, found.binding, one.message, found.bad, utc(one.at))
    return Receipt(stored, tuple(found.bad))


def _samples(found: _Sorted) -> Iterator[Sample]:
    """The id is of what was measured, not of the message: a cuff's value that is repeated is stored once.

    The visit is no part of it, so what one visit has can never be sent again into another.
    """
    seen: set[UUID] = set()
    device = found.delivery.device
    for value in found.good:
        signal = value.signal
        number = readings.thousandths(value.value, signal.id)
        id = uuid5(_NAMESPACE, f"{device.device} {signal.id} {utc(value.at).isoformat()} {number}")
        if id in seen:
            continue
        seen.add(id)
        yield Sample(
            id=id,
            chart=str(found.who.chart),
            visit=found.binding.visit,
            signal=signal.id,
            value=value.value,
            unit=signal.unit,
            source=device.name,
            device_at=value.at,
            sequence=value.sequence,
        )


def _keep_aside(
    device: DeviceRow, binding: BindingRow, message: Message, bad: list[str], at: datetime
) -> None:
    """The message whole with every reason, once; and a code that nobody knows once a device."""
    kept: dict[str, str] = {f"code {code}": UNREAD + code for code in message.unread}
    if bad:
        kept[sha256(message.raw).hexdigest()] = "; ".join(bad)
    for key, why in kept.items():
        aside.keep(device, binding, key=key, why=why, raw=message.raw, at=at)
