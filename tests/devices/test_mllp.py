"""HL7 v2 through the real socket: real messages, strangers, damaged ones, half ones."""

import dataclasses
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from openkap.devices.mllp import END, START, Frames, NotFramed, framed, stored
from openkap.protocol.doors import doors
from openkap.records import heard
from openkap.records.models import DeviceRow, QuarantineRow, Reading
from tests.devices.sender import Link, made_now, of_nobody, oru, pulse, real_messages

REAL = {
    "broken-mindray-fused-segments.hl7": ("", "AE", {}, ["what kind of message"]),
    "emap-MixedHL7Message.hl7": (
        "T11E T11E BY02 BY02-17 U R DEPID",
        "AA",
        {},
        ["6^Temp^FDCEMAP", "8^Pulse^FDCEMAP", "10^SpO2^FDCEMAP", "8^Unexpected result status^FDCEMAP"],
    ),
    "emap-oru_r01_empty_report.hl7": ("T1US", "AA", {}, []),
    "emap-oru_r01_unrecognised_data_type.hl7": ("UROL", "AA", {}, []),
    "emap-oru_ro1_numeric.hl7": (
        "T11E T11E BY02 BY02-17 U R DEPID",
        "AA",
        {},
        ["ALP^Alkaline", "SFOL^Serum"],
    ),
    "emap-test1.hl7": ("UCHT03ICURM08", "AA", {}, ["52913"]),
    "mindray-vs900.hl7": (
        "",
        "AA",
        {
            "spo2": "99 %",
            "pulse": "94 /min",
            "systolic": "147 mm[Hg]",
            "mean-pressure": "109 mm[Hg]",
            "diastolic": "90 mm[Hg]",
            "temperature": "35.1 Cel",
        },
        [],
    ),
    "or-monitor-unknown-code.hl7": (
        "",
        "AA",
        {"heart-rate": "72 /min", "spo2": "98 %"},
        ["999999^UNKNOWN^MDC"],
    ),
    "philips-efficia-monitor.hl7": (
        "",
        "AA",
        {"heart-rate": "60 /min", "spo2": "96 %", "respiratory-rate": "20 /min", "pulse": "59 /min"},
        [],
    ),
    "philips-mx500-pcd01.hl7": ("My Unit Bed1 Institution", "AA", {"heart-rate": "60 /min"}, []),
    "philips-piic-abp.hl7": (
        "Doc1 5 1",
        "AA",
        {
            "spo2": "95 %",
            "respiratory-rate": "15 /min",
            "heart-rate": "60 /min",
            "arterial-systolic": "120 mm[Hg]",
            "arterial-diastolic": "70 mm[Hg]",
            "arterial-mean": "91 mm[Hg]",
        },
        [],
    ),
    "philips-suresigns-vs.hl7": ("", "AA", {"spo2": "100 %", "diastolic": "69 mm[Hg]"}, []),
    "tr8-vitals.hl7": (
        "Bed12 WardA",
        "AA",
        {
            "heart-rate": "72 /min",
            "spo2": "98 %",
            "systolic": "120 mm[Hg]",
            "diastolic": "80 mm[Hg]",
            "mean-pressure": "93 mm[Hg]",
            "temperature": "36.6 Cel",
        },
        [],
    ),
    "vendor-oru-escapes-null.hl7": ("", "AA", {}, []),
    "xh80x-sentinel-999.hl7": ("", "AA", {}, []),
}
"""File → bed it names, the answer, what is stored, what is put aside. Read from the messages by hand."""


