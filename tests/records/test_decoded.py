"""Charts kept decoded between two reads: never another than the ledger's, and only new entries decoded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkap.clinical.entries.preparation import Intention
from openkap.records import decoded
from openkap.records.models import EntryRow
from tests.records.walls import walls_down
from tests.records.writing import wrote

pytestmark = pytest.mark.django_db


def asked(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return [query["sql"] for query in queries]


def test_a_chart_that_has_not_changed_costs_one_question(open_chart):
    """Only its head is read."""
    subject = f"chart:{open_chart()}"
    decoded.chart(subject)
    (only,) = asked(lambda: decoded.chart(subject))
    assert "headrow" in only


def test_what_another_process_wrote_is_decoded_alone(open_chart):
    """Of a chart that grew elsewhere, the new rows are read and no others."""
    chart = open_chart()
    subject = f"chart:{chart}"
    old = decoded.chart(subject)
    last = EntryRow.objects.get(subject=subject).hash
    wrote(chart, Intention(words="rest"))
    decoded._KEPT.put(subject, last, old)
    head, rows = asked(lambda: decoded.chart(subject))
    assert '"seq" > 1' in rows
    assert "headrow" in head
    assert decoded.chart(subject).facts(Intention) == [Intention(words="rest")]


def test_many_charts_cost_two_questions(open_chart):
    """Heads, then the rows of all that are not kept."""
    subjects = [f"chart:{open_chart()}" for _ in range(5)]
    decoded.forget()
    assert len(asked(lambda: decoded.charts(subjects))) == 2
    assert set(decoded.charts([*subjects, "chart:nobody"])) == set(subjects)


def test_the_oldest_charts_are_let_go_when_memory_is_full(open_chart, monkeypatch):
    """The number of entries kept is bounded."""
    monkeypatch.setattr(decoded, "KEPT_ENTRIES", 3)
    decoded.forget()
    subjects = [f"chart:{open_chart()}" for _ in range(5)]
    assert len(decoded._KEPT._charts) == 3
    assert [decoded.chart(subject).seq for subject in subjects] == [1] * 5


def test_an_entry_that_cannot_be_read_says_which_and_what_to_do(open_chart):
    """A chart is never shown with an entry left out."""
    chart = open_chart()
    wrote(chart, Intention(words="rest"))
    with walls_down(connection) as cursor:
        cursor.execute("UPDATE records_entryrow SET kind = 'no-such-kind' WHERE seq = 2")
    decoded.forget()
    with pytest.raises(decoded.BrokenEntry, match=f"Entry 2 of chart:{chart} .*openkap verify"):
        decoded.chart(f"chart:{chart}")
