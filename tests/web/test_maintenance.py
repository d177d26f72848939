"""The long run: figures of the course, response by published definitions, signed reviews."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from openkap.actions import screening
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.office import TaskClosed, TaskTaken
from openkap.records import read
from tests.web.course import Course

Role = Callable[[str], Client]
REVIEW = {
    "form": "review",
    "outcome": "continue",
    "urinary_symptoms": "no",
    "misuse_concern": "not asked",
    "reason": "Better, and well tolerated",
}


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def facts(course: Course, kind: type) -> list:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/maintenance/{rest}"


def test_the_figures_of_the_course_are_shown(course: Course, as_role: Role) -> None:
    """Doses, lifetime and recent milligrams, each with its unit."""
    course.cleared().prepared().booked().checked().dosed().ended()
    said = words(as_role("prescriber").get(page(course)))
    assert "1 of 6 planned" in said
    assert "Lifetime 35 mg" in said
    assert "Last 30 days 35 mg" in said


def test_a_word_for_the_change_comes_with_its_definition(course: Course, as_role: Role) -> None:
    """What response means, and where that is published, stands beside the word."""
    course.cleared().prepared()
    said = words(as_role("prescriber").get(page(course)))
    assert "PHQ-9" in said
    assert "drop from the baseline" in said and "50 %" in said
    assert "doi:" in said


def test_a_review_is_signed(course: Course, as_role: Role) -> None:
    """The four answers, and "not asked" is an answer of its own."""
    client = as_role("prescriber")
    assert client.post(page(course, "review/"), REVIEW).status_code == 302
    (review,) = facts(course, ReviewHeld)
    assert (review.outcome, review.misuse_concern) == ("continue", "not asked")
    assert "Better, and well tolerated" in words(client.get(page(course)))


@pytest.mark.parametrize("left_out", ["outcome", "urinary_symptoms", "misuse_concern", "reason"])
def test_a_review_with_an_open_question_is_not_signed(course: Course, as_role: Role, left_out: str) -> None:
    """Nothing is chosen for the person who signs."""
    sent = {name: value for name, value in REVIEW.items() if name != left_out}
    assert as_role("prescriber").post(page(course, "review/"), sent).status_code == 400
    assert not facts(course, ReviewHeld)


@pytest.mark.parametrize("role", ["therapist", "monitor", "auditor"])
def test_only_the_prescriber_reviews_and_closes(course: Course, as_role: Role, role: str) -> None:
    """For everybody else the two addresses are not there."""
    course.cleared()
    client = as_role(role)
    assert client.post(page(course, "review/"), REVIEW).status_code == 404
    assert client.post(page(course, "close/"), {"form": "close", "reason": "x"}).status_code == 404


def test_closing_a_course_needs_a_reason(course: Course, as_role: Role) -> None:
    """And leaves the chart readable."""
    client = as_role("prescriber")
    assert client.post(page(course, "close/"), {"form": "close", "reason": ""}).status_code == 400
    assert client.post(page(course, "close/"), {"form": "close", "reason": "In remission"}).status_code == 302
    assert facts(course, CourseClosed)[0].reason == "In remission"
    assert client.get(page(course)).status_code == 200


def test_a_safety_task_is_taken_and_closed_by_people(course: Course, as_role: Role) -> None:
    """Taking leaves it open; only an outcome closes it; then the page is gone."""
    items = (0,) * 8 + (2,)
    course.does("monitor", screening.record_score, instrument="phq9", items=items)
    (task,) = course.status().tasks
    address, client = f"/charts/{course.chart}/tasks/{task.task}/", as_role("prescriber")
    assert "Nobody has taken this yet." in words(client.get(address))
    assert client.post(address + "take/").status_code == 302
    assert facts(course, TaskTaken)
    assert "Taken by Prescriber" in words(client.get(address))
    sent = {
        "form": "close",
        "outcome": "Spoke with her; no intent; plan agreed",
        "follow_up": "Call tomorrow at ten",
    }
    for left_out in ("outcome", "follow_up"):
        assert client.post(address + "close/", sent | {left_out: ""}).status_code == 400
    assert client.post(address + "close/", sent).status_code == 302
    assert facts(course, TaskClosed)
    assert client.get(address).status_code == 404