def test_every_real_message_through_the_real_socket(open_bedside, listening):
    """Its times set to now and without whom it is about: what is stored is what a person reads in it."""
    messages = real_messages()
    assert set(messages) == set(REAL)
    for number, bed in enumerate(sorted({bed for bed, *_ in REAL.values()})):
        open_bedside.bound(open_bedside.device(f"Monitor {number}", bed=bed))
    with Link(listening()) as link:
        for name, message in messages.items():
            _, code, values, aside = REAL[name]
            before, put_before = Reading.objects.count(), QuarantineRow.objects.count()
            answered = link.ask(made_now(of_nobody(message)))
            assert answered[0] == code, (name, answered)
            new = Reading.objects.order_by("number")[before:]
            found = {row.signal: f"{row.thousandths / 1000:g} {row.unit}" for row in new}
            assert found == values, name
            whys = [row.why for row in QuarantineRow.objects.order_by("received_at")][put_before:]
            for part in aside:
                assert any(part in why for why in whys), (name, part, whys)
            assert bool(aside) == bool(whys), (name, whys)
    assert not Reading.objects.filter(thousandths__lt=0).exists()


def test_real_messages_about_somebody_else_are_put_aside(open_bedside, listening):
    """As they came, but for their times: each names a person who is not this chart's, and none is stored."""
    messages = real_messages()
    for number, bed in enumerate(sorted({bed for bed, *_ in REAL.values()})):
        open_bedside.bound(open_bedside.device(f"Monitor {number}", bed=bed))
    named = [name for name in messages if name.startswith(("philips", "tr8"))]
    with Link(listening()) as link:
        for name in named:
            code, _, words = link.ask(made_now(messages[name]))
            assert (code, "not that of this chart" in words) == ("AE", True), name
        assert Reading.objects.count() == 0
        assert QuarantineRow.objects.count() == len(named)
        # With their own times they were measured years before the device was bound.
        code, _, words = link.ask(of_nobody(messages["mindray-vs900.hl7"]))
        assert (code, "before the device was bound" in words) == ("AE", True)


def test_what_is_acknowledged_is_stored_with_its_times(open_bedside, listening):
    """Source, device time, receive time and sequence; sent again, it is there once and answered the same."""
    device = open_bedside.bound()
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=3)
    message = oru(pulse(72), number="A-17", at=at, msh13="4711")
    with Link(listening()) as link:
        assert link.ask(message) == ["AA", "A-17", "1 stored"]
        assert link.ask(message) == ["AA", "A-17", "1 stored"]
    (row,) = Reading.objects.all()
    assert (row.source, row.device_at, row.sequence) == ("Monitor 3", at, 4711)
    assert timedelta(seconds=3) <= row.received_at - at < timedelta(seconds=30)
    assert 3000 <= heard.of([device.device])[device.device].skew_ms < 30_000


def test_without_a_number_of_its_own_the_place_in_the_connection_counts(open_bedside, listening):
    open_bedside.bound()
    with Link(listening()) as link:
        for value in (70, 71, 72):
            link.ask(oru(pulse(value)))
    rows = Reading.objects.order_by("number").values_list("thousandths", "sequence")
    assert list(rows) == [(70_000, 1), (71_000, 2), (72_000, 3)]


def test_a_stranger_is_refused_unread(open_bedside, listening):
    """Registered from elsewhere is a stranger; nothing of it is kept, and the connection ends."""
    open_bedside.bound(open_bedside.device(addresses=("192.0.2.7",)))
    with Link(listening()) as link:
        assert link.ask(oru(pulse(72))) == ["AR", "", "this sender is not registered here"]
        with pytest.raises(ConnectionError):
            link.ask(oru(pulse(72)))
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == (0, 0)


def test_a_device_nobody_bound_is_turned_away(open_bedside, listening):
    """Nothing is kept: a reading nobody bound belongs to nobody. That it speaks is seen."""
    device = open_bedside.device()
    with Link(listening()) as link:
        code, _, words = link.ask(oru(pulse(72)))
    assert (code, "bound to no visit" in words) == ("AR", True)
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == (0, 0)
    assert "bound to no visit" in heard.of([device.device])[device.device].why


