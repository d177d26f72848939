"""Devices: registered in a clinic, and bound to one visit by a person in the room."""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_network
from uuid import UUID

from django.db import transaction

from openkap.actions.door import Act, action, guarded
from openkap.actions.fields import needed, one_of
from openkap.clinical.devices import bound
from openkap.clinical.entries.devices import DeviceBound, DeviceRegistered, DeviceRetired, DeviceUnbound
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.records import devices as records
from openkap.records import ledger
from openkap.records.models import DeviceRow
from openkap.records.policy import NotFound, Principal

LANGUAGES = {"hl7v2": "HL7 v2 over MLLP", "sdc": "IEEE 11073 SDC", "fhir": "FHIR Observation over http"}
KEY_BYTES = 32
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How a device is to be known when it calls. Whatever is given here has to hold."""

    certificate: str = ""
    addresses: tuple[str, ...] = ()
    bed: str = ""


@guarded("device.register")
def register_device(
    who: Principal, *, name: str, language: str, known: Known, at: datetime, via: str = "web"
) -> tuple[str, str]:
    """A device of the writer's own clinic may send: its id, and its key, "" where it needs none.

    The key is shown this once: only its hash is kept.
    """
    name = needed(name.strip(), "name", "Write what the room calls it")
    one_of(language, LANGUAGES, "language")
    certificate, addresses = fingerprint(known.certificate), networks(known.addresses)
    if language != "fhir" and not certificate and not addresses:
        raise BadInput(
            "certificate", "nothing says how to know this device", "Give its certificate or its address"
        )
    if language == "fhir" and certificate:
        raise BadInput("certificate", "over http a device is known by its key", "Leave the certificate out")
    key = secrets.token_urlsafe(KEY_BYTES) if language == "fhir" else ""
    fact = DeviceRegistered(
        device=str(ledger.uuid7(utc(at))),
        name=name,
        language=language,
        certificate=certificate,
        addresses=addresses,
        bed=bed_words(known.bed),
        key_sha256=key_hash(key),
    )
    with transaction.atomic():
        ledger.locked_heads([f"clinic:{UUID(who.clinic)}"])
        _refuse_twin(who, fact)
        _write(who, fact, at, via)
    return fact.device, key


@guarded("device.register")
def retire_device(who: Principal, *, device: str, reason: str, at: datetime, via: str = "web") -> None:
    """The device may send no more. One that is bound is unbound first, where it stands."""
    own(who, device)
    if records.binding_of(device):
        raise BadInput("device", "it is bound to a visit", "Unbind it in the room first")
    _write(who, DeviceRetired(device=device, reason=needed(reason.strip(), "reason", "Write why")), at, via)


def _write(who: Principal, fact: object, at: datetime, via: str) -> None:
    draft = ledger.Draft(f"clinic:{UUID(who.clinic)}", fact, utc(at))
    ledger.append([draft], author=who.user, via=via, at=utc(at))


def own(who: Principal, device: str) -> DeviceRow:
    """The device of that id in the writer's own clinic. Absent and foreign are the same: NotFound."""
    found = records.named(device)
    if found is None or found.retired or str(found.clinic) != who.clinic:
        raise NotFound
    return found


def _refuse_twin(who: Principal, fact: DeviceRegistered) -> None:
    """Two devices a caller could be at once would let a message choose its chart."""
    for row in DeviceRow.objects.filter(retired=False):
        ours = str(row.clinic) == who.clinic
        if ours and row.name.casefold() == fact.name.casefold():
            raise BadInput("name", f"another device is called {row.name}", "Choose another name")
        if row.language == fact.language and _alike(row, fact) and not (ours and row.bed != fact.bed):
            raise BadInput(
                "certificate" if fact.certificate else "addresses",
                "a registered device is known by the same",
                "Give each bed of a gateway its own name, or retire the other device",
            )


def _alike(row: DeviceRow, fact: DeviceRegistered) -> bool:
    if row.certificate or fact.certificate:
        return row.certificate == fact.certificate
    return any(_overlap(one, other) for one in row.addresses.split() for other in fact.addresses)


def _overlap(one: str, other: str) -> bool:
    first, second = ip_network(one), ip_network(other)
    return first.version == second.version and first.overlaps(second)


def fingerprint(text: str) -> str:
    """A certificate's SHA-256 in 64 small hex digits, from the ways tools print it; "" for "". BadInput."""
    digits = text.strip().lower().removeprefix("sha256").lstrip("= ").replace(":", "").replace(" ", "")
    if digits and not _FINGERPRINT.fullmatch(digits):
        raise BadInput(
            "certificate", "this is not a SHA-256 fingerprint of 64 hex digits", "Copy it from the device"
        )
    return digits


def networks(given: Iterable[str]) -> tuple[str, ...]:
    """Addresses or networks as networks, or BadInput naming the first that is none, or is everybody."""
    found = []
    for text in given:
        try:
            network = ip_network(text.strip())
        except ValueError:
            raise BadInput(
                "addresses", f"{text[:60]!r} is not an address", "Write it like 192.0.2.7 or 192.0.2.0/28"
            ) from None
        if network.prefixlen == 0:
            raise BadInput("addresses", f"{text[:60]} is every address", "Name the device's own")
        found.append(str(network))
    return tuple(dict.fromkeys(found))


def bed_words(text: str) -> str:
    """A bed as messages name it: the parts that say something, with one blank between."""
    return " ".join(text.replace("^", " ").replace("&", " ").split())


def key_hash(key: str) -> str:
    """What is kept of a key. It is 256 random bits, so one plain hash is enough."""
    return sha256(key.encode()).hexdigest() if key else ""


@action("visit.observe")
def bind_device(act: Act, *, visit: str, device: str) -> None:
    """From now on what this device sends belongs to this visit, because the writer says so."""
    act.open_visit(visit)
    found = own(act.who, device) if not act.who.system else records.named(device)
    if found is None or str(found.clinic) != act.chart.person.clinic:
        raise NotFound
    standing = records.binding_of(device)
    if standing is not None:
        here = str(standing.chart_id) == act.chart.subject.removeprefix("chart:")
        where = "this visit" if here and standing.visit == visit else "another visit"
        raise BadInput("device", f"{found.name} is bound to {where}", "Unbind it there first")
    act.write(DeviceBound(visit=visit, device=device, name=found.name))


@action("visit.observe")
def unbind_device(act: Act, *, visit: str, device: str, reason: str = "") -> None:
    """What this device sends from now on does not belong to this visit."""
    for binding in bound(act.chart):
        if (binding.visit, binding.device) == (visit, device):
            act.write(DeviceUnbound(visit=visit, device=device, name=binding.name, reason=reason))
            return
    raise BadInput("device", "it is not bound to this visit", "Look at the room again")


def let_go(act: Act, visit: str, why: str) -> Iterator[DeviceUnbound]:
    """The devices still bound to a visit that ends, each unbound."""
    for binding in bound(act.chart):
        if binding.visit == visit:
            yield DeviceUnbound(visit=visit, device=binding.device, name=binding.name, reason=why)
