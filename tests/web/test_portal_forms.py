"""Forms on the patient's own pages: saved as answered, resumed anywhere, sent once, and help first."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from openkap.actions.asking import save_answer
from openkap.actions.door import together
from openkap.clinical import runs
from openkap.clinical.asking import form_named
from openkap.clinical.entries.asking import AnswerSaved, IntakeSent
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.person import ContactGiven
from openkap.clinical.entries.screening import Allergy, HistoryAnswered, Medicine, Problem, Score
from openkap.clinical.forms import asked, next_question
from openkap.records import read
from openkap.records.board import board
from openkap.records.policy import principal_of
from tests.clinical.charts import adopted
from tests.web.course import Course

Patient = Callable[[str], Client]
SAYS = {
    "phone": ["555 0142"],
    "emergency-name": ["Otto Berg"],
    "emergency-phone": ["555 0177"],
    "medicines-any": ["yes"],
    "medicines-list": ["Zoloft 50 in the morning\r\nSt John's wort"],
    "allergies-any": ["yes"],
    "allergies-list": ["latex"],
    "illnesses-any": ["yes"],
    "illnesses-list": ["schizophrenia, long ago"],
    "porphyria": ["unknown"],
}


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def chart_of(course: Course) -> Any:
    return read.chart(course.people["prescriber"], course.chart, log=False)


def facts(course: Course, kind: type) -> list[Any]:
    return chart_of(course).facts(kind)


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser would send them."""
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode())
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def answer(client: Client, form: str, *given: str, page: Any = None, **more: str) -> Any:
    """Answer the question that is open; the page that comes next."""
    shown = page or client.get(f"/me/forms/{form}/", follow=True)
    place = shown.request["PATH_INFO"]
    assert "/ask/" in place, place
    sent = hidden(shown) | {"answer": list(given)} | more
    return client.post(f"{place}save/", sent, follow=True)


def fill_in(course: Course) -> None:
    """The whole intake, the first answer by itself and all the others at once."""
    who, answers, run = principal_of(course_user(course)), {}, ""
    form = form_named("intake", chart_of(course), adopted())
    while question := next_question(form, answers):
        lines = SAYS.get(question.id, ["no"])[0].split("\r\n")
        answers[question.id] = tuple(lines) if question.required else ()
    common = {"form": "intake", "version": form.version}
    for some in (list(answers)[:1], list(answers)[1:]):
        acts = [(save_answer, common | {"question": q, "values": answers[q], "run": run}) for q in some]
        run = together(who, course.chart, acts, at=datetime.now(UTC))[0].fact.run


def course_user(course: Course) -> Any:
    from openkap.records.models import User

    return User.objects.get(username=f"patient-{course.chart}")


def send(client: Client, form: str) -> Any:
    page = client.get(f"/me/forms/{form}/check/")
    return client.post(f"/me/forms/{form}/send/", hidden(page), follow=True)


def test_a_positive_item_9_is_answered_to_before_the_questionnaire_is_finished(
    course: Course, patient_of: Patient
) -> None:
    """The task opens with the answer, the next page is help, and there is a way to go on."""
    client = patient_of(course.chart)
    for _ in range(8):
        assert "Please talk to someone now" not in words(answer(client, "phq9", "0"))
    assert not course.status().tasks
    after = answer(client, "phq9", "1")
    assert "Please talk to someone now" in words(after)
    assert not facts(course, Score)
    (task,) = course.status().tasks
    assert not task.taken_by
    assert "Go on with the questions" in words(after)
    sent = send(client, "phq9")
    assert "Please talk to someone now" in words(sent)
    assert [score.items[:9] for score in facts(course, Score)] == [(0, 0, 0, 0, 0, 0, 0, 0, 1)]
    assert len(facts(course, TaskOpened)) == 1


