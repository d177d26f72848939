"""Device readings: stored once, in thousandths, in one commit for many, and sealed."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from openkap.clinical.refusal import BadInput
from openkap.records import readings
from openkap.records.canonical import START
from openkap.records.ledger import IdReused
from openkap.records.models import Reading
from openkap.records.readings import Sample, digest, since, store
from openkap.records.verify import verify
from tests.records.walls import walls_down

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def sample(chart, value="97.5", **other):
    given = {
        "id": uuid4(),
        "chart": chart,
        "visit": "v1",
        "signal": "spo2",
        "value": Decimal(value) if isinstance(value, str) else value,
        "unit": "%",
        "source": "monitor 3",
        "device_at": AT,
    }
    return Sample(**given | other)


@pytest.mark.django_db
def test_a_reading_is_a_whole_number_of_thousandths():
    """97.5 % is stored as 97500 and numbered within its visit."""
    chart = str(uuid4())
    rows = store([sample(chart), sample(chart, "-1.001")], received_at=AT)
    assert [(row.number, row.thousandths) for row in rows] == [(1, 97500), (2, -1001)]
    assert since(chart, "v1", 1) == [rows[1]]


@pytest.mark.django_db
def test_a_reading_sent_again_is_stored_once():
    """The same id and content gives the stored row; other content is refused."""
    one = sample(str(uuid4()))
    (first,) = store([one], received_at=AT)
    (again,) = store([one], received_at=AT + timedelta(seconds=5))
    assert (again.number, again.received_at) == (first.number, AT)
    assert Reading.objects.count() == 1
    with pytest.raises(IdReused):
        store([sample(one.chart, "98", id=one.id)], received_at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"value": Decimal("NaN")}, "spo2"),
        ({"value": Decimal("1e999")}, "spo2"),
        ({"value": Decimal("97.5001")}, "spo2"),
        ({"value": 97.5}, "spo2"),
        ({"id": "1"}, "id"),
        ({"device_at": datetime(2026, 5, 14)}, "device_at"),
        ({"source": "a\0b"}, "source"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 2**63}, "sequence"),
        ({"chart": "x"}, "chart"),
    ],
)
def test_a_reading_that_is_no_number_is_refused(change, named):
    """Nothing is rounded, guessed or repaired on the way in."""
    with pytest.raises(BadInput) as refused:
        store([sample(str(uuid4())), sample(**{"chart": str(uuid4())} | change)], received_at=AT)
    assert refused.value.where == named
    assert Reading.objects.count() == 0


@pytest.mark.django_db
def test_the_digest_covers_every_reading_of_its_visit_alone():
    """Another reading changes it; a reading of another visit does not."""
    chart = str(uuid4())
    empty = digest(chart, "v1")
    store([sample(chart)], received_at=AT)
    one = digest(chart, "v1")
    store([sample(chart, visit="v2")], received_at=AT)
    assert (empty.count, one.count) == (0, 1)
    assert digest(chart, "v1") == one != empty
    store([sample(chart)], received_at=AT)
    assert digest(chart, "v1").sha256 != one.sha256


@pytest.mark.django_db(transaction=True)
def test_many_submitters_share_commits_and_each_is_answered():
    """40 threads store 200 readings in fewer commits than submissions, with no number used twice."""
    chart, answers, commits = str(uuid4()), [], []
    plain = readings._WRITER._store

    def counted(rows):
        commits.append(len(rows))
        return plain(rows)

    def send(number):
        try:
            for turn in range(5):
                answers.extend(store([sample(chart, str(number * 5 + turn))], received_at=AT))
        finally:
            connection.close()

    readings._WRITER._store = counted
    try:
        threads = [threading.Thread(target=send, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        readings._WRITER._store = plain
    assert sorted(row.number for row in answers) == list(range(1, 201))
    assert sorted(Reading.objects.values_list("thousandths", flat=True)) == [n * 1000 for n in range(200)]
    assert len(commits) < 200


@pytest.mark.django_db(transaction=True)
def test_one_bad_submission_does_not_fail_the_others():
    """In a shared commit, only the sender who reused an id hears of it."""
    chart = str(uuid4())
    first = sample(chart)
    store([first], received_at=AT)
    bad = readings._row(sample(chart, "50", id=first.id), AT)
    good = readings._row(sample(chart, "51"), AT)
    from concurrent.futures import Future

    futures = [Future(), Future()]
    readings._WRITER._commit([([bad], futures[0]), ([good], futures[1])])
    assert isinstance(futures[0].result(), IdReused)
    assert futures[1].result()[0].number == 2


@pytest.mark.django_db(transaction=True)
def test_the_writer_ends_when_nobody_comes_and_starts_again(monkeypatch):
    """No thread and no connection is left behind."""
    monkeypatch.setattr("openkap.records.onecommit.IDLE_SECONDS", 0.05)
    chart = str(uuid4())
    store([sample(chart)], received_at=AT)
    thread = readings._WRITER._thread
    if thread:
        thread.join(5)
    assert readings._WRITER._thread is None
    store([sample(chart)], received_at=AT)
    assert Reading.objects.count() == 2


@pytest.mark.django_db
def test_readings_join_the_callers_transaction():
    """What the outer transaction takes back was never acknowledged."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        store([sample(str(uuid4()))], received_at=AT)
        raise ZeroDivisionError
    assert Reading.objects.count() == 0


@pytest.mark.django_db
def test_a_sequence_is_hashed_where_there_is_one():
    """Without one, the hash is what it was before the column; sent again under a number, it is the same."""
    chart, id = "00000000-0000-4000-8000-000000000001", UUID("00000000-0000-4000-8000-000000000002")
    (plain,) = store([sample(chart, id=id)], received_at=AT)
    known = "3cb79b0f867fbce50290434260f925a2c4ba2714f7d530b64b64989f6af49a01"
    assert readings.chained(START, plain) == known
    plain.sequence = 0
    assert readings.chained(START, plain) != known
    (again,) = store([sample(chart, id=id, sequence=7)], received_at=AT)
    assert again.sequence is None


@pytest.mark.django_db
def test_a_changed_sequence_is_found():
    """It is sealed like every other column: changed, removed or added."""
    chart = str(uuid4())
    store([sample(chart, sequence=41), sample(chart, sequence=2**63 - 1), sample(chart)], received_at=AT)
    assert verify() == []
    for number, changed in ((1, "42"), (2, "NULL"), (3, "1")):
        with walls_down(connection) as cursor:
            cursor.execute("SELECT sequence FROM records_reading WHERE number = %s", [number])
            (kept,) = cursor.fetchone()
            cursor.execute(f"UPDATE records_reading SET sequence = {changed} WHERE number = {number}")
        assert len(verify()) == 1
        with walls_down(connection) as cursor:
            cursor.execute("UPDATE records_reading SET sequence = %s WHERE number = %s", [kept, number])
    assert verify() == []
