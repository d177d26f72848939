"""What one OBX means: values, units, nulls, states and times, each with its boundary."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hl7
import pytest

from openkap.clinical.refusal import BadInput
from openkap.devices import er7, hl7v2
from openkap.devices.hl7_time import instant
from tests.devices.sender import made_now, oru, pulse, real_messages

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


def read(*observations, raw=b"", **more):
    raw = raw or oru(*observations, at=AT, **more)
    return hl7v2.read(raw, hl7v2.segments(raw), zone=ZURICH, at=AT, place=1)


def values(*observations, **more):
    return [str(value.value) for value in read(*observations, **more).message.values]


def faults(*observations, **more):
    return "; ".join(read(*observations, **more).message.faults)


@pytest.mark.parametrize("sent", ["-1", "-100", "-999", "-99.9", "32767", "-999.0", "", '""', " "])
def test_no_value_is_no_value(sent):
    """What monitors send for "none" is neither a value nor a fault."""
    message = read(pulse(sent)).message
    assert (message.values, message.faults, message.unread) == ((), (), ())


@pytest.mark.parametrize("sent", ["72", "+72", "72.5", "-2", "-98", "32766"])
def test_other_numbers_are_values(sent):
    """Also those just beside a sentinel: whether a person can have them is asked later."""
    assert [float(value) for value in values(pulse(sent))] == [float(sent)]


@pytest.mark.parametrize("sent", ["72 bpm", "7,2", "<72", "1e2", "NaN", "72^73", "72~73", "７２", "0x48"])
def test_what_is_no_plain_number_is_a_fault(sent):
    assert values(pulse(sent)) == []
    assert "heart-rate" in faults(pulse(sent))


def temperature(value, unit):
    return f"OBX|1|NM|8310-5^Body temperature^LN||{value}|{unit}|||||F"


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("", "no unit"),
        ("^^", "no unit"),
        ("[degF]^F^UCUM", "not known to be Cel"),
        ("K", "not known to be Cel"),
        ("262688^MDC_DIM_PERCENT^MDC", "not known to be Cel"),
        ("999999^MDC_DIM_DEGC^MDC", "not known to be Cel"),
        ("268192^MDC_DIM_PERCENT^MDC", "not known to be Cel"),
    ],
)
def test_a_unit_that_is_missing_or_wrong_is_a_fault(unit, says):
    """102.2 without a unit is not guessed to be Fahrenheit, and nothing is converted."""
    assert values(temperature("102.2", unit)) == []
    assert says in faults(temperature("102.2", unit))


@pytest.mark.parametrize(
    "unit", ["Cel", "Cel^degree Celsius^UCUM", "268192^MDC_DIM_DEGC^MDC", "0004-17a0^°C^MDIL"]
)
def test_one_unit_by_its_many_names(unit):
    assert values(temperature("36.6", unit)) == ["36.6"]


@pytest.mark.parametrize("code", ["147842^x^MDC", "0002-4182^HR^MDIL", "8867-4^HR^LN", "a^b^L^147842^c^MDC"])
def test_one_signal_by_its_many_codes(code):
    assert values(f"OBX|1|NM|{code}||72|/min") == ["72"]


@pytest.mark.parametrize("code", ["147842", "HR^HR^99X", "0002-41ZZ^HR^MDIL", "-^x^MDIL", "8867-4^HR"])
def test_a_code_nobody_knows_is_named_and_not_guessed(code):
    message = read(f"OBX|1|NM|{code}||72|/min").message
    assert (message.values, len(message.unread)) == ((), 1)
    assert read(f"OBX|1|ST|{code}||words").message.unread == ()


@pytest.mark.parametrize(
    ("status", "taken", "fault"),
    [
        ("F", 1, ""), ("R", 1, ""), ("P", 1, ""), ("S", 1, ""),
        ("X", 0, ""), ("N", 0, ""), ("I", 0, ""),
        ("D", 0, "takes back"), ("W", 0, "takes back"), ("C", 0, "takes back"), ("Q", 0, "takes back"),
    ],
)  # fmt: skip
def test_the_status_decides(status, taken, fault):
    """Final and preliminary are values, absent is none; what changes an earlier value is looked at."""
    assert len(values(pulse(72, status=status))) == taken
    assert fault in faults(pulse(72, status=status))
    assert bool(fault) == bool(faults(pulse(72, status=status)))


@pytest.mark.parametrize(
    ("nature", "simulated"), [("DEMO", True), ("L~DEMO", True), ("", False), ("L", False)]
)
def test_demonstration_is_marked(nature, simulated):
    assert read(pulse(72, nature=nature)).message.simulated == simulated


def test_the_time_is_the_nearest_one_given():
    """OBX-14, else OBR-7, else MSH-7; one that is there and unreadable is a fault, not passed over."""
    raw = oru(pulse(72, at="202605140955"), at=AT)
    assert read(raw=raw).message.values[0].at == datetime(2026, 5, 14, 7, 55, tzinfo=UTC)
    now = AT.strftime("%Y%m%d%H%M%S.%f")[:-2].encode() + b"+0000"
    lines = oru(pulse(72), at=AT).split(b"\r")
    lines[3] = b"OBR|1|||x|||20260514115900"
    assert read(raw=b"\r".join(lines)).message.values[0].at == AT - timedelta(minutes=1)
    lines[3] = b"OBR|1"
    assert read(raw=b"\r".join(lines)).message.values[0].at == AT
    lines[0] = lines[0].replace(now, b"")
    assert "not said when" in "".join(read(raw=b"\r".join(lines)).message.faults)
    assert "not a time" in faults(pulse(72, at="20260514"))


@pytest.mark.parametrize(
    ("written", "is_"),
    [
        ("202605141200", "2026-05-14T10:00:00+00:00"),
        ("20260514120001.5", "2026-05-14T10:00:01.500000+00:00"),
        ("20260514100000+0000", "2026-05-14T10:00:00+00:00"),
        ("20260514053000.1234-0430", "2026-05-14T10:00:00.123400+00:00"),
    ],
)
def test_times_with_and_without_a_zone(written, is_):
    assert instant(written, ZURICH, AT).isoformat() == is_


@pytest.mark.parametrize(
    "written", ["", "2026", "20260514", "2026051412", "20260230120000", "20190929092150000",
                "20260514120000+25", "20260514120000+2500", "00000101000000", "99991231235959-1200",
                "２０２６０５１４１２００"]
)  # fmt: skip
def test_what_is_no_time_is_refused(written):
    """Less than a minute's precision, no day of the calendar, an instant outside it."""
    with pytest.raises(BadInput):
        instant(written, ZURICH, AT)