def test_the_task_stays_when_the_answer_is_edited_down(course: Course, patient_of: Patient) -> None:
    """The earlier answer stays in the ledger, the newer is scored, and the task is a person's to close."""
    client = patient_of(course.chart)
    for given in "000000002":
        answer(client, "phq9", given)
    page = client.get("/me/forms/phq9/ask/item-9/?then=check")
    after = answer(client, "phq9", "0", page=page)
    assert "Look through your answers" in words(after)
    assert [saved.values for saved in facts(course, AnswerSaved)][-2:] == [("2",), ("0",)]
    assert "Please talk to someone now" not in words(send(client, "phq9"))
    assert facts(course, Score)[0].total == 0
    assert len(course.status().tasks) == 1


def test_a_form_is_gone_on_with_on_another_device(course: Course, patient_of: Patient) -> None:
    """A new browser comes to the first question that is open."""
    client = patient_of(course.chart)
    for _ in range(4):
        answer(client, "gad7", "1")
    other = Client()
    other.force_login(course_user(course))
    assert "Question 5 of 7" in words(other.get("/me/forms/gad7/", follow=True))
    assert "Question 4 of 7" in words(other.get("/me/forms/gad7/ask/item-4/"))


def test_what_is_sent_twice_is_stored_once(course: Course, patient_of: Patient) -> None:
    """The same page sent again, an answer or the whole: one entry, one score, the same thanks."""
    client = patient_of(course.chart)
    page = client.get("/me/forms/gad7/", follow=True)
    for _ in range(2):
        answer(client, "gad7", "1", page=page)
    assert len(facts(course, AnswerSaved)) == 1
    for _ in range(6):
        answer(client, "gad7", "1")
    form = hidden(client.get("/me/forms/gad7/check/"))
    for _ in range(2):
        assert "Thank you" in words(client.post("/me/forms/gad7/send/", form, follow=True))
    assert [score.total for score in facts(course, Score)] == [7]


def test_an_answer_changed_there_and_back_on_an_old_page_stands_as_changed(
    course: Course, patient_of: Patient
) -> None:
    """A page gone back to carries its old id; what was chosen last is what counts."""
    client = patient_of(course.chart)
    page = client.get("/me/forms/gad7/", follow=True)
    for given in "121":
        answer(client, "gad7", given, page=page)
    chart = chart_of(course)
    form = form_named("gad7", chart, adopted())
    run = runs.current(chart, form, chart.entries[-1].recorded_at)
    assert run.answers == {"item-1": ("1",)}
    assert [saved.values for saved in facts(course, AnswerSaved)] == [("1",), ("2",), ("1",)]


def test_nothing_chosen_is_a_fault_and_typed_text_is_kept(course: Course, patient_of: Patient) -> None:
    client = patient_of(course.chart)
    assert "This is not answered" in words(answer(client, "phq9"))
    page = client.get("/me/forms/intake/ask/phone/")
    both = answer(client, "intake", "555 0142", page=page, unknown="unknown")
    assert "Keep one of the two" in words(both)
    assert 'value="555 0142"' in both.content.decode()
    assert not facts(course, AnswerSaved)


def test_what_is_older_than_the_recall_is_started_afresh(course: Course, patient_of: Patient) -> None:
    """Answers of three weeks ago say nothing about the last two; the page says so."""
    client = patient_of(course.chart)
    form = form_named("phq9", chart_of(course), adopted())
    saved = {"form": "phq9", "version": form.version, "question": "item-1", "values": ("1",)}
    long_ago = course.at - timedelta(days=15)
    principal = principal_of(course_user(course))
    save_answer(principal, course.chart, at=course.at, effective_at=long_ago, **saved)
    page = client.get("/me/forms/phq9/", follow=True)
    assert "please start again" in words(page)
    assert "Question 1 of 9" in words(page)
    answer(client, "phq9", "0", page=page)
    assert len({one.run for one in facts(course, AnswerSaved)}) == 2


@pytest.mark.parametrize("path", ["forms/nothing/", "forms/madrs/", "forms/phq9/ask/item-99/"])
def test_what_is_not_there_harms_nothing(course: Course, patient_of: Patient, path: str) -> None:
    """An unknown form is absent; an unknown question leads to the open one."""
    response = patient_of(course.chart).get(f"/me/{path}", follow=True)
    assert response.status_code in (200, 404)
    assert not facts(course, AnswerSaved)


