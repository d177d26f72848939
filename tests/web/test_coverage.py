"""The page of follow-up: the same figures for everybody, names for those who may open the chart."""

from django.test import Client

from openkap.records.models import User
from tests.web.course import Course

PAGE = "/integration/coverage/"


def seen(course: Course, role: str) -> str:
    client = Client()
    client.force_login(User.objects.get(id=course.people[role].user))
    return client.get(PAGE).content.decode()


def test_figures_for_all_and_names_for_some(course: Course) -> None:
    """A dose an hour ago owes nothing late; the manager reads figures and no name."""
    before = seen(course, "prescriber")
    assert "What 0 doses owed" in before
    course.cleared().prepared().booked().checked().dosed()
    for role in ("prescriber", "manager", "auditor"):
        page = seen(course, role)
        assert "What 1 dose owed" in page
        assert "nothing fell due yet" in page
        assert "Berg" not in page