@pytest.mark.parametrize(("utc_hour", "minute"), [(0, 30), (1, 30)])
def test_in_the_repeated_hour_the_nearer_instant_is_meant(utc_hour, minute):
    """02:30 twice on 25 October 2026 in Zurich: each reception has its own."""
    now = datetime(2026, 10, 25, utc_hour, minute, 2, tzinfo=UTC)
    assert instant("20261025023000", ZURICH, now) == now.replace(second=0)


def test_two_beds_or_two_people_in_one_message_are_refused():
    """Which value is whose could only be guessed."""
    raw = oru(pulse(72), at=AT)
    for twice in (b"PV1||I|^^1\rPV1||I|^^2", b"PV1||I|\rPID|2"):
        with pytest.raises(BadInput, match="more than one"):
            read(raw=raw.replace(b"PV1||I|", twice))


def test_null_and_escapes_are_read_as_written():
    (segment,) = er7.read(b'MSH|^~\\&|a\\T\\b\\S\\c|""|\\X0D\\', 9)
    assert (segment.text(segment.at(3)), segment.text(segment.at(4))) == ("a&b^c", "")
    assert segment.text(segment.at(5)) == "\\X0D\\"


def test_a_second_reader_finds_the_same_fields():
    """python-hl7 on every real message that it reads: each field of each segment."""
    for name, raw in real_messages().items():
        text = raw.decode().replace("\r\n", "\r").replace("\n", "\r").strip()
        theirs = hl7.parse(text)
        ours = er7.read(raw, 2000)
        assert len(ours) == len(theirs), name
        for segment, other in zip(ours, theirs, strict=True):
            for number in range(2 if segment.name == "MSH" else 1, len(segment.fields)):
                if segment.name == "MSH" and number == 2:
                    continue
                assert segment.at(number).strip() == str(other[number]).strip(), (name, segment.name, number)


def test_restamping_changes_times_alone():
    raw = oru(pulse(72), at=AT)
    assert made_now(raw, AT) == raw
