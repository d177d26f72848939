"""Devices that send readings: registered in the clinic's ledger, bound to one visit in a chart."""

from openkap.clinical.entries.kind import kind


@kind("device-registered")
class DeviceRegistered:
    """In the clinic's ledger: a device that may send, and how it is known when it calls."""

    device: str  # id
    name: str  # as the room calls it
    language: str  # "hl7v2" · "sdc" · "fhir"
    certificate: str = ""  # SHA-256 of its client certificate, 64 hex digits
    addresses: tuple[str, ...] = ()  # networks it may call from
    bed: str = ""  # what its messages call the bed; "" where they name none
    key_sha256: str = ""  # of the key it sends over http


@kind("device-retired")
class DeviceRetired:
    """In the clinic's ledger: the device may send no more."""

    device: str
    reason: str


@kind("device-bound")
class DeviceBound:
    """From now on, what this device sends belongs to this visit: a named person says so."""

    visit: str
    device: str
    name: str  # of the device, as it was called then


@kind("device-unbound")
class DeviceUnbound:
    visit: str
    device: str
    name: str
    reason: str = ""
