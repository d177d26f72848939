"""The pages of private notes: opened by a passphrase, closed by time and restarts, shown to nobody else."""

import re
import time
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from openkap.web import notes_open
from tests.web.course import Course

Role = Callable[[str], Client]
WORDS = "four words of mine"
CHOSEN = {"form": "begin", "passphrase": WORDS, "again": WORDS}


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/notes/{rest}"


def said(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def course(course: Course) -> Course:
    """Somebody the therapist cares for."""
    return course.cleared()


@pytest.fixture
def writer(course: Course, as_role: Role) -> Client:
    """The therapist, with their notes open."""
    client = as_role("therapist")
    assert "Choose a passphrase" in said(client.get(page(course)))
    response = client.post(page(course, "begin/"), CHOSEN)
    assert re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", said(response)), "the sheet is not shown"
    return client


def test_a_note_is_written_and_read_again(course: Course, writer: Client, as_role: Role) -> None:
    """By its author; the chart says to everybody else that there is one."""
    writer.post(page(course, "seal/"), {"form": "note", "text": "He reminds me of my brother"})
    assert "He reminds me of my brother" in said(writer.get(page(course)))
    for role in ("prescriber", "director", "auditor"):
        told = said(as_role(role).get(f"/charts/{course.chart}/"))
        assert "Private note written, sealed to its author" in told and "brother" not in told


def test_the_words_of_the_sheet_are_shown_once(course: Course, writer: Client) -> None:
    assert not re.search(r"([A-Z2-7]{4} ){7}", said(writer.get(page(course))))


def test_closed_by_hand_the_passphrase_is_asked_for(course: Course, writer: Client) -> None:
    writer.post(page(course, "seal/"), {"form": "note", "text": "Only mine"})
    writer.post(page(course, "close/"))
    assert "Only mine" not in said(writer.get(page(course)))
    refused = writer.post(page(course, "open/"), {"form": "open", "passphrase": "not the words"})
    assert refused.status_code == 400 and "not your passphrase" in said(refused)
    writer.post(page(course, "open/"), {"form": "open", "passphrase": WORDS})
    assert "Only mine" in said(writer.get(page(course)))


@pytest.mark.parametrize(
    ("away", "open"), [(notes_open.OPEN_SECONDS, True), (notes_open.OPEN_SECONDS + 1, False)]
)
def test_a_quarter_of_an_hour_after_the_last_request_they_close(
    course: Course, writer: Client, monkeypatch: pytest.MonkeyPatch, away: int, open: bool
) -> None:
    """The whole second still counts."""
    now = int(time.time())
    monkeypatch.setattr(time, "time", lambda: now)
    writer.get(page(course))
    monkeypatch.setattr(time, "time", lambda: now + away)
    assert ("Seal the note" in said(writer.get(page(course)))) is open


def test_a_restart_closes_them_and_loses_no_draft(
    course: Course, writer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was being typed is there again once the passphrase was given."""
    assert writer.post(page(course, "draft/"), {"form": "note", "text": "Half a th"}).status_code == 204
    monkeypatch.setattr(notes_open, "_OURS", Fernet(Fernet.generate_key()))
    assert "Half a th" not in said(writer.get(page(course)))
    assert writer.post(page(course, "draft/"), {"form": "note", "text": "Half a thought"}).status_code == 403
    writer.post(page(course, "open/"), {"form": "open", "passphrase": WORDS})
    assert "Half a th" in said(writer.get(page(course)))


def test_what_was_typed_when_they_closed_is_handed_back(course: Course, writer: Client) -> None:
    """Nothing is recorded, nothing is lost."""
    writer.post(page(course, "close/"))
    answer = writer.post(page(course, "seal/"), {"form": "note", "text": "A long thought"})
    assert answer.status_code == 400
    assert "What you wrote is not lost" in said(answer) and "A long thought" in said(answer)


def test_another_persons_open_notes_open_nothing(course: Course, writer: Client, as_role: Role) -> None:
    """A browser that somebody else signed in to keeps no key of theirs."""
    other = as_role("prescriber")
    other.cookies[notes_open.COOKIE] = writer.cookies[notes_open.COOKIE].value
    assert "Choose a passphrase" in said(other.get(page(course)))
