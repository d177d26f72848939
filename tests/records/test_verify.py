"""Tampering with the database in hand: every change is found and the first bad entry is named."""

import hashlib
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection

from openkap.clinical.entries.preparation import Intention
from openkap.clinical.refusal import BadInput
from openkap.records import readings
from openkap.records.anchor import write_anchor
from openkap.records.canonical import HASHED, START, entry_hash
from openkap.records.models import EntryRow, HeadRow, Reading
from openkap.records.verify import Fault, verify
from tests.records.test_readings import sample
from tests.records.walls import walls_down
from tests.records.writing import wrote

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
COLUMNS = [field.column for field in EntryRow._meta.concrete_fields]


@pytest.fixture
def chart(open_chart):
    """A chart of six entries beside another of two, in a ledger that verifies clean."""
    wrote(open_chart(family_name="Other"), Intention(words="other"))
    chart = open_chart()
    wrote(chart, *(Intention(words=f"words number {n}") for n in range(5)))
    assert verify() == []
    return f"chart:{chart}"


def sql(statement, *values):
    with walls_down(connection) as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def first_fault(subject) -> Fault:
    """The fault of that subject, and no other subject blamed that was not touched."""
    faults = {fault.subject: fault for fault in verify()}
    return faults[subject]


@pytest.mark.parametrize("seq", [1, 3, 6])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_byte_in_any_column_is_found_and_named(chart, column, seq):
    """First, middle and last entry; every column; the entry named is the one that was changed."""
    row = EntryRow.objects.get(subject=chart, seq=seq)
    before = getattr(row, column)
    after = before + 40 if column == "seq" else flipped(before)
    assert sql(f"UPDATE records_entryrow SET {column} = %s WHERE id = %s", after, row.id) == 1
    faults = {fault.subject: fault for fault in verify()}
    assert faults[chart].seq == seq, faults[chart]
    assert str(faults[chart]).startswith(f"{chart}, entry {seq}: ")


def flipped(text: str) -> str:
    """The text with one bit of one byte changed; a text for an empty one."""
    middle = len(text) // 2
    return text[:middle] + chr(ord(text[middle]) ^ 1) + text[middle + 1 :] if text else "x"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL stores no broken UTF-8")
def test_bytes_that_are_no_text_are_found_and_named(chart):
    """Broken UTF-8 must not end the search before it."""
    sql("UPDATE records_entryrow SET body = CAST(x'7bff7d' AS TEXT) WHERE subject = %s AND seq = 4", chart)
    assert first_fault(chart).seq == 4
    assert len(verify()) == 1


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its columns' types")
@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_of_another_type_is_found_and_named(chart, column):
    """SQLite stores a blob where text was; nothing falls over it."""
    other = "x'00ff'"
    sql(f"UPDATE records_entryrow SET {column} = {other} WHERE subject = %s AND seq = 4", chart)
    assert {fault.seq for fault in verify() if fault.subject == chart} == {4}


