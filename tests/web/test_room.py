"""The bottom bar and the lists of the room: what to do now, and what is in the way."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from openkap.actions import dosing
from openkap.clinical.entries.dosing import Checked
from openkap.clinical.status import assess
from openkap.records import read
from openkap.web import room
from openkap.web.room_lines import Line, newest_written
from tests.clinical.charts import adopted
from tests.web.course import Course

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def bar_at(course: Course, after: timedelta) -> room.Bar:
    """The bar as it will be some time after the last thing that was charted."""
    at = course.at + after
    status = assess(read.chart(course.people["monitor"], course.chart, log=False), adopted(), at)
    return room.bar(status.visits[0], status, at)


@pytest.fixture
def dosed(course: Course) -> Course:
    """An infusion that is running."""
    return course.cleared().prepared().booked().checked().dosed()


def test_a_running_dose_is_to_be_ended(dosed: Course) -> None:
    """One next step, and no alert while everything is in time."""
    bar = bar_at(dosed, timedelta(minutes=1))
    assert (bar.level, bar.label) == ("", "End the dose")


@pytest.mark.parametrize(
    ("late", "says"),
    [(timedelta(0), ""), (timedelta(seconds=1), "due now"), (timedelta(minutes=3), "overdue by 3 min")],
)
def test_a_check_that_is_not_made_takes_the_bar(dosed: Course, late: timedelta, says: str) -> None:
    """At the very moment it is not late; a second after, the bar asks for it and leads to the form."""
    visit = dosed.status().visits[0]
    bar = bar_at(dosed, visit.next_check_at - dosed.at + late)
    assert (bar.level == "mid") is bool(says)
    assert says in bar.says
    assert (bar.target == "#vitals") is bool(says)


def test_before_the_dose_the_bar_counts_what_is_missing(course: Course) -> None:
    """The number of reasons, and the first of them in words."""
    course.cleared().prepared().booked().measured()
    course.does("monitor", dosing.arrive, visit=course.visit, identifiers=("name", "birth date"))
    bar = bar_at(course, timedelta(seconds=1))
    assert re.fullmatch(r"\d+ things stand in the way of the dose", bar.says)
    assert bar.target == "#gate"


def test_lines_nobody_answered_are_set_apart_and_none_is_lost(course: Course) -> None:
    """What is missing is the same, told in two parts."""
    course.cleared().prepared().booked()
    chart, status = read.chart(course.people["monitor"], course.chart, log=False), course.status()
    asked = room.asks(chart, course.visit, adopted().checklists["pre-dose"], Checked)
    gate = status.gates["start-dose"]
    missing = room.missing(gate, asked, adopted())
    assert len(missing.unanswered) == len(adopted().checklists["pre-dose"])
    assert {*missing.standing, *missing.unanswered} == {*gate.because}


def test_while_the_drug_is_at_its_peak_the_next_thing_is_the_next_check(dosed: Course) -> None:
    """Going home comes later: its checklist is the main button of recovery alone."""
    bar = bar_at(dosed.ended(), timedelta(minutes=1))
    assert (bar.label, bar.target) == ("Record vital signs", "#vitals")


def test_the_last_five_begin_with_what_was_written_last() -> None:
    """A late entry is what somebody has just done, wherever in the visit it belongs."""
    early, now = Line(AT, "early"), Line(AT + MINUTE, "now")
    late = Line(AT - 9 * MINUTE, "late", recorded=AT + 2 * MINUTE)
    assert newest_written([now, early, late]) == [late, now, early]