def test_a_gateway_is_one_device_a_bed(open_bedside, listening):
    """Two beds of one gateway go into two charts; a bed nobody registered goes nowhere."""
    other = open_bedside.opened(given_name="Ben")
    for name, bed, chart in (("One", "W^1^A", open_bedside.chart), ("Two", "w 1 b", other)):
        open_bedside.chart = chart
        open_bedside.bound(open_bedside.device(name, bed=bed))
    with Link(listening()) as link:
        for value, bed in ((71, "W^1^A"), (72, "W^1^B")):
            assert link.ask(oru(pulse(value)).replace(b"PV1||I|", f"PV1||I|{bed}".encode()))[0] == "AA"
        for bed in ("W^1^C", ""):
            code, _, words = link.ask(oru(pulse(73)).replace(b"PV1||I|", f"PV1||I|{bed}".encode()))
            assert (code, "no device of this sender" in words) == ("AR", True)
    of = {str(row.chart): row.thousandths for row in Reading.objects.all()}
    assert len(of) == 2
    assert of[other] == 72_000


@pytest.mark.parametrize(
    ("message", "code", "words"),
    [
        (b"", "AE", "does not begin with MSH"),
        (b"MSH", "AE", "does not begin with MSH"),
        (b"MSH|", "AE", "does not begin with MSH"),
        (b"MSH|^~\\&|", "AE", "what kind of message"),
        (b"MSH|^~\\&|||||20260101||ORU^R01", "AE", "no number of its own"),
        (b"MSH|^~\\&|||||20260101||ORU^R01|1|P|2.6\rOBX|\xff\xfe", "AE", "not UTF-8"),
        (b"MSH|^~\\&|||||20260101||ORU^R01|1|P|2.6\robx|1", "AE", "line 2"),
        (b"MSH|^~\\&|||||20260101||ORU^R01|1|P|2.6\rPID|\x00", "AE", "control character"),
        (b"MSH|^~\\&|||||20260101||ADT^A01|1|P|2.6\rPID|", "AR", "not ORU^R01"),
        (b"MSH|^~\\&|||||20260101||ORU^R01|1|P|2.6\rPID|1\rPID|2\rOBX|1", "AE", "more than one person"),
    ],
)
def test_a_damaged_message_is_kept_and_answered(open_bedside, listening, message, code, words):
    """AE with the reason, the raw text kept once; another kind of message is AR and not kept."""
    open_bedside.bound()
    with Link(listening()) as link:
        for _ in range(2):
            answered = link.ask(message)
            assert answered[0] == code
            assert words in answered[2].replace("\\S\\", "^")
        assert link.ask(oru(pulse(72)))[0] == "AA"  # the connection goes on
    kept = [bytes(row.raw) for row in QuarantineRow.objects.all()]
    assert kept == ([message] if code == "AE" else [])


def test_too_long_too_slow_too_many(open_bedside, listening):
    """Each ends its own connection, keeps nothing, and the next one is answered."""
    open_bedside.bound()
    limits = dataclasses.replace(
        doors().mllp, most_bytes=5000, whole_message_s=0.5, first_byte_s=2, connections_of_one_address=3
    )
    port = listening(limits=limits)
    for sent in (START + b"MSH|" + b"x" * 200_000, b"GET / HTTP/1.1\r\n\r\n", START + b"MSH|half"):
        with Link(port) as link:
            try:
                link.socket.sendall(sent)
                assert link.socket.recv(100) == b""
            except ConnectionError:
                continue
    crowd = [Link(port) for _ in range(3)]
    with Link(port) as fourth, pytest.raises((ConnectionError, OSError)):
        fourth.ask(oru(pulse(72)))
    for link in crowd:
        link.socket.close()
    with Link(port) as link:
        assert link.ask(oru(pulse(72)))[0] == "AA"
    assert Reading.objects.count() == 1


