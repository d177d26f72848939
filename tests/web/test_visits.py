"""Booking a visit: in the clinic's own time, by the plan's route, and never before there is a plan."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from openkap.clinical.entries.dosing import VisitBooked
from openkap.records import read
from tests.web.course import Course

Role = Callable[[str], Client]
VISIT = {"form": "book", "starts_at": "2030-07-15T10:00", "room": "Room 2", "route": "iv"}


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def booked(course: Course) -> list[VisitBooked]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(VisitBooked)


def address(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/visits/{rest}"


def test_a_visit_is_booked_and_its_room_opens(course: Course, as_role: Role) -> None:
    """Ten in the morning in Zurich in summer is eight in UTC; the next page is the room."""
    course.cleared().prepared()
    answer = as_role("monitor").post(address(course, "book/"), VISIT, follow=True)
    (visit,) = booked(course)
    assert visit.starts_at == datetime(2030, 7, 15, 8, 0, tzinfo=UTC)
    assert "Visit 1, Room 2" in words(answer)


def test_without_a_plan_the_page_says_what_it_waits_for(course: Course, as_role: Role) -> None:
    """Before the attempt in the page, after it as a refusal; nothing is booked."""
    client = as_role("monitor")
    assert "This waits for:" in words(client.get(address(course)))
    assert client.post(address(course, "book/"), VISIT).status_code == 409
    assert not booked(course)


@pytest.mark.parametrize(
    ("field", "value"), [("starts_at", ""), ("room", " "), ("route", "snuff"), ("room", "\x00")]
)
def test_a_booking_with_a_fault_keeps_the_rest(course: Course, as_role: Role, field: str, value: str) -> None:
    """400, and the other fields are as they were typed."""
    course.cleared().prepared()
    answer = as_role("monitor").post(address(course, "book/"), VISIT | {field: value})
    assert answer.status_code == 400
    assert not booked(course)
    if field != "starts_at":
        assert 'value="2030-07-15T10:00"' in answer.content.decode()
