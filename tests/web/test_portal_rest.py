"""The rest after a dose: nothing that binds is taken, help stays open, and the page says when it ends."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from openkap.clinical.case import Case
from openkap.clinical.consent import opens_at
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.preparation import Consented, UnderstandingAnswered
from openkap.clinical.entries.readiness import HoldsConfirmed, PermissionAnswered
from openkap.clinical.entries.reminders import RemindersChosen
from openkap.clinical.gates import verdict
from openkap.clinical.status import assess
from openkap.web import portal_words, words
from tests.clinical.charts import adopted, and_then, given, ready_chart
from tests.web.course import Course
from tests.web.test_portal_forms import answer

Patient = Callable[[str], Client]
TEXT = adopted().consents["ketamine-treatment"]
LOCK = adopted().span("impaired-after-dose")
ONE = TEXT.questions[0]
SHOWN = {"text_sha256": TEXT.sha256}
BINDS = {
    "consent/ketamine-treatment/sign/": {"form": "consent", "signed_name": "Ada Berg", **SHOWN},
    "consent/ketamine-treatment/answer/": {"question": ONE.id, "answer": ONE.right, **SHOWN},
    "permissions/answer/": {"form": "permission", "permission": "observer", "answer": "granted"},
    "day-before/confirm/": {"visit": "next", "confirmed": "yes"},
    "reminders/choose/": {"channel": "email", "address": "ada@mail.example"},
}
BINDING = (Consented, UnderstandingAnswered, PermissionAnswered, HoldsConfirmed, RemindersChosen)
STAYS_OPEN = {
    "consent/ketamine-treatment/withdraw/": {"said": "Stop"},
    "permissions/answer/": {"form": "permission", "permission": "observer", "answer": "declined"},
    "permissions/back/": {"form": "permission", "permission": "observer"},
    "reminders/choose/": {"channel": "none"},
    "messages/send/": {"form": "message", "words": "I feel dizzy"},
    "journal/6f1c1d0a-6f0e-4c6e-9c39-0a8a1c1f2b11/save/": {"form": "page", "text": "The sea was in the room"},
}
NIGHTS = {
    "one hour more": (datetime(2026, 10, 24, 14, 0, tzinfo=UTC), "Sun 25 Oct 2026, 15:00"),
    "one hour less": (datetime(2026, 3, 28, 14, 0, tzinfo=UTC), "Sun 29 Mar 2026, 16:00"),
    "an hour that comes twice": (datetime(2026, 10, 24, 1, 30, tzinfo=UTC), "Sun 25 Oct 2026, 02:30 CET"),
}


@pytest.fixture
def resting(course: Course, patient_of: Patient) -> Client:
    """A patient some seconds after a dose."""
    course.cleared().prepared().booked().checked().dosed()
    return patient_of(course.chart)


@pytest.mark.parametrize("path", BINDS)
def test_what_binds_is_not_taken(course: Course, resting: Client, path: str) -> None:
    """Sent all the same, as by a page left open: refused by the action, and nothing is kept."""
    before = [course.facts(kind) for kind in BINDING]
    assert resting.post(f"/me/{path}", BINDS[path]).status_code == 409
    assert [course.facts(kind) for kind in BINDING] == before


@pytest.mark.parametrize("path", STAYS_OPEN)
def test_taking_back_and_telling_stay_open(resting: Client, path: str) -> None:
    assert resting.post(f"/me/{path}", STAYS_OPEN[path]).status_code == 302


def test_a_questionnaire_and_what_it_says_of_danger_stay_open(course: Course, resting: Client) -> None:
    """Item 9 is answered to at once, with its task, as on any other day."""
    for _ in range(8):
        answer(resting, "phq9", "0")
    assert "Please talk to someone now" in answer(resting, "phq9", "1").content.decode()
    assert course.facts(TaskOpened)
    assert resting.get("/me/help/").status_code == 200


def test_today_says_when_it_ends(course: Course, resting: Client) -> None:
    """By the clock of the clinic."""
    with timezone.override("Europe/Zurich"):
        ends = words.moment(course.newest(DoseGiven).effective_at + LOCK)
    said = re.sub(r"\s+", " ", resting.get("/me/").content.decode())
    assert f"You can do both again from {ends}." in said


@pytest.mark.parametrize("night", NIGHTS)
def test_the_page_and_the_gate_open_at_one_moment_when_the_clocks_change(night: str) -> None:
    """The rest lasts as long as on any other night, and its end is said by that clock."""
    dose, shown = NIGHTS[night]
    chart = and_then(ready_chart(dose), (dose, given("v1")))
    for after, closed in ((timedelta(0), True), (LOCK - timedelta(seconds=1), True), (LOCK, False)):
        at = dose + after
        until = portal_words.rests_until(assess(chart, adopted(), at), adopted())
        assert until == opens_at(Case(chart, adopted(), at)) == (dose + LOCK if closed else None)
        assert verdict("sign-consent", chart, adopted(), at).allowed is not closed
    with timezone.override("Europe/Zurich"):
        assert words.moment(dose + LOCK) == shown
