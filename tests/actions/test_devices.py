"""The device registry of a clinic, and the binding of a device to one visit."""

from dataclasses import replace
from uuid import uuid4

import pytest

from openkap.actions import devices, dosing
from openkap.actions.devices import Known
from openkap.clinical.devices import bound
from openkap.clinical.entries.devices import DeviceUnbound
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records import devices as records
from openkap.records.models import BindingRow, DeviceRow
from openkap.records.policy import NotFound
from openkap.records.projections import rebuild
from tests.actions.day import booked
from tests.conftest import AT

HERE = Known(addresses=("127.0.0.1",))
PRINT = "ab" * 32


def registered(who, name="Monitor 3", language="hl7v2", known=HERE):
    return devices.register_device(who, name=name, language=language, known=known, at=AT)[0]


def bind(telling, visit, device, who=None):
    who = who or telling.staff.monitor
    return devices.bind_device(who, telling.chart, at=AT, visit=visit, device=device)


@pytest.fixture
def manager(people):
    return people["manager"]


def test_who_registers_a_device(people):
    """The manager and the medical director; nobody else, and not into another clinic."""
    for role, who in people.items():
        if role in ("manager", "director"):
            continue
        with pytest.raises(NotFound):
            registered(who)
    device = registered(people["manager"])
    (row,) = records.listed(people["monitor"])
    assert (row.device, row.name, row.addresses) == (device, "Monitor 3", "127.0.0.1/32")
    stranger = replace(people["monitor"], clinic=str(uuid4()))
    assert records.listed(stranger) == []


@pytest.mark.parametrize(
    ("known", "named"),
    [
        (Known(), "certificate"),
        (Known(certificate="abcd"), "certificate"),
        (Known(addresses=("monitor.local",)), "addresses"),
        (Known(addresses=("0.0.0.0/0",)), "addresses"),
        (Known(addresses=("::/0",)), "addresses"),
    ],
)
def test_a_device_nobody_could_know_is_refused(manager, known, named):
    with pytest.raises(BadInput) as refused:
        registered(manager, known=known)
    assert refused.value.where == named
    assert not DeviceRow.objects.exists()


@pytest.mark.parametrize("typed", [PRINT, PRINT.upper(), ":".join(["AB"] * 32), f"sha256={PRINT}"])
def test_a_fingerprint_is_read_as_tools_print_it(typed):
    assert devices.fingerprint(typed) == PRINT


def test_two_devices_one_caller_could_be_are_refused(manager, people):
    """Same address, same bed: a message would choose its chart. Another bed or a certificate helps."""
    registered(manager, known=Known(addresses=("192.0.2.0/28",)))
    for twin in (Known(addresses=("192.0.2.7",)), Known(addresses=("192.0.2.0/24",))):
        with pytest.raises(BadInput, match="known by the same"):
            registered(manager, "Monitor 4", known=twin)
    with pytest.raises(BadInput, match="called Monitor 3"):
        registered(manager, "monitor 3", known=Known(certificate=PRINT))
    registered(manager, "Monitor 4", known=Known(addresses=("192.0.2.7",), bed="Ward^A^Bed 4"))
    registered(manager, "Monitor 5", known=Known(addresses=("192.0.2.7",), certificate=PRINT))
    elsewhere = replace(manager, clinic=str(uuid4()))
    with pytest.raises(BadInput, match="known by the same"):
        registered(elsewhere, known=Known(addresses=("192.0.2.7",), bed="another"))


def test_a_key_is_shown_once_and_kept_as_a_hash(manager):
    """A device that sends over http gets a key; the ledger and the row hold its hash alone."""
    device, key = devices.register_device(manager, name="App", language="fhir", known=Known(), at=AT)
    row = DeviceRow.objects.get(device=device)
    assert len(key) >= 43
    assert key not in str(vars(row))
    assert records.by_key(devices.key_hash(key), "fhir") == row
    assert records.by_key(devices.key_hash(key + "x"), "fhir") is None
    assert records.by_key("", "fhir") is None


