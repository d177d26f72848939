"""Sessions ahead: an hour offered for what is owed, booked by one press and once; hours kept line by line."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.clinical.entries.integration import IntegrationBooked
from openkap.records import hours
from openkap.records.models import User
from tests.web.course import Course

PAGE = "/integration/calendar/"
WEEK = "\n".join(f"{day} 00:00-23:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
KEPT = {"form": "hours", "week": WEEK, "minutes": "60", "off": ""}


def client(course: Course, role: str) -> Client:
    made = Client()
    made.force_login(User.objects.get(id=course.people[role].user))
    return made


@pytest.fixture
def dosed(course: Course) -> Course:
    return course.cleared().prepared().booked().checked().dosed()


def offer(page: str) -> dict[str, str]:
    """What the first button would send."""
    form = re.search(r'action="/integration/calendar/book/">(.*?)</form>', page, re.S)
    assert form, page
    return dict(re.findall(r'name="(chart|visit|at)" value="([^"]*)"', form[1]))


def test_an_hour_is_offered_and_booked_once(dosed: Course) -> None:
    """In its window, by the therapist of the team; the second press finds it gone."""
    therapist = client(dosed, "therapist")
    assert "none of its therapists has an open hour" in therapist.get(PAGE).content.decode()
    assert therapist.post(f"{PAGE}hours/", KEPT).status_code == 302
    sent = offer(therapist.get(PAGE).content.decode())
    assert sent["chart"] == dosed.chart
    starts_at = datetime.fromisoformat(sent["at"])
    (visit,) = dosed.status().visits
    assert timedelta(hours=24) <= starts_at - visit.dose_at <= timedelta(hours=71)
    assert [therapist.post(f"{PAGE}book/", sent).status_code for _ in range(2)] == [302, 400]
    assert [fact.starts_at for fact in dosed.facts(IntegrationBooked)] == [starts_at]
    page = therapist.get(PAGE).content.decode()
    assert "calendar/book/" not in page
    assert "Berg" in page


@pytest.mark.parametrize(
    "changed",
    [
        {"at": "2001-01-01T10:00:00+00:00"},
        {"at": "soon"},
        {"visit": "no-such"},
        {"chart": "6d4f5f3e-98d4-4b9e-9f6a-1d1f3c5b7a90"},
    ],
)
def test_what_was_not_offered_is_not_booked(dosed: Course, changed: dict[str, str]) -> None:
    therapist = client(dosed, "therapist")
    therapist.post(f"{PAGE}hours/", KEPT)
    sent = offer(therapist.get(PAGE).content.decode()) | changed
    assert therapist.post(f"{PAGE}book/", sent).status_code == 400
    assert dosed.facts(IntegrationBooked) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"week": "Mon 12:00-09:00"}, "is no part of a week"),
        ({"week": "Montag 9-12"}, "is no part of a week"),
        ({"minutes": "0"}, "is not how long a session lasts"),
        ({"off": "24.12.2026"}, "is not a date"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_the_line(
    course: Course, changed: dict[str, str], said: str
) -> None:
    """What was typed stays; nothing is kept."""
    answer = client(course, "therapist").post(f"{PAGE}hours/", KEPT | changed)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert hours.kept(course.people["therapist"].clinic) == {}


def test_the_last_hours_hold_and_days_away_have_none(course: Course) -> None:
    """Kept twice, the second holds; a prescriber keeps none, and an auditor sees no such page."""
    therapist, clinic = client(course, "therapist"), course.people["therapist"].clinic
    therapist.post(f"{PAGE}hours/", KEPT)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    therapist.post(f"{PAGE}hours/", KEPT | {"week": "Mon 09:00-10:00", "off": f"{tomorrow}, {tomorrow}"})
    (fact,) = hours.kept(clinic).values()
    assert (fact.week, fact.off) == (("Mon 09:00-10:00",), (tomorrow,))
    assert client(course, "prescriber").post(f"{PAGE}hours/", KEPT).status_code == 404
    assert client(course, "auditor").get(PAGE).status_code == 404
