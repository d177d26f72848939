"""Messages on both sides: sent once, answered by name, owed on the board, never in anybody else's hands."""

from collections.abc import Callable

from django.test import Client

from openkap.clinical.entries.message import MessageSent, MessageSettled
from openkap.records.models import User
from tests.web.course import Course

Patient = Callable[[str], Client]
SENT = {"form": "message", "id": "6d4f5f3e-98d4-4b9e-9f6a-1d1f3c5b7a90", "words": "I sleep badly"}


def staff(course: Course, role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(id=course.people[role].user))
    return client


def test_a_message_is_answered_by_name(course: Course, patient_of: Patient) -> None:
    """Pressed twice it is one; the team reads it, the patient reads the answer and whose it is."""
    client, nurse = patient_of(course.chart), staff(course, "monitor")
    for _ in range(2):
        assert client.post("/me/messages/send/", SENT).status_code == 302
    assert course.facts(MessageSent) == [MessageSent(words="I sleep badly", side="patient")]
    page = f"/charts/{course.chart}/messages/"
    assert "I sleep badly" in nurse.get(page).content.decode()
    answer = {"form": "message", "words": "Let us talk tomorrow"}
    assert nurse.post(f"{page}send/", answer).status_code == 302
    assert course.facts(MessageSent)[-1].side == "team"
    read = client.get("/me/messages/").content.decode()
    assert "Let us talk tomorrow" in read
    assert course.people["monitor"].name in read
    assert "there is an answer" in client.get("/me/").content.decode()


def test_it_is_owed_on_the_board_until_it_is_settled(course: Course, patient_of: Patient) -> None:
    """The line leads to the messages; without a word of how it was settled it stays."""
    nurse, page = staff(course, "prescriber"), f"/charts/{course.chart}/messages/"
    assert page not in nurse.get("/board/").content.decode()
    patient_of(course.chart).post("/me/messages/send/", SENT)
    board = nurse.get("/board/").content.decode()
    assert page in board
    assert "essage to answer" in board
    assert nurse.post(f"{page}settle/", {"form": "settle", "how": " "}).status_code == 400
    assert nurse.post(f"{page}settle/", {"form": "settle", "how": "Called"}).status_code == 302
    assert course.facts(MessageSettled) == [MessageSettled(how="Called")]
    assert page not in nurse.get("/board/").content.decode()
    assert nurse.post(f"{page}settle/", {"form": "settle", "how": "Twice"}).status_code == 400


def test_nothing_empty_is_sent(course: Course, patient_of: Patient) -> None:
    client = patient_of(course.chart)
    assert client.post("/me/messages/send/", SENT | {"words": "  "}).status_code == 400
    assert course.facts(MessageSent) == []


def test_the_page_says_first_that_nobody_watches(course: Course, patient_of: Patient) -> None:
    """Before the field; with the number for a crisis on the same page."""
    page = patient_of(course.chart).get("/me/messages/").content.decode()
    assert page.index("Nobody watches this around the clock") < page.index("<textarea")
    assert "988" in page


def test_an_auditor_reads_and_does_not_write(course: Course, patient_of: Patient) -> None:
    patient_of(course.chart).post("/me/messages/send/", SENT)
    auditor, page = staff(course, "auditor"), f"/charts/{course.chart}/messages/"
    told = auditor.get(page).content.decode()
    assert "I sleep badly" in told
    assert "message-words" not in told
    assert auditor.post(f"{page}send/", {"form": "message", "words": "x"}).status_code == 404