def test_the_whole_intake_reaches_the_clinic(
    course: Course, patient_of: Patient, as_role: Callable[[str], Client]
) -> None:
    """Every part, "I don't know" among the answers: facts as they said them, and a line on the board."""
    client = patient_of(course.chart)
    assert "Start my intake" in words(client.get("/me/"))
    fill_in(course)
    assert "Go on with my intake" in words(client.get("/me/"))
    review = words(client.get("/me/forms/intake/check/"))
    assert "St John&#x27;s wort" in review and "I don’t know" in review
    for _ in range(2):
        assert "Your intake is with the clinic" in words(send(client, "intake")) or facts(course, IntakeSent)
    (sent,) = facts(course, IntakeSent)
    assert sent.unknown == ("porphyria",)
    assert [fact.text for fact in facts(course, Medicine)] == ["Zoloft 50 in the morning", "St John's wort"]
    assert facts(course, Allergy) == [Allergy(text="latex", said_by="patient")]
    assert facts(course, Problem)[0].verification == "unconfirmed"
    assert facts(course, ContactGiven)[0].emergency_name == "Otto Berg"
    said = {fact.question: fact.answer for fact in facts(course, HistoryAnswered)}
    assert said["porphyria"] == "unknown" and said["aneurysm"] == "no"
    status = course.status()
    assert "porphyria" in {unknown.rule.id for unknown in status.unknown}
    psychosis = next(finding for finding in status.findings if finding.rule.id == "psychosis")
    assert psychosis.by_words and "said by the patient" in psychosis.because[0].value
    assert "intake to read" in [due.what for due in status.due]
    needs = board(course.people["prescriber"], status.at + adopted().span("intake-read")).needs
    assert "intake to read" in [need.what for need in needs]
    assert "Intake sent by the patient" in words(as_role("prescriber").get(f"/charts/{course.chart}/?all"))
    assert "You sent your intake" in words(client.get("/me/intake/"))


def test_an_intake_is_not_sent_half_answered(course: Course, patient_of: Patient) -> None:
    """The button is not there, and a sending made by hand leads back to the questions."""
    client = patient_of(course.chart)
    answer(client, "intake", "Ada")
    page = client.get("/me/forms/intake/check/")
    assert "Send to the clinic" not in words(page) and "still to answer" in words(page)
    run = facts(course, AnswerSaved)[0].run
    client.post("/me/forms/intake/send/", {"form": "send", "run": run})
    assert not facts(course, IntakeSent)


def test_a_worrying_answer_of_the_intake_opens_a_task_at_once(course: Course, patient_of: Patient) -> None:
    client = patient_of(course.chart)
    page = client.get("/me/forms/intake/ask/suicidality/")
    assert "Please talk to someone now" in words(answer(client, "intake", "yes", page=page))
    (task,) = course.status().tasks
    assert task.rule == "suicidality"


def test_pregnancy_is_asked_only_where_the_rule_says(course: Course, open_chart: Callable[..., str]) -> None:
    he = open_chart(at=course.at, sex="male", given_name="Otto")
    for chart, expected in ((course.chart, True), (he, False)):
        folded = read.chart(course.people["prescriber"], chart, log=False)
        names = {part.id for part in asked(form_named("intake", folded, adopted()), {})}
        assert ("pregnancy" in names) is expected


def test_after_a_dose_the_intake_rests(course: Course, patient_of: Patient) -> None:
    """The lock of the day holds here too: nothing is asked, and nothing can be sent."""
    client = patient_of(course.chart)
    fill_in(course)
    course.cleared().prepared().booked().checked().dosed()
    assert "Rest today" in words(client.get("/me/forms/intake/ask/phone/"))
    run = facts(course, AnswerSaved)[0].run
    assert client.post("/me/forms/intake/send/", {"form": "send", "run": run}).status_code == 409
    assert not facts(course, IntakeSent)
