"""The pages of devices: the clinic's list, what was put aside, and the binding in the room."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch
from uuid import uuid4

import pytest

from openkap.actions import doors
from openkap.actions.devices import key_hash
from openkap.actions.doors import Message, Value
from openkap.protocol.doors import codes
from openkap.records import devices as records
from openkap.records.models import DeviceRow, HeardRow, QuarantineRow
from openkap.records.readings import Sample, store
from openkap.web import door, feed
from openkap.web.sending import clock_words
from tests.bedside import VISIT

HEART = codes().signal("MDC", "147842")


def words(response):
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(device, value=72, **more):
    now = datetime.now(UTC)
    values = (Value(signal=HEART, value=Decimal(value), at=now),)
    return doors.receive(device, Message(raw=b"MSH|raw", values=values, sent_at=now, **more), at=now)


FORM = {"form": "device", "name": "Monitor 3", "language": "hl7v2", "addresses": "192.0.2.7, 192.0.2.8"}


def test_a_manager_registers_a_device_and_retires_it(as_role):
    manager = as_role("manager")
    assert "No device yet" in words(manager.get("/devices/"))
    assert manager.post("/devices/register/", FORM).status_code == 302
    told = words(as_role("therapist").get("/devices/"))
    assert "Monitor 3" in told
    assert "192.0.2.7/32, 192.0.2.8/32" in told
    assert "Register it" not in told
    assert as_role("monitor").post("/devices/register/", FORM).status_code == 404
    device = DeviceRow.objects.get().device
    address = f"/devices/{device}/retire/"
    assert manager.post(address, {"form": device, "reason": ""}).status_code == 400
    assert manager.post(address, {"form": device, "reason": "broken"}).status_code == 302
    assert "No device yet" in words(manager.get("/devices/"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("language", ""), ("certificate", "ab"), ("addresses", "here"), ("addresses", "::/0")],
)
def test_a_form_that_cannot_be_taken_says_so_beside_the_field(as_role, field, value):
    """And keeps what was typed."""
    answer = as_role("manager").post("/devices/register/", FORM | {field: value})
    assert answer.status_code == 400
    assert f'id="device-{field}-error"' in answer.content.decode()
    assert not DeviceRow.objects.exists()


def test_a_key_is_on_one_page_and_never_again(as_role):
    manager = as_role("manager")
    answer = manager.post("/devices/register/", FORM | {"language": "fhir", "addresses": ""})
    (key,) = re.findall(r"<code>([\w-]{43})</code>", answer.content.decode())
    assert records.by_key(key_hash(key), "fhir")
    assert key not in manager.get("/devices/").content.decode()


def test_a_nurse_binds_a_device_and_unbinds_it(bedside, as_role):
    """Only after saying that it was looked at; what is bound elsewhere is named without whose it is."""
    device, nurse = bedside.device(), as_role("monitor")
    address = f"/charts/{bedside.chart}/visits/{VISIT}/devices/"
    assert "None. Vital signs are charted by hand" in words(nurse.get(address))
    form = {"form": "bind", "device": device.device}
    assert nurse.post(f"{address}bind/", form).status_code == 400
    assert nurse.post(f"{address}bind/", form | {"seen": "yes"}).status_code == 302
    assert "Nothing heard yet" in words(nurse.get(address))
    send(device)
    assert "Heard just now" in words(nurse.get(address))
    other = bedside.opened(given_name="Ben")
    elsewhere = words(nurse.get(f"/charts/{other}/visits/{VISIT}/devices/"))
    assert "Bound to another visit: Monitor 3" in elsewhere
    assert "Ada" not in elsewhere
    refused = nurse.post(f"/charts/{other}/visits/{VISIT}/devices/bind/", form | {"seen": "yes"})
    assert (refused.status_code, "bound to another visit" in words(refused)) == (400, True)
    assert nurse.post(f"{address}unbind/", {"form": "unbind", "device": device.device}).status_code == 302
    assert records.binding_of(device.device) is None
    told = words(nurse.get(f"/charts/{bedside.chart}/visits/{VISIT}/"))
    assert "None bound" in told


def test_the_room_names_its_devices_and_the_sender_of_a_value(bedside, as_role):
    device = bedside.bound()
    send(device)
    told = words(as_role("monitor").get(f"/charts/{bedside.chart}/visits/{VISIT}/"))
    assert re.search(r"72 /min , just now Monitor 3", told)
    assert "Monitor 3 Heard just now" in told


def test_a_silent_device_is_said_to_be_silent(bedside, as_role):
    """After the time the protocol gives a device's reading; it is told, and no value is judged."""
    device = bedside.bound()
    send(device)
    heard_at = records.binding_of(device.device).since + timedelta(seconds=1)
    HeardRow.objects.update(at=heard_at)
    for seconds, silent in ((60, False), (61, True)):
        with patch.object(door, "datetime") as clock:
            clock.now.return_value = heard_at + timedelta(seconds=seconds)
            page = as_role("monitor").get(f"/charts/{bedside.chart}/visits/{VISIT}/devices/")
        assert ("Silent: last heard 1 min ago" in words(page)) == silent


