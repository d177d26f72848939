"""The board: today where the clinic is, what waits, and counts, in as many queries for any clinic."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openkap.clinical.entries.dosing import Arrived, DoseGiven, VisitBooked, VisitStopped
from openkap.clinical.entries.office import TaskOpened, TaskTaken
from openkap.clinical.entries.person import JoinedCareTeam
from openkap.clinical.entries.screening import Score
from openkap.clinical.quantity import Milligrams
from openkap.records import accounts
from openkap.records.board import board, today
from openkap.records.models import DueRow
from openkap.records.policy import NotFound, principal_of
from openkap.records.read import charts
from tests.records.writing import AT, wrote

pytestmark = pytest.mark.django_db


def booked(visit="v1", at=AT + timedelta(hours=2)):
    return VisitBooked(visit=visit, starts_at=at, room="Blue", route="iv", number=1)


def test_visits_of_today_come_by_their_start(people, open_chart):
    """Today is a day in Zurich, and tomorrow's visits wait for tomorrow."""
    one, two, three = (open_chart(family_name=name) for name in ("One", "Two", "Three"))
    wrote(one, booked(at=AT + timedelta(hours=3)))
    wrote(two, booked(at=AT + timedelta(hours=1)))
    wrote(three, booked(at=AT + timedelta(days=1)))
    seen = board(people["monitor"], AT)
    assert [visit.row.family for visit in seen.visits] == ["Two", "One"]
    assert [visit.visit.phase for visit in seen.visits] == ["booked", "booked"]


@pytest.mark.parametrize(("hour", "shown"), [(21, True), (22, False)])
def test_the_day_ends_at_the_clinics_midnight(people, open_chart, hour, shown):
    """22:00 UTC is midnight in Zurich in May."""
    wrote(open_chart(), booked(at=AT.replace(hour=hour)))
    assert bool(board(people["monitor"], AT).visits) == shown


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 5, 14), 24)])
def test_the_days_the_clocks_change_are_shorter_and_longer(people, day, hours):
    """A day is from midnight to midnight, not 24 hours."""
    start, end = today(people["monitor"], datetime(*day, 12, tzinfo=UTC))
    assert end - start == timedelta(hours=hours)


def test_a_visit_still_going_on_after_midnight_stays(people, open_chart):
    """Yesterday's dose is on the board until the visit is over."""
    chart = open_chart()
    wrote(chart, booked(at=AT - timedelta(hours=11)), Arrived(visit="v1", identifiers=("name", "birth date")))
    wrote(
        chart,
        DoseGiven(visit="v1", route="iv", amount=Milligrams.parse("35", "amount")),
        at=AT - timedelta(hours=10),
    )
    late = AT + timedelta(hours=14)
    assert [visit.visit.id for visit in board(people["monitor"], late).visits] == ["v1"]
    wrote(open_chart(), booked("never came", AT - timedelta(hours=11)))
    assert len(board(people["monitor"], late).visits) == 1
    wrote(chart, VisitStopped(visit="v1", reason="done"), at=late)
    assert board(people["monitor"], late + timedelta(days=1)).visits == ()


def test_open_tasks_come_first_and_say_who_took_them(people, open_chart):
    """A safety task stays on the board after somebody took it on."""
    chart, who = open_chart(), people["prescriber"]
    wrote(chart, TaskOpened(task="t1", what="Suicide item positive", rule="phq9-item-9"))
    (need,) = [need for need in board(who, AT).needs if need.kind == "task"]
    assert (need.task, need.what, need.who) == ("t1", "Suicide item positive", "")
    assert board(who, AT).needs[0] == need
    wrote(chart, TaskTaken(task="t1"))
    (taken,) = [need for need in board(who, AT).needs if need.kind == "task"]
    assert taken.who == "ada"


def test_a_due_is_overdue_once_its_time_has_passed(people, open_chart, clinic):
    """The row says when; the clock says whether, at the very second."""
    chart, at = open_chart(), AT + timedelta(hours=1)
    DueRow.objects.create(chart_id=chart, clinic=clinic.id, what="Call", who="therapist", at=at, rule="r")

    def overdue(moment):
        return [need.overdue for need in board(people["monitor"], moment).needs if need.what == "Call"]

    assert overdue(AT) == [False]
    DueRow.objects.filter(what="Call").update(at=AT - timedelta(hours=1))
    assert overdue(AT) == [True]
    DueRow.objects.filter(what="Call").update(at=AT + timedelta(days=2))
    assert overdue(AT) == []


def test_a_therapist_sees_what_is_owed_only_where_they_are_on_the_care_team(people, open_chart, clinic):
    """The name of every chart of the clinic, the clinical words of their own."""
    mine, other = open_chart(), open_chart()
    therapist = people["therapist"]
    wrote(mine, JoinedCareTeam(user=therapist.user, name=therapist.name, role="therapist"))
    for chart in (mine, other):
        DueRow.objects.create(chart_id=chart, clinic=clinic.id, what="Call", who="therapist", at=AT, rule="r")
    assert [str(need.chart.chart) for need in board(people["therapist"], AT).needs] == [mine]
    listed = {str(row.chart): row.next_says for row in charts(people["therapist"])}
    assert listed[mine] and not listed[other]


def test_every_stage_is_counted_even_the_empty_ones(people, open_chart):
    """Five stages, always."""
    for _ in range(3):
        open_chart()
    seen = board(people["manager"], AT)
    assert list(seen.stages) == ["screening", "preparation", "dosing", "integration", "maintenance"]
    assert (seen.stages["screening"], seen.charts) == (3, 3)


def test_a_manager_gets_visits_and_counts_without_clinical_words(people, open_chart):
    """No finding, no reason, no score, no task."""
    chart = open_chart()
    wrote(chart, booked(), Score(instrument="phq9", total=21), TaskOpened(task="t", what="Suicide", rule="r"))
    seen = board(people["manager"], AT)
    (visit,) = seen.visits
    assert (visit.status, visit.chart, visit.row.phq9, visit.row.worst) == (None, None, None, "")
    assert (seen.needs, seen.next_who) == ((), {})
    assert board(people["prescriber"], AT).visits[0].status is not None


def test_another_clinics_board_is_empty(open_chart):
    """Nothing of it, not even a count."""
    wrote(open_chart(), booked(), TaskOpened(task="t", what="Suicide", rule="r"))
    other = accounts.create_clinic("Hillside")
    seen = board(principal_of(accounts.create_user("x", name="X", role="prescriber", clinic=other)), AT)
    assert (seen.visits, seen.needs, seen.charts) == ((), (), 0)


def test_patients_have_no_board(clinic):
    """It is a page of the staff."""
    user = accounts.create_user("p", name="P", role="patient", clinic=clinic, chart=uuid4())
    with pytest.raises(NotFound):
        board(principal_of(user), AT)


def test_the_number_of_queries_does_not_grow_with_the_clinic(people, open_chart):
    """No question is asked once a chart."""

    def queries():
        from openkap.records import decoded

        decoded.forget()
        with CaptureQueriesContext(connection) as asked:
            board(people["prescriber"], AT)
        return len(asked)

    def more(count):
        for number in range(count):
            wrote(open_chart(), booked(f"v{number}"), TaskOpened(task=f"t{number}", what="Call", rule="r"))

    more(2)
    few = queries()
    more(12)
    assert queries() == few
    assert few <= 10
