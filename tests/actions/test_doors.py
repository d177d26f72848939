"""What a device sent: into the visit it is bound to, or put aside; the message never chooses the chart."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from openkap.actions import devices, doors, dosing
from openkap.actions.doors import Claims, Delivery, Message, Value, contradiction
from openkap.clinical.chart import fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.person import ChartOpened
from openkap.protocol.doors import codes
from openkap.protocol.doors import doors as limits
from openkap.protocol.load import shipped
from openkap.records import heard, readings
from openkap.records.heard import Spoke
from openkap.records.models import BindingRow, DeviceRow, QuarantineRow, Reading
from openkap.records.verify import verify
from tests.bedside import NUMBER, PERSON, VISIT
from tests.records.writing import wrote

HEART = codes().signal("MDC", "147842")
NOW = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def value(number="72", signal=HEART, at=None, **more):
    return Value(signal=signal, value=Decimal(number), at=at or datetime.now(UTC), **more)


def send(device, *values, **more):
    raw = more.pop("raw", repr(values).encode())
    return doors.receive(device, Message(raw=raw, values=values, **more), at=datetime.now(UTC))


def test_a_value_is_stored_where_its_device_is_bound(bedside):
    device = bedside.bound()
    assert send(device, value(sequence=5)) == doors.Receipt(1)
    (row,) = Reading.objects.all()
    assert (str(row.chart), row.visit, row.signal, row.sequence) == (bedside.chart, VISIT, "heart-rate", 5)
    assert verify() == []


@pytest.mark.parametrize(
    ("number", "kept"),
    [("20", 1), ("19.999", 0), ("250", 1), ("250.001", 0), ("0", 0), ("384.5", 0), ("72.0004", 0)],
)
def test_what_no_living_person_has_is_put_aside(bedside, number, kept):
    """The limits of the plausible are the protocol's; beyond three decimals nothing is rounded."""
    receipt = send(bedside.bound(), value(number))
    assert (receipt.stored, len(receipt.aside), QuarantineRow.objects.count()) == (kept, 1 - kept, 1 - kept)


def test_good_values_beside_a_bad_one_are_stored(bedside):
    device = bedside.bound()
    receipt = send(device, value("72"), value("384.5"), faults=("line 3: no unit",), unread=("x^y^L",))
    assert (receipt.stored, len(receipt.aside)) == (1, 2)
    assert sorted(why[:8] for why in bedside.aside()) == ["Code nob", "line 3: "]
    send(device, value("72"), value("384.5"), raw=b"another", unread=("x^y^L",))
    assert QuarantineRow.objects.count() == 3  # a code nobody knows is listed once a device


@pytest.mark.parametrize(("seconds", "kept"), [(59, 1), (61, 0)])
def test_what_was_measured_before_the_binding_is_not_this_patients(bedside, seconds, kept):
    """A buffer that is emptied late belongs to whoever lay there then."""
    device = bedside.bound()
    since = BindingRow.objects.get().since
    assert send(device, value(at=since - timedelta(seconds=seconds))).stored == kept


def test_a_clock_that_was_never_set_is_put_aside(bedside):
    device, now = bedside.bound(), datetime.now(UTC)
    assert send(device, value(at=now + timedelta(hours=23))).stored == 1
    assert "future" in send(device, value(at=now + timedelta(hours=25))).aside[0]


def test_an_unbound_device_leaves_nothing(bedside):
    device = bedside.device()
    assert "bound to no visit" in send(device, value()).turned_away
    assert "bound to no visit" in doors.put_aside(device, b"?", "x", at=datetime.now(UTC)).turned_away
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == (0, 0)


def test_a_visit_that_is_over_takes_nothing_more(bedside):
    device = bedside.bound()
    assert send(device, value()).stored == 1
    nurse, now = bedside.people["monitor"], datetime.now(UTC)
    dosing.stop(nurse, bedside.chart, at=now, visit=VISIT, reason="x")
    assert send(device, value()).turned_away
    assert Reading.objects.count() == 1
    assert verify() == []


def test_what_one_visit_has_cannot_be_replayed_into_another(bedside):
    """Captured, the device bound elsewhere a moment later, sent again: not a row more."""
    device, sent = bedside.bound(), [value(str(70 + n)) for n in range(5)]
    first = bedside.chart
    send(device, *sent)
    devices.unbind_device(
        bedside.people["monitor"], first, at=datetime.now(UTC), visit=VISIT, device=device.device
    )
    bedside.chart = bedside.opened(given_name="Ben")
    bedside.bound(device)
    receipt = send(device, *sent)
    assert (receipt.stored, bool(receipt.aside)) == (0, True)
    assert set(map(str, Reading.objects.values_list("chart", flat=True))) == {first}


