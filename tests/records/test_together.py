"""Writers at the same instant: one id is one entry, one number is one entry, one identifier one chart."""

import threading
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from openkap.clinical.entries.person import Identifier
from openkap.clinical.entries.screening import Score
from openkap.clinical.refusal import BadInput
from openkap.records.ledger import Conflict, IdReused
from openkap.records.models import EntryRow, IdentifierRow
from openkap.records.projections import IdentifierTaken
from openkap.records.verify import verify
from tests.records.writing import AT, wrote

pytestmark = pytest.mark.django_db(transaction=True)
CALM = Score(instrument="phq9", total=3)


def at_once(*calls):
    """What each call gave or raised; all start together."""
    answers, start = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        start.wait()
        try:
            answers[index] = call()
        except (Conflict, BadInput) as refused:
            answers[index] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_one_id_sent_by_many_at_once_is_stored_once(open_chart):
    """Every sender gets the same stored entry."""
    chart, id = open_chart(), uuid4()
    answers = at_once(*[lambda: wrote(chart, CALM, id=id)] * 8)
    assert len({entry.seq for (entry,) in answers}) == 1
    assert EntryRow.objects.filter(id=str(id)).count() == 1
    assert verify() == []


def test_one_id_for_two_charts_at_once_goes_to_one(open_chart):
    """One of them hears that the id is taken."""
    charts = [open_chart() for _ in range(4)]
    for _ in range(5):
        id = uuid4()
        answers = at_once(*[partial(wrote, chart, CALM, id=id) for chart in charts])
        assert sum(isinstance(answer, IdReused) for answer in answers) == 3
    assert verify() == []


def test_of_writers_who_saw_the_same_entry_one_gets_through(open_chart):
    """The others get a conflict that holds the winner's entry, and nothing is overwritten."""
    chart = open_chart()
    for seen in range(1, 6):
        answers = at_once(*[partial(wrote, chart, CALM, seen=seen)] * 4)
        conflicts = [answer for answer in answers if isinstance(answer, Conflict)]
        (won,) = [answer for answer in answers if isinstance(answer, list)]
        assert [conflict.newer_entries for conflict in conflicts] == [won] * 3
    assert EntryRow.objects.filter(subject=f"chart:{chart}").count() == 6


def test_one_identifier_for_two_charts_at_once_goes_to_one(open_chart):
    """Two imports of one person at the same instant make one chart with that number."""
    charts = [open_chart() for _ in range(4)]
    number = Identifier(system="urn:mrn", value="4711")
    answers = at_once(*[partial(wrote, chart, number) for chart in charts])
    assert sum(isinstance(answer, IdentifierTaken) for answer in answers) == 3
    assert IdentifierRow.objects.count() == 1
    assert verify() == []


def test_threads_writing_to_several_charts_in_crossing_order_do_not_block_each_other(open_chart):
    """Heads are taken in one order by everybody."""
    from openkap.records.ledger import Draft, append

    one, two = (f"chart:{open_chart()}" for _ in range(2))

    def pair(*subjects):
        return append([Draft(subject, CALM, AT) for subject in subjects], author="a", via="t", at=AT)

    for _ in range(5):
        answers = at_once(*[lambda: pair(one, two), lambda: pair(two, one)] * 2)
        assert all(len(answer) == 2 for answer in answers)
    assert verify() == []


def test_verifying_while_others_write_raises_no_false_alarm(open_chart):
    """New charts, entries and readings arrive during a search; none of them is taken for a fault."""
    from openkap.records.readings import digest, store
    from tests.records.test_readings import sample

    chart, found, stop = open_chart(), [], threading.Event()

    def writer():
        for turn in range(40):
            wrote(chart, CALM)
            store([sample(chart)], received_at=AT)
            wrote(chart, digest(chart, "v1"))
            if turn % 8 == 0:
                open_chart()
        stop.set()

    def verifier():
        while not stop.is_set():
            found.append(verify())

    at_once(writer, verifier)
    assert stop.is_set()
    assert len(found) > 1
    assert [fault for faults in found for fault in faults] == []


def test_of_two_who_close_one_task_at_once_one_is_told_it_is_not_open(people, open_chart):
    """The question and the answer are one: nobody writes between them."""
    from openkap.actions.office import close_task
    from openkap.clinical.entries.office import TaskClosed, TaskOpened

    who, chart = people["prescriber"], open_chart()
    for number in range(5):
        wrote(chart, TaskOpened(task=f"t{number}", what="Call", rule="r"))
        close = partial(close_task, who, chart, at=AT, task=f"t{number}", outcome="Spoke", follow_up="Call")
        answers = at_once(close, close)
        assert sum(isinstance(answer, BadInput) for answer in answers) == 1
    assert EntryRow.objects.filter(kind=TaskClosed.KIND).count() == 5
