"""The preparation page: what is missing, who supplies it, and nothing signed by the wrong hand."""

import re
from collections.abc import Callable

from django.test import Client

from tests.web.course import Course

Role = Callable[[str], Client]


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/preparation/{rest}"


def test_the_page_says_what_is_missing_and_who_supplies_it(course: Course, as_role: Role) -> None:
    """A new chart lacks everything, and each line names its supplier."""
    said = words(as_role("prescriber").get(page(course)))
    for title in ("Screening decision", "Consent", "Preparation session", "Intention", "First score", "Plan"):
        assert f"Waiting {title} " in said
    assert "The therapist. No dose without it." in said