def test_an_independent_sender_is_acknowledged(open_bedside, listening, tmp_path):
    """python-hl7's own `mllp_send`, from a file, over this socket."""
    open_bedside.bound()
    port, file = listening(), tmp_path / "one.hl7"
    file.write_bytes(oru(pulse(72), number="P1") + oru(pulse(74), number="P2"))
    sender = Path(sys.executable).with_name("mllp_send")
    done = subprocess.run(
        [sender, "-f", file, "--loose", "-p", str(port), "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("MSA|AA|P") == 2
    assert sorted(Reading.objects.values_list("thousandths", flat=True)) == [72_000, 74_000]


@given(st.lists(st.binary(max_size=40).filter(lambda m: b"\x1c" not in m)), st.data())
def test_frames_are_found_however_the_stream_is_cut(messages, data):
    stream, frames, found = b"\r\n".join(framed(message) for message in messages), Frames(1000), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += frames.feed(stream[:size])
        stream = stream[size:]
    assert found == messages
    assert not frames.begun


def test_a_frame_of_exactly_the_limit_passes_and_one_byte_more_does_not():
    assert list(Frames(10).feed(framed(b"x" * 10))) == [b"x" * 10]
    for cut in (framed(b"x" * 11), framed(b"x" * 12)[: -len(END)]):
        with pytest.raises(NotFramed):
            list(Frames(10).feed(cut))


def test_a_retired_device_is_a_stranger_in_the_middle_of_its_connection(open_bedside, listening):
    device = open_bedside.bound()
    with Link(listening()) as link:
        assert link.ask(oru(pulse(72)))[0] == "AA"
        DeviceRow.objects.filter(device=device.device).update(retired=True)
        assert link.ask(oru(pulse(73)))[0] == "AR"


def test_half_open_connections_do_not_stop_the_others(open_bedside, listening):
    """40 that say nothing, and one that works."""
    open_bedside.bound()
    limits = dataclasses.replace(doors().mllp, connections=64, connections_of_one_address=60)
    port = listening(limits=limits)
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    with Link(port) as link:
        assert link.ask(oru(pulse(72)))[0] == "AA"
    for one in silent:
        one.close()


def test_connections_share_a_batch_and_what_fails_it_fails_alone(open_bedside, listening):
    """Three connections at once: one message breaks the database for whoever is answered with it."""
    open_bedside.bound()
    base, sizes = datetime.now(UTC), []

    def breaking(calls):
        sizes.append(len(calls))
        if any(b"BREAK" in call.raw for call in calls):
            raise DatabaseError
        return stored(calls)

    port = listening(answers=breaking)
    with Link(port) as one, Link(port) as two, Link(port) as three:
        for link in (one, two, three):
            assert link.ask(oru(pulse(60)))[0] == "AA"
        for place, (link, number) in enumerate(((one, "1"), (two, "BREAK"), (three, "3"))):
            at = base + timedelta(seconds=place)
            link.socket.sendall(framed(oru(pulse(70 + place), number=number, at=at)))
        assert (one.answer()[:2], three.answer()[:2]) == (["AA", "1"], ["AA", "3"])
        with pytest.raises(ConnectionError):
            two.answer()
    assert sorted(Reading.objects.values_list("thousandths", flat=True))[-2:] == [70_000, 72_000]
    assert max(sizes) > 1


def test_messages_sent_without_waiting_are_answered_in_their_order(open_bedside, listening):
    """Two connections each send five at once: every answer comes, in the order of its own connection."""
    open_bedside.bound()
    base, port = datetime.now(UTC), listening()
    with Link(port) as one, Link(port) as two:
        for link, start in ((one, 0), (two, 5)):
            sent = [
                oru(pulse(60 + n), number=str(n), at=base + timedelta(seconds=n))
                for n in range(start, start + 5)
            ]
            link.socket.sendall(b"".join(map(framed, sent)))
        for link, start in ((one, 0), (two, 5)):
            assert [link.answer()[:2] for _ in range(5)] == [["AA", str(n)] for n in range(start, start + 5)]
    numbered = Reading.objects.order_by("number").values_list("thousandths", flat=True)
    halves = [[value for value in numbered if (value >= 65_000) == late] for late in (False, True)]
    assert halves == [sorted(half) for half in halves]
    assert len(numbered) == 10
