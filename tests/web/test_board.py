"""The board: today as sentences, what needs somebody, how many people are where."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from openkap.actions import screening
from openkap.clinical.answers import Visit
from openkap.web import today
from tests.clinical.charts import adopted
from tests.web.course import Course

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]
AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def words_of(response: object) -> str:
    """The page as it is read: without tags, with single blanks."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def board(as_role: Roles, role: str = "prescriber") -> str:
    return words_of(as_role(role).get("/board/"))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def visit(phase: str, **more: object) -> Visit:
    shape = {"id": "v", "number": 1, "room": "Room 1", "route": "iv", "starts_at": AT, "phase": phase}
    return Visit(**shape | more)


def test_an_empty_board_says_what_will_be_here(as_role: Roles) -> None:
    """Nobody booked, nothing due, no charts: each says how it gets here."""
    page = board(as_role)
    assert "Nobody is booked today" in page and "Nothing waits for you" in page and "No charts yet" in page


def test_a_running_dose_is_one_line(as_role: Roles, course: Course) -> None:
    """Room, name, dose, minute, blood pressure with its age."""
    course.cleared().prepared().booked().checked().dosed()
    page = board(as_role)
    shown = r"Ada Berg IV 0.5 mg/kg dosing, minute \d of 40 BP 124/78 \(\d min ago\) next check in \d min"
    line = r"Room 1 \d\d:\d\d " + shown
    assert re.search(line, page)
    assert "1 in treatment" in page


def test_what_keeps_the_dose_from_starting_stands_on_the_line(as_role: Roles, course: Course) -> None:
    """A blood pressure above the limit is said in words, once the patient is here."""
    course.cleared().prepared().booked().checked().measured(systolic=168, diastolic=98)
    assert "168/98" in board(as_role).partition("●")[2]


def test_a_safety_task_can_be_taken_from_the_board(as_role: Roles, course: Course) -> None:
    """A positive item is on top, with one button; taken, nobody is called for any more."""
    course.does("prescriber", screening.record_score, instrument="phq9", items=(1, 1, 1, 1, 1, 1, 1, 1, 2))
    prescriber = as_role("prescriber")
    page = prescriber.get("/board/")
    assert "nobody has taken it" in words_of(page)
    address = re.search(r'action="(/charts/[^"]+/take/)"', page.content.decode())
    assert address and prescriber.post(address[1]).status_code == 302
    assert "nobody has taken it" not in words_of(prescriber.get("/board/"))


def test_the_manager_sees_who_comes_and_nothing_clinical(as_role: Roles, course: Course) -> None:
    """Names, rooms and counts, no blood pressure, no needs, no link into a chart."""
    course.cleared().prepared().booked().checked()
    page = as_role("manager").get("/board/").content.decode()
    assert "Ada Berg" in page and "Room 1" in page
    assert "BP " not in page and "Needs you" not in page and f"/charts/{course.chart}/" not in page


def test_stages_lead_to_their_charts(as_role: Roles, course: Course) -> None:
    """The count of a stage is a link to the list of it."""
    page = as_role("prescriber").get("/board/").content.decode()
    assert '<a href="/charts/?stage=screening"><b>1</b> screening</a>' in page


@pytest.mark.parametrize(
    ("phase", "more", "at", "state", "follows", "late"),
    [
        ("booked", {}, AT - minutes(1), "expected", "", False),
        ("booked", {}, AT + minutes(12), "expected 12 min ago, not here yet", "", False),
        ("dosing", {"dose_at": AT}, AT + minutes(23.9), "dosing, minute 23 of 40", "", False),
        (
            "dosing",
            {"dose_at": AT, "next_check_at": AT + minutes(10)},
            AT + minutes(7),
            "dosing, minute 7 of 40",
            "next check in 3 min",
            False,
        ),
        (
            "dosing",
            {"dose_at": AT, "next_check_at": AT + minutes(10)},
            AT + minutes(13),
            "dosing, minute 13 of 40",
            "check overdue by 3 min",
            True,
        ),
        (
            "recovery",
            {"dose_at": AT, "dose_ended_at": AT + minutes(40)},
            AT + minutes(129),
            "recovering",
            "ready to assess at 12:10",
            False,
        ),
        (
            "recovery",
            {"dose_at": AT, "dose_ended_at": AT + minutes(40)},
            AT + minutes(130),
            "recovering",
            "ready to assess",
            False,
        ),
    ],
)
def test_a_visit_in_words(
    phase: str, more: dict[str, object], at: datetime, state: str, follows: str, late: bool
) -> None:
    """Each phase has its sentence; a check that is due turns into one that is late."""
    timezone.deactivate()
    told = today.line(visit(phase, **more), adopted(), at, minutes=40)
    assert (told["state"], told["next"], told["late"]) == (state, follows, late)


@pytest.mark.parametrize(
    ("age", "shape", "says"),
    [
        (minutes(2), "▲▲ Ada Berg", ""),
        (minutes(16), "▲▲ Ada Berg", "Nobody has taken this for 15 minutes: the prescriber takes it now."),
        (minutes(61), "▲▲▲ Ada Berg", "Nobody has taken this for an hour"),
    ],
)
def test_a_task_that_nobody_takes_grows_louder(
    as_role: Roles, course: Course, age: timedelta, shape: str, says: str
) -> None:
    """By the ladder of the protocol; the age and that nobody has it are said from the start."""
    marked = {"instrument": "phq9", "items": (0,) * 8 + (1,), "effective_at": course.at - age}
    course.does("monitor", screening.record_score, **marked)
    page = board(as_role)
    assert shape in page
    assert "nobody has taken it" in page
    assert says in page if says else "Nobody has taken this for" not in page


def test_a_taken_task_says_by_whom(as_role: Roles, course: Course) -> None:
    """The owner's name stands on the board."""
    course.does("monitor", screening.record_score, instrument="phq9", items=(0,) * 8 + (1,))
    (task,) = course.status().tasks
    as_role("prescriber").post(f"/charts/{course.chart}/tasks/{task.task}/take/")
    assert "taken by Prescriber, prescriber" in board(as_role)