def test_a_cuff_that_repeats_its_value_is_stored_once(bedside):
    device, at = bedside.bound(), datetime.now(UTC)
    for number in range(10):
        assert send(device, value(at=at), raw=b"%d" % number).stored == 1
    assert Reading.objects.count() == 1


def test_demonstration_values_reach_no_real_chart(bedside):
    """A made-up person of the demonstration may have them."""
    device = bedside.bound()
    assert send(device, value(), simulated=True).stored == 1
    bedside.chart = bedside.opened(synthetic=False)
    other = bedside.bound(bedside.device("Two", addresses=("192.0.2.1",)))
    receipt = send(other, value(), simulated=True)
    assert (receipt.stored, "demonstration" in receipt.aside[0]) == (0, True)


def test_a_device_of_one_clinic_never_reaches_another(bedside):
    """Its row moved to another clinic's name: the binding does not follow."""
    device = bedside.bound()
    DeviceRow.objects.filter(device=device.device).update(clinic="00000000-0000-4000-8000-000000000009")
    device.refresh_from_db()
    assert send(device, value()).turned_away
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(
    ("claims", "against"),
    [
        (Claims(), ""),
        (Claims(family="BERG", given="ada", birth_date=date(1980, 1, 1), numbers=("4711",)), ""),
        (Claims(given="Ada Maria"), ""),
        (Claims(numbers=("unknown",)), ""),
        (Claims(family="Bergmann"), "family"),
        (Claims(given="Adam"), "given"),
        (Claims(family="Berg", given="Ada", birth_date=date(1980, 1, 2)), "birth date"),
        (Claims(family="Berg", numbers=("0815",)), "number"),
    ],
)
def test_a_message_can_only_speak_against_the_chart(bedside, claims, against):
    """One thing that disagrees puts all of it aside; what is missing or unknown says nothing."""
    wrote(bedside.chart, NUMBER)
    wrote(bedside.opened(given_name="Ben"), replace(NUMBER, value="0815"))
    receipt = send(bedside.bound(), value(), claims=claims)
    assert (receipt.stored, against in "".join(receipt.aside)) == (0 if against else 1, True)


CHART = fold(
    "chart:1",
    [Entry(id=None, subject="chart:1", seq=1, fact=ChartOpened(**PERSON | {"clinic": ""}),
           effective_at=NOW, recorded_at=NOW, author="t", via="t")],
)  # fmt: skip
EDIT = st.tuples(st.sampled_from(["drop", "swap", "add"]), st.integers(0, 9), st.sampled_from("abemnx"))


def edited(word, edit):
    how, place, letter = edit
    at = place % len(word)
    return {
        "drop": word[:at] + word[at + 1 :],
        "swap": word[:at] + letter + word[at + 1 :],
        "add": word[:at] + letter + word[at:],
    }[how]


@given(EDIT, st.sampled_from(["family", "given", "both"]))
def test_a_near_miss_of_a_name_is_a_miss(edit, which):
    """One letter more, less or other in a name: the values are not filed, whatever else agrees."""
    family = edited("Berg", edit) if which != "given" else "Berg"
    given_name = edited("Ada", edit) if which != "family" else "Ada"
    same = (family.casefold(), given_name.casefold()) == ("berg", "ada")
    found = contradiction(Claims(family=family, given=given_name, birth_date=date(1980, 1, 1)), CHART)
    assert bool(found) != same


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_another_birth_date_is_another_person(born):
    found = contradiction(Claims(family="Berg", given="Ada", birth_date=born), CHART)
    assert bool(found) == (born != date(1980, 1, 1))


def test_the_quarantine_of_a_day_is_bounded(bedside, monkeypatch):
    """Beyond the number kept in a day there is one line that says so, and the reason is still answered."""
    monkeypatch.setattr("openkap.records.aside.doors", lambda: replace(limits(), aside_a_day=3))
    device = bedside.bound()
    for number in range(8):
        assert send(device, raw=b"%d" % number, faults=("bad",)).aside == ("bad",)
    whys = bedside.aside()
    assert (len(whys), sum("More was put aside" in why for why in whys)) == (4, 1)


