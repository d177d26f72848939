"""A drill from its beginning to the staff record, and nowhere else."""

from datetime import timedelta

import pytest

from openkap.actions import dosing, drills
from openkap.clinical.refusal import BadInput
from openkap.clinical.status import assess
from openkap.protocol.load import shipped
from openkap.records import read
from openkap.records.models import ChartRow, DueRow, Reading, TaskRow
from openkap.records.policy import NotFound
from openkap.records.verify import verify
from tests.conftest import AT

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def begun(people):
    return drills.begin(people["monitor"], drill="desaturation", at=AT)


def events(people, begun, *named):
    for event, second in named:
        at = AT + second * SECOND
        dosing.observe(people["monitor"], begun.chart, at=at, visit=begun.visit, event=event)


def test_it_stands_in_the_room_at_its_minute_and_in_no_list(people, begun):
    """The visit is dosing; no list of patients, no need and no stage knows it."""
    chart = read.chart(people["monitor"], begun.chart, permission="visit.read")
    (visit,) = assess(chart, shipped(), AT).visits
    assert (visit.phase, AT - visit.dose_at) == ("dosing", timedelta(minutes=12))
    assert read.charts(people["prescriber"]) == []
    board = read.board(people["prescriber"], AT)
    assert (board.charts, board.needs) == (0, ())
    assert [today.visit.room for today in board.visits] == ["Drill"]


def test_its_monitor_shows_and_stores_each_moment_once(people, begun):
    later = AT + 90 * SECOND
    assert drills.play(later) == 5
    drills.play(later + SECOND)
    values = dict(Reading.objects.values_list("signal", "thousandths"))
    assert values["spo2"] == 87_000
    assert Reading.objects.count() == 5
    drills.play(later + 2 * SECOND)
    assert Reading.objects.count() == 10


def test_the_result_goes_to_who_took_part(people, begun):
    """Called in time, charted late, the infusion left running: each is said; nobody else is named."""
    events(people, begun, ("medical lead called", 100))
    signs = {"systolic": 118, "diastolic": 72, "spo2": 87, "sedation": 2}
    dosing.chart_vitals(people["prescriber"], begun.chart, at=AT + 200 * SECOND, visit=begun.visit, **signs)
    drills.end(people["monitor"], begun.chart, at=AT + 300 * SECOND, visit=begun.visit)
    ((fact, _),) = drills.recorded(people["auditor"])
    assert set(fact.names) == {"Monitor", "Prescriber"}
    assert [one.after_s for one in fact.results] == [200, 100, None]
    assert verify() == []


def test_when_it_is_over_nothing_is_left_of_it(people, begun):
    """No visit on the board, no due, no task; no reading comes any more."""
    drills.end(people["monitor"], begun.chart, at=AT + 60 * SECOND, visit=begun.visit)
    board = read.board(people["prescriber"], AT + 61 * SECOND)
    assert (board.visits, board.needs) == ((), ())
    assert drills.play(AT + 62 * SECOND) == 0
    assert ChartRow.objects.get().drill
    assert not TaskRow.objects.filter(chart__drill=False).exists()
    assert not DueRow.objects.filter(chart__drill=False).exists()


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_who_does_not_work_in_the_room_runs_none(people, role):
    with pytest.raises(NotFound):
        drills.begin(people[role], drill="fire", at=AT)


def test_a_drill_nobody_wrote_is_refused(people):
    with pytest.raises(BadInput, match="drill"):
        drills.begin(people["monitor"], drill="earthquake", at=AT)


def test_only_a_drill_ends_as_one_and_only_once(people, begun):
    drills.end(people["monitor"], begun.chart, at=AT, visit=begun.visit)
    with pytest.raises(BadInput, match="over already"):
        drills.end(people["monitor"], begun.chart, at=AT, visit=begun.visit)
    other = drills.begin(people["monitor"], drill="fire", at=AT)
    with pytest.raises(BadInput, match="no drill"):
        drills.end(people["monitor"], other.chart, at=AT, visit="another")