@pytest.mark.parametrize("subject", ["chart:nobody", b"\0"])
def test_a_row_of_no_ledger_is_found(chart, subject):
    """A row under a subject that has no head is nobody's entry."""
    if connection.vendor != "sqlite" and isinstance(subject, bytes):
        pytest.skip("PostgreSQL keeps its columns' types")
    row = dict(EntryRow.objects.filter(subject=chart, seq=1).values().get())
    row |= {"id": str(uuid4()), "subject": subject}
    names = ", ".join(row)
    sql(f"INSERT INTO records_entryrow ({names}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())
    assert [fault.subject for fault in verify()] == [str(subject)]


@pytest.mark.parametrize("seq", [1, 2, 5])
def test_a_deleted_entry_is_a_named_gap(chart, seq):
    """What is missing is named by its number."""
    sql("DELETE FROM records_entryrow WHERE subject = %s AND seq = %s", chart, seq)
    fault = first_fault(chart)
    assert fault.seq == seq
    assert "missing" in fault.what


@pytest.mark.parametrize("gone", [1, 3])
def test_a_cut_tail_is_named_with_what_the_head_says(chart, gone):
    """Entries removed from the end leave a chain that is whole, but shorter than its head."""
    sql("DELETE FROM records_entryrow WHERE subject = %s AND seq > %s", chart, 6 - gone)
    fault = first_fault(chart)
    assert fault.seq == 7 - gone
    assert f"the tail is gone: its head says 6 entries, and {6 - gone} are there" in fault.what


def test_a_tail_cut_together_with_its_head_breaks_the_seal(chart):
    """Whoever shortens the head as well cannot make its seal."""
    sql("DELETE FROM records_entryrow WHERE subject = %s AND seq = 6", chart)
    last = EntryRow.objects.get(subject=chart, seq=5).hash
    sql("UPDATE records_headrow SET seq = 5, hash = %s WHERE subject = %s", last, chart)
    assert "seal" in first_fault(chart).what


def test_a_removed_head_is_found(chart):
    """A ledger without a head could have had any tail."""
    sql("DELETE FROM records_headrow WHERE subject = %s", chart)
    assert "head" in first_fault(chart).what


@pytest.mark.parametrize("column", ["seq", "hash", "mac"])
def test_a_changed_head_is_found(chart, column):
    """Every column of a head is under its seal."""
    head = HeadRow.objects.get(subject=chart)
    after = head.seq + 1 if column == "seq" else flipped(getattr(head, column))
    sql(f"UPDATE records_headrow SET {column} = %s WHERE subject = %s", after, chart)
    assert "seal" in first_fault(chart).what


def test_two_entries_in_each_others_place_are_found(chart):
    """Reordering is a change of both."""
    for there, here in ((3, 99), (4, 3), (99, 4)):
        sql("UPDATE records_entryrow SET seq = %s WHERE subject = %s AND seq = %s", here, chart, there)
    assert first_fault(chart).seq == 3


def inserted(chart, seq, prev_hash):
    """A forged entry, correct in itself, put in by SQL."""
    row = dict(EntryRow.objects.filter(subject=chart, seq=2).values().get())
    row |= {"id": str(uuid4()), "seq": seq, "prev_hash": prev_hash, "body": '{"words":"forged"}'}
    row["hash"] = entry_hash(row)
    names = ", ".join(row)
    sql(f"INSERT INTO records_entryrow ({names}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())
    return row["hash"]


def test_an_entry_put_behind_the_last_is_found(chart):
    """A forged last entry is correct in itself, but the head never saw it."""
    last = EntryRow.objects.get(subject=chart, seq=6)
    inserted(chart, 7, last.hash)
    assert "head says 6 entries, and 7" in first_fault(chart).what


def test_an_entry_put_between_two_is_found(chart):
    """Later entries pushed up by one no longer match their hashes."""
    for seq in (6, 5, 4):
        sql("UPDATE records_entryrow SET seq = %s WHERE subject = %s AND seq = %s", seq + 1, chart, seq)
    inserted(chart, 4, EntryRow.objects.get(subject=chart, seq=3).hash)
    assert first_fault(chart).seq == 5


def rewritten(chart, *, head):
    """The whole chain recomputed after a change at entry 3, as somebody who knows the code could."""
    last = START
    for row in EntryRow.objects.filter(subject=chart).order_by("seq"):
        row.prev_hash = last
        if row.seq == 3:
            row.body = '{"words":"never said"}'
        last = entry_hash(row.__dict__)
        sql(
            "UPDATE records_entryrow SET body = %s, prev_hash = %s, hash = %s WHERE id = %s",
            row.body,
            row.prev_hash,
            last,
            row.id,
        )
    if head:
        sql("UPDATE records_headrow SET hash = %s WHERE subject = %s", last, chart)


@pytest.mark.parametrize("head", [False, True])
def test_a_chain_rewritten_with_fresh_hashes_is_found(chart, head):
    """Without the key the seal of the head cannot be made, with or without touching the head."""
    rewritten(chart, head=head)
    assert ("seal" if head else "head was sealed") in first_fault(chart).what


def test_a_chart_that_vanished_whole_is_missed(chart):
    """Rows and head gone: the clinic's ledger still says the chart was opened."""
    sql("DELETE FROM records_entryrow WHERE subject = %s", chart)
    sql("DELETE FROM records_headrow WHERE subject = %s", chart)
    fault = first_fault(chart)
    assert fault.seq == 0
    assert "whole chart is gone" in fault.what


def test_a_clinics_ledger_that_vanished_is_missed(chart, clinic):
    """Charts name the clinic whose ledger should know of them."""
    sql("DELETE FROM records_entryrow WHERE subject = %s", clinic.subject)
    sql("DELETE FROM records_headrow WHERE subject = %s", clinic.subject)
    assert f"{clinic.subject} does not know" in first_fault(chart).what


def test_an_entry_moved_to_another_chart_is_found(chart, open_chart):
    """Nothing can be lent from one person to another."""
    other = f"chart:{open_chart()}"
    sql("UPDATE records_entryrow SET subject = %s, seq = 2 WHERE subject = %s AND seq = 6", other, chart)
    assert {fault.subject: fault.seq for fault in verify()} == {chart: 6, other: 2}


def test_two_tampered_charts_are_both_named(open_chart):
    """One fault does not hide another."""
    subjects = {f"chart:{open_chart()}" for _ in range(3)}
    for subject in subjects:
        sql("UPDATE records_entryrow SET author = 'x' WHERE subject = %s", subject)
    assert {fault.subject for fault in verify()} == subjects


@pytest.fixture
def visit(open_chart):
    """A chart with six readings of which the first three are sealed."""
    chart = open_chart()
    for turn in range(2):
        readings.store([sample(chart, str(90 + n + turn)) for n in range(3)], received_at=AT)
        if turn == 0:
            wrote(chart, readings.digest(chart, "v1"))
    assert verify() == []
    return f"readings:{chart}:v1"


CHANGED_READINGS = {
    "signal": "'hr'",
    "thousandths": "1",
    "unit": "'1'",
    "source": "'x'",
    "device_at": "'2020-01-01 00:00:00+00:00'",
    "received_at": "'2020-01-01 00:00:00+00:00'",
    "visit": "'v2'",
}


@pytest.mark.parametrize("number", [1, 3, 6])
@pytest.mark.parametrize("column", CHANGED_READINGS)
def test_a_changed_reading_is_found(visit, column, number):
    """Sealed in the ledger or not yet, every column of every reading is covered."""
    sql(f"UPDATE records_reading SET {column} = {CHANGED_READINGS[column]} WHERE number = %s", number)
    assert visit in {fault.subject for fault in verify()}


@pytest.mark.parametrize("number", [1, 6])
def test_a_removed_reading_is_found(visit, number):
    """From the front or from the end."""
    sql("DELETE FROM records_reading WHERE number = %s", number)
    assert first_fault(visit).seq == number


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its columns' types")
@pytest.mark.parametrize("column", [f.column for f in Reading._meta.concrete_fields])
def test_a_reading_of_another_type_is_found(visit, column):
    """No traceback for what is no number, no time and no id."""
    sql(f"UPDATE records_reading SET {column} = 'zz' WHERE number = 2")
    assert any(fault.subject.startswith("readings:") for fault in verify())


def test_readings_rewritten_with_their_head_still_miss_the_ledgers_digest(visit):
    """Even whoever could make seals would have to change the chart as well."""
    chart = visit.split(":")[1]
    with walls_down(connection) as cursor:
        cursor.execute("UPDATE records_reading SET thousandths = 1 WHERE number = 2")
    last = START
    for reading in Reading.objects.order_by("number"):
        last = readings.chained(last, reading)
    from openkap.records.seals import seal

    sql(
        "UPDATE records_headrow SET hash = %s, mac = %s WHERE subject = %s", last, seal(visit, 6, last), visit
    )
    fault = first_fault(visit)
    assert fault.seq == 3
    assert f"entry 2 of chart:{chart} sealed" in fault.what


def test_an_older_copy_put_back_is_found_by_the_anchor(chart, tmp_path):
    """Inside itself an old copy is perfect; only something kept elsewhere shows it."""
    anchor = tmp_path / "anchor.json"
    old = dict(HeadRow.objects.filter(subject=chart).values().get())
    wrote(chart.removeprefix("chart:"), Intention(words="last week's words"))
    write_anchor(anchor, at=AT)
    assert verify(anchor) == []
    sql("DELETE FROM records_entryrow WHERE subject = %s AND seq = 7", chart)
    sql(
        "UPDATE records_headrow SET seq = %s, hash = %s, mac = %s WHERE subject = %s",
        old["seq"],
        old["hash"],
        old["mac"],
        chart,
    )
    assert verify() == []
    (fault,) = verify(anchor)
    assert (fault.subject, fault.seq) == (chart, 7)
    assert "saw 7 entries, and 6 are there" in fault.what


def test_the_anchor_stays_good_while_the_ledger_grows(chart, tmp_path):
    """New entries behind the anchored one are no fault."""
    write_anchor(tmp_path / "a", at=AT)
    wrote(chart.removeprefix("chart:"), Intention(words="more"))
    assert verify(tmp_path / "a") == []


def test_readings_are_anchored_too(visit, tmp_path):
    """A visit's readings that went back to an earlier state, with their own old head, show."""
    chart, old = visit.split(":")[1], dict(HeadRow.objects.filter(subject=visit).values().get())
    readings.store([sample(chart)], received_at=AT)
    write_anchor(tmp_path / "a", at=AT)
    sql("DELETE FROM records_reading WHERE number = 7")
    sql(
        "UPDATE records_headrow SET seq = 6, hash = %s, mac = %s WHERE subject = %s",
        old["hash"],
        old["mac"],
        visit,
    )
    assert [fault.subject for fault in verify(tmp_path / "a")] == [visit]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"heads":{},"made_at":"","seal":""}', "\udcff"])
def test_a_file_that_is_no_anchor_is_refused(tmp_path, content):
    """Neither a wrong file nor an edited anchor is taken for one."""
    (tmp_path / "a").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput, match=str(tmp_path)):
        verify(tmp_path / "a")


def test_an_edited_anchor_is_refused(chart, tmp_path):
    """Who edits the anchor to fit an old copy cannot seal it."""
    write_anchor(tmp_path / "a", at=AT)
    content = json.loads((tmp_path / "a").read_text())
    content["heads"][chart][0] -= 1
    (tmp_path / "a").write_text(json.dumps(content))
    with pytest.raises(BadInput, match="seal"):
        verify(tmp_path / "a")


def test_every_column_but_the_hash_is_hashed():
    """A column added later must be covered too."""
    assert {*HASHED, "hash"} == set(COLUMNS)
    assert len(hashlib.sha256().hexdigest()) == len(START)