def test_what_is_heard_is_not_written_with_every_message(bedside):
    """A light, not a record; but a device that is turned away shows at once."""
    device = bedside.bound()
    at = datetime.now(UTC)
    heard.note([Spoke(device=device.device, at=at, sent_at=at - timedelta(seconds=7))])
    heard.note([Spoke(device=device.device, at=at + timedelta(seconds=1), sent_at=at)])
    row = heard.of([device.device])[device.device]
    assert (row.at, row.skew_ms, row.why) == (at, 7000, "")
    heard.note([Spoke(device=device.device, at=at + timedelta(seconds=1), turned_away="no")])
    row = heard.of([device.device])[device.device]
    assert (row.why, row.turned_away) == ("no", 1)


def test_every_signal_has_limits_and_every_number_a_basis():
    """A code that names no measurement of the protocol, or a source that is none, would be a guess."""
    protocol = shipped()
    for signal in set(codes().signals.values()):
        lowest, highest = signal.limits(protocol)
        assert lowest < highest
        assert all(protocol.measurements[name].unit == signal.unit for name in signal.plausible)
    import tomllib

    from openkap.protocol import doors as data

    told = tomllib.loads((data._FOLDER / "doors.toml").read_text())
    for name, table in told.items():
        numbered = any(isinstance(entry, int | float) for entry in table.values())
        assert not numbered or (table["basis"] and set(table["sources"]) <= set(protocol.sources)), name


def deliver(*sent):
    """Several messages in one batch: of each its device and its value."""
    now = datetime.now(UTC)
    return doors.receive_each(
        [Delivery(device, Message(raw=repr(one).encode(), values=(one,)), now) for device, one in sent]
    )


def test_one_bad_message_of_a_batch_fails_no_other(bedside):
    """An impossible value, an unbound device and a replay of another visit's value lie between good ones."""
    first, other = bedside.bound(), bedside.device("Unbound", addresses=("192.0.2.1",))
    replayed = value("65")
    send(first, replayed)
    chart = bedside.chart
    devices.unbind_device(
        bedside.people["monitor"], chart, at=datetime.now(UTC), visit=VISIT, device=first.device
    )
    bedside.chart = bedside.opened(given_name="Ben")
    bedside.bound(first)
    found = deliver(
        (first, value("71")),
        (first, value("384.5")),
        (other, value("72")),
        (first, replayed),
        (first, value("73")),
    )
    assert [(one.stored, len(one.aside), bool(one.turned_away)) for one in found] == [
        (1, 0, False), (0, 1, False), (0, 0, True), (0, 1, False), (1, 0, False)
    ]  # fmt: skip
    rows = Reading.objects.filter(chart=bedside.chart).order_by("number")
    assert [(row.number, row.thousandths) for row in rows] == [(1, 71_000), (2, 73_000)]
    assert len(bedside.aside()) == 2
    assert verify() == []


def test_messages_of_one_device_in_a_batch_keep_their_order(bedside):
    device, at = bedside.bound(), datetime.now(UTC)
    found = deliver(*[(device, value(str(70 + n), at=at + timedelta(seconds=n))) for n in range(3)])
    assert [one.stored for one in found] == [1, 1, 1]
    assert list(Reading.objects.order_by("number").values_list("thousandths", flat=True)) == [
        70_000, 71_000, 72_000
    ]  # fmt: skip


def test_the_same_message_twice_in_a_batch_is_stored_once_and_answered_twice(bedside):
    device, same = bedside.bound(), value()
    assert deliver((device, same), (device, same)) == [doors.Receipt(1), doors.Receipt(1)]
    assert Reading.objects.count() == 1


def test_a_visit_that_ends_before_the_commit_fails_only_its_own(bedside, monkeypatch):
    """Closed between the binding that was read and the lock: that message alone is put aside."""
    device = bedside.bound()
    over, bedside.chart = bedside.chart, bedside.opened(given_name="Ben")
    other = bedside.bound(bedside.device("Two", addresses=("192.0.2.1",)))
    store = readings.store_each

    def closed_first(submissions):
        dosing.stop(bedside.people["monitor"], over, at=datetime.now(UTC), visit=VISIT, reason="x")
        return store(submissions)

    monkeypatch.setattr(readings, "store_each", closed_first)
    ended, going_on = deliver((device, value()), (other, value("80")))
    assert (ended.stored, "visit is over" in ended.aside[0], going_on.stored) == (0, True, 1)
    assert verify() == []


def test_a_batch_costs_the_same_questions_however_many_messages(bedside):
    """Of 2 messages and of 20: what one asks of the database is asked once for all."""
    device, base = bedside.bound(), datetime.now(UTC)
    asked = []
    for start, count in ((0, 2), (100, 2), (200, 20)):
        sent = [(device, value(at=base + timedelta(milliseconds=start + n))) for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            deliver(*sent)
        asked.append(len(queries))
    assert asked[1] == asked[2]