@pytest.mark.parametrize(
    ("skew_ms", "says"),
    [
        (5000, ""),
        (5001, "5 s behind. Set it"),
        (-5001, "5 s ahead. Set it"),
        (60_000, "60 s behind. Set it"),
        (60_001, "60 s behind: its values are kept and not shown as live"),
        (-3_600_000, "60 min ahead: its values are kept and not shown as live"),
        (None, "It sends no time of its own"),
    ],
)
def test_a_clock_that_is_wrong_is_said_to_be(skew_ms, says):
    found = clock_words(HeardRow(skew_ms=skew_ms))
    assert (says in found) if says else not found


@pytest.mark.parametrize(("behind", "live"), [(60, True), (61, False), (-60, True), (-61, False)])
def test_a_reading_far_from_its_reception_is_not_shown_as_live(bedside, as_role, behind, live):
    """It is kept, and drawn in the trend once its time has come."""
    now = datetime.now(UTC)
    at = now - timedelta(seconds=behind)
    made = Sample(
        id=uuid4(), chart=bedside.chart, visit=VISIT, signal="heart-rate",
        value=Decimal(72), unit="/min", source="Monitor 3", device_at=at,
    )  # fmt: skip
    store([made], received_at=now)
    points, _ = feed.of_visit(bedside.people["monitor"], bedside.chart, VISIT)
    assert [point.live for point in points] == [live]


def test_what_was_put_aside_is_for_those_who_may_open_every_chart(bedside, as_role):
    """It may name anybody: raw text is shown escaped, and another clinic's is not there."""
    device = bedside.bound()
    doors.put_aside(device, b"MSH|<script>alert(1)</script>\xff", "message: damaged", at=datetime.now(UTC))
    item = QuarantineRow.objects.get()
    for role in ("director", "prescriber", "monitor", "auditor"):
        assert "Message: damaged" in words(as_role(role).get("/devices/aside/"))
        page = as_role(role).get(f"/devices/aside/{item.id}/").content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
    for role in ("therapist", "manager"):
        assert as_role(role).get("/devices/aside/").status_code == 404
        assert as_role(role).get(f"/devices/aside/{item.id}/").status_code == 404
        assert "put aside" not in words(as_role(role).get("/devices/"))
    strange = QuarantineRow(
        clinic="00000000-0000-4000-8000-000000000009", device="x", key="k", received_at=datetime.now(UTC),
        why="theirs", raw=b"",
    )  # fmt: skip
    strange.save()
    assert as_role("director").get(f"/devices/aside/{strange.id}/").status_code == 404
    assert "theirs" not in words(as_role("director").get("/devices/aside/"))
