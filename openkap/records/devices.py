"""The registered devices: rows made from the clinics' ledgers, and who calls when something calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, cast

from openkap.clinical.entries import Entry
from openkap.clinical.entries.devices import DeviceRegistered, DeviceRetired
from openkap.records import decoded
from openkap.records.models import BindingRow, DeviceRow, EntryRow, IdentifierRow, QuarantineRow
from openkap.records.policy import NotFound, Principal, require
from openkap.records.scope import of_clinic

_REGISTERED, _RETIRED = (cast(Any, fact).KIND for fact in (DeviceRegistered, DeviceRetired))
LISTED = 200
"""Things put aside that one page lists."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end of a connection, before a byte of it is read."""

    address: str
    certificate: str = ""  # SHA-256 of the client certificate it proved to hold, "" without TLS


def project(entries: Iterable[Entry]) -> None:
    """Bring the rows up to entries of a clinic's ledger. Everything else in it is passed over."""
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, DeviceRegistered):
            _row(fact, entry).save()
        elif isinstance(fact, DeviceRetired):
            DeviceRow.objects.filter(device=fact.device).update(retired=True)


def rebuild() -> None:
    """Make every device row again. The caller holds the transaction."""
    DeviceRow.objects.all().delete()
    rows = EntryRow.objects.filter(subject__startswith="clinic:", kind__in=(_REGISTERED, _RETIRED))
    project(decoded.entry(row) for row in rows.order_by("subject", "seq"))


def _row(fact: DeviceRegistered, entry: Entry) -> DeviceRow:
    return DeviceRow(
        device=fact.device,
        clinic=entry.subject.removeprefix("clinic:"),
        name=fact.name,
        language=fact.language,
        certificate=fact.certificate,
        addresses=" ".join(fact.addresses),
        bed=fact.bed,
        key_sha256=fact.key_sha256,
        registered_at=entry.recorded_at,
    )


def calling(peer: Peer, language: str) -> list[DeviceRow]:
    """The devices this peer can be, in any clinic. A gateway is several: each of its beds is one."""
    address = _address(peer.address)
    fits = [
        row
        for row in DeviceRow.objects.filter(language=language, retired=False)
        if (row.certificate or row.addresses)
        and row.certificate in ("", peer.certificate)
        and (not row.addresses or within(address, row.addresses.split()))
    ]
    proved = [row for row in fits if row.certificate]
    return proved or fits


def _address(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address that arrived by an IPv6 socket is itself again."""
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def within(address: IPv4Address | IPv6Address, networks: Iterable[str]) -> bool:
    """Whether one of the networks holds the address."""
    return any(address in ip_network(network) for network in networks)


def by_key(key_sha256: str, language: str) -> DeviceRow | None:
    """The device that holds this key."""
    rows = DeviceRow.objects.filter(key_sha256=key_sha256, language=language, retired=False)
    return rows.first() if key_sha256 else None


def named(device: str) -> DeviceRow | None:
    """The device of that id, as it stands."""
    return DeviceRow.objects.filter(device=device).first()


def binding_of(device: str) -> BindingRow | None:
    """Where the device is bound now."""
    return BindingRow.objects.filter(device=device).first()


def working(devices: Iterable[str]) -> dict[str, DeviceRow]:
    """Those of these devices that are not retired, by id."""
    return {row.device: row for row in DeviceRow.objects.filter(device__in=set(devices), retired=False)}


def listed(who: Principal, *, retired: bool = False) -> list[DeviceRow]:
    """The devices of the reader's clinic by name."""
    require(who, "device.read")
    return list(of_clinic(who, DeviceRow.objects.filter(retired=retired)).order_by("name", "device"))


def bindings(devices: Iterable[str]) -> dict[str, BindingRow]:
    """Where each of these devices is bound now."""
    return {row.device: row for row in BindingRow.objects.filter(device__in=set(devices))}


def put_aside(who: Principal) -> list[QuarantineRow]:
    """What was put aside in the reader's clinic, newest first, without the raw text."""
    require(who, "quarantine.read")
    rows = of_clinic(who, QuarantineRow.objects.defer("raw"))
    return list(rows.order_by("-received_at", "id")[:LISTED])


def aside(who: Principal, item: str) -> QuarantineRow:
    """One thing put aside, whole. Raises NotFound, also for what is another clinic's."""
    require(who, "quarantine.read")
    found: QuarantineRow | None = of_clinic(who, QuarantineRow.objects.filter(id=item)).first()
    if found is None:
        raise NotFound
    return found


def carried_by_another(clinic: str, chart: str, numbers: Iterable[str]) -> bool:
    """Whether one of these numbers belongs to another chart of the clinic, and to this one it does not."""
    wanted = [number for number in numbers if number]
    if not wanted:
        return False
    holders = IdentifierRow.objects.filter(clinic=clinic, value__in=wanted).values_list("chart", flat=True)
    charts = {str(holder) for holder in holders}
    return bool(charts) and chart not in charts
