"""The staff page: who is signed off, until when, and what nobody is."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from openkap.records.policy import Principal
from tests.web.course import Course

Role = Callable[[str], Client]


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_sign_off_stands_on_the_page_until_its_day(people: dict[str, Principal], as_role: Role) -> None:
    """The manager records it; everybody reads it; one that has ended says so."""
    manager = as_role("manager")
    assert words(manager.get("/staff/")).count("Nobody yet.") == 3
    for competence, until in (("bls", "2099-01-31"), ("acls", "2020-01-31")):
        sent = {"user": people["monitor"].user, "competence": competence, "valid_until": until}
        assert manager.post("/staff/record/", sent | {"form": "competence"}).status_code == 302
    told = words(as_role("therapist").get("/staff/"))
    assert "Monitor until 31 January 2099" in told
    assert "Monitor ended 31 January 2020" in told
    assert told.count("Nobody yet.") == 1
    assert "Record it" not in told
    assert as_role("therapist").post("/staff/record/", {}).status_code == 404


@pytest.mark.parametrize(("field", "value"), [("user", ""), ("competence", "x"), ("valid_until", "tomorrow")])
def test_a_half_filled_form_says_what_is_missing(
    people: dict[str, Principal], as_role: Role, field: str, value: str
) -> None:
    """Beside the field, with the rest kept."""
    sent = {"user": people["monitor"].user, "competence": "bls", "valid_until": "2099-01-31"}
    answer = as_role("manager").post("/staff/record/", sent | {"form": "competence", field: value})
    assert answer.status_code == 400
    assert f'id="competence-{field}-error"' in answer.content.decode()


def test_before_a_dose_it_is_said_that_nobody_is_signed_off(course: Course, as_role: Role) -> None:
    """The room says it and the gate is open all the same."""
    course.cleared().prepared().booked().checked()
    address = f"/charts/{course.chart}/visits/{course.visit}/"
    told = words(as_role("monitor").get(address))
    assert "No one here is recorded as signed off in intravenous infusion by pump" in told
    assert "Everything the clinic asks for is in place" in told
    for role, competence in (("prescriber", "acls"), ("monitor", "bls"), ("monitor", "infusion")):
        sent = {"user": course.people[role].user, "competence": competence, "valid_until": "2099-01-31"}
        as_role("manager").post("/staff/record/", sent)
    assert "signed off" not in words(as_role("monitor").get(address))