def test_a_device_is_bound_by_a_person_and_unbound(ready: Telling, manager):
    visiting, device = booked(ready), registered(manager)
    bind(ready, visiting.visit, device)
    (binding,) = bound(ready.folded())
    assert (binding.visit, binding.device, binding.by) == (visiting.visit, device, ready.staff.monitor.user)
    assert records.binding_of(device).visit == visiting.visit
    devices.unbind_device(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, device=device)
    assert records.binding_of(device) is None
    with pytest.raises(BadInput, match="not bound"):
        devices.unbind_device(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, device=device)


def test_a_device_bound_elsewhere_is_refused(ready: Telling, manager, open_chart):
    """Twice to one visit, and to two visits."""
    visiting, device = booked(ready), registered(manager)
    bind(ready, visiting.visit, device)
    with pytest.raises(BadInput, match="bound to this visit"):
        bind(ready, visiting.visit, device)
    other = booked(ready)
    with pytest.raises(BadInput, match="bound to another visit"):
        bind(ready, other.visit, device)


def test_the_end_of_a_visit_lets_go_of_its_devices(ready: Telling, manager):
    """Stopped: unbound in the same append, with the reason; a visit that is over takes no device."""
    visiting, device = booked(ready), registered(manager)
    bind(ready, visiting.visit, device)
    dosing.stop(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, reason="x")
    (fact,) = ready.folded().facts(DeviceUnbound)
    assert (fact.device, fact.reason) == (device, "the visit was stopped")
    assert not BindingRow.objects.exists()
    with pytest.raises(BadInput, match="stopped"):
        bind(ready, visiting.visit, device)


def test_a_device_of_another_clinic_is_not_there(ready: Telling, manager):
    """Binding it says the same as for a device that does not exist; so does retiring it."""
    foreign = registered(replace(manager, clinic=str(uuid4())))
    visiting = booked(ready)
    for device in (foreign, "no such device"):
        with pytest.raises(NotFound):
            bind(ready, visiting.visit, device)
        with pytest.raises(NotFound):
            devices.retire_device(manager, device=device, reason="x", at=AT)


def test_a_retired_device_is_known_no_more(ready: Telling, manager):
    """One that is bound is unbound first."""
    visiting, device = booked(ready), registered(manager)
    bind(ready, visiting.visit, device)
    with pytest.raises(BadInput, match="Unbind it"):
        devices.retire_device(manager, device=device, reason="broken", at=AT)
    dosing.stop(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, reason="x")
    devices.retire_device(manager, device=device, reason="broken", at=AT)
    assert records.calling(records.Peer("127.0.0.1"), "hl7v2") == []
    registered(manager)  # its name and address are free again


def test_the_rows_are_made_again_from_the_ledgers(ready: Telling, manager):
    visiting, device = booked(ready), registered(manager)
    retired = registered(manager, "Old", known=Known(certificate=PRINT))
    devices.retire_device(manager, device=retired, reason="x", at=AT)
    bind(ready, visiting.visit, device)
    bindings = BindingRow.objects.values_list("chart", "visit", "device", "since", "by")
    kept = [list(DeviceRow.objects.order_by("device").values_list()), list(bindings)]
    rebuild()
    assert [list(DeviceRow.objects.order_by("device").values_list()), list(bindings)] == kept
    assert sorted(row[-1] for row in kept[0]) == [False, True]


@pytest.mark.parametrize(
    ("peer", "fits"),
    [
        (records.Peer("192.0.2.7", PRINT), ["Both"]),
        (records.Peer("::ffff:192.0.2.7", PRINT), ["Both"]),
        (records.Peer("192.0.2.7"), ["By address"]),
        (records.Peer("192.0.2.7", "cd" * 32), ["By address"]),
        (records.Peer("198.51.100.1", PRINT), []),
        (records.Peer("198.51.100.1"), []),
        (records.Peer("2001:db8::1"), []),
    ],
)
def test_who_is_calling(manager, peer, fits):
    """All that is known of a device has to hold; a proved certificate outweighs an address."""
    registered(manager, "By address", known=Known(addresses=("192.0.2.0/28",)))
    registered(manager, "Both", known=Known(addresses=("192.0.2.7",), certificate=PRINT))
    assert [row.name for row in records.calling(peer, "hl7v2")] == fits
    assert records.calling(peer, "sdc") == []
