"""Integration: every dose opens what it owes, with a due time that is called a convention."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from openkap.clinical.entries.integration import IntegrationBooked, IntegrationHeld, NextDayContact
from openkap.clinical.entries.kind import from_body, to_body
from openkap.records import read
from tests.clinical.charts import adopted
from tests.web.course import Course

Role = Callable[[str], Client]
HELD = {
    "form": "hold",
    "part-came-up": "The house was quiet",
    "part-carried": "Call my sister",
    "minutes": "50",
}


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def facts(course: Course, kind: type) -> list:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


@pytest.fixture
def dosed(course: Course) -> Course:
    """A course whose first dose has just been given."""
    return course.cleared().prepared().booked().checked().dosed().ended()


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/integration/{rest}"


def test_without_a_dose_the_page_says_what_will_be_here(course: Course, as_role: Role) -> None:
    """Empty, and it says how it fills."""
    assert "Each dose opens its integration here by itself" in words(as_role("prescriber").get(page(course)))


def test_a_dose_owes_a_call_and_a_session(dosed: Course, as_role: Role) -> None:
    """Both with their time; the window is called what it is."""
    said = words(as_role("prescriber").get(page(dosed)))
    assert "After dose 1" in said
    assert "due" in said
    assert "scheduling convention" in said


def test_a_session_that_was_held_is_written_out(dosed: Course, as_role: Role) -> None:
    """What came up and the small step stand under their dose."""
    client = as_role("therapist")
    assert client.post(page(dosed, "session/open/hold/"), HELD | {"visit": dosed.visit}).status_code == 302
    (held,) = facts(dosed, IntegrationHeld)
    assert (held.visit, held.approach, held.minutes) == (dosed.visit, "open", 50)
    assert "Call my sister" in words(client.get(page(dosed)))


@pytest.mark.parametrize("left_out", ["visit", "part-came-up", "minutes"])
def test_a_session_with_something_left_out_is_not_recorded(
    dosed: Course, as_role: Role, left_out: str
) -> None:
    """Every field is asked for, and the others keep what was typed."""
    sent = {name: value for name, value in (HELD | {"visit": dosed.visit}).items() if name != left_out}
    answer = as_role("therapist").post(page(dosed, "session/open/hold/"), sent)
    assert answer.status_code == 400
    assert ("Call my sister" in answer.content.decode()) and not facts(dosed, IntegrationHeld)


@pytest.mark.parametrize("kind", adopted().sessions.values(), ids=lambda kind: kind.id)
def test_the_form_of_every_kind_is_drawn_from_the_protocol(dosed: Course, as_role: Role, kind: Any) -> None:
    """Each part with its label, a box of its own, and where the kind comes from."""
    client = as_role("therapist")
    rest = f"session/{kind.id}/"
    text = client.get(
        f"/integration/circle/{kind.id}/" if kind.together else page(dosed, rest)
    ).content.decode()
    if kind.together:
        assert "Not enough people yet" in text
    else:
        assert all(f'name="{part.field}"' in text and part.label in text for part in kind.parts)
    assert "Nobody has tested these questions" in text
    other = page(dosed, rest) if kind.together else f"/integration/circle/{kind.id}/"
    assert client.get(other).status_code == 404


def test_a_session_from_before_there_were_parts_still_reads(dosed: Course, as_role: Role) -> None:
    """What came up and the small step, as they were written then."""
    body = {
        "visit": dosed.visit,
        "approach": "cbt",
        "insight": "Rest is allowed",
        "action": "Walk",
        "minutes": 50,
    }
    old = from_body("integration-held", body)
    assert to_body(old) == body
    dosed.writes(old)
    said = words(as_role("therapist").get(page(dosed)))
    assert "What came up Rest is allowed Small step Walk" in said
    assert "What came up: Rest is allowed." in words(as_role("prescriber").get(f"/charts/{dosed.chart}/"))


def test_a_session_is_booked_in_the_clinics_own_time(dosed: Course, as_role: Role) -> None:
    """Ten o'clock in Zurich in winter is nine in UTC."""
    sent = {"form": "book", "visit": dosed.visit, "starts_at": "2030-01-15T10:00"}
    assert as_role("therapist").post(page(dosed, "book/"), sent).status_code == 302
    assert facts(dosed, IntegrationBooked)[0].starts_at == datetime(2030, 1, 15, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("when", ["2030-03-31T02:30", "2030-10-27T02:30", "soon", ""])
def test_a_time_that_names_no_instant_or_two_is_refused(dosed: Course, as_role: Role, when: str) -> None:
    """The clocks skip one hour and repeat another."""
    sent = {"form": "book", "visit": dosed.visit, "starts_at": when}
    assert as_role("therapist").post(page(dosed, "book/"), sent).status_code == 400


@pytest.mark.parametrize(("typed", "reached"), [("yes", True), ("no", False)])
def test_the_call_says_whether_anyone_was_reached(
    dosed: Course, as_role: Role, typed: str, *, reached: bool
) -> None:
    """Not reaching somebody is a fact too."""
    sent = {"form": "contact", "visit": dosed.visit, "reached": typed, "concern": ""}
    assert as_role("monitor").post(page(dosed, "contact/"), sent).status_code == 302
    assert [call.reached for call in facts(dosed, NextDayContact)] == [reached]


def test_the_monitor_holds_no_session(dosed: Course, as_role: Role) -> None:
    """No form, and no address."""
    client = as_role("monitor")
    assert "Record a session that was held" not in words(client.get(page(dosed)))
    assert client.post(page(dosed, "session/open/hold/"), HELD | {"visit": dosed.visit}).status_code == 404
