"""A FHIR Questionnaire asked of a patient: looked at, signed, answered one a screen, sent once, read."""

import gzip
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openkap.clinical.entries.asking import AnswerSaved, FormAsked, FormSent, FormTakenBack
from openkap.fhir.questionnaire import MOST_BYTES, MOST_QUESTIONS
from openkap.records import accounts
from tests.web.course import Course
from tests.web.test_portal_forms import answer, chart_of, facts, hidden, send, words

AsRole = Callable[[str], Client]
Patient = Callable[[str], Client]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "questionnaires"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of public questionnaires is not beside this checkout"
)
QUESTIONS = 30
"""More than any of these forms has."""
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def option(code: str, score: int) -> dict[str, Any]:
    coding = {"system": "urn:x", "code": code, "display": code.title()}
    return {"valueCoding": coding, "extension": [{"url": ORDINAL, "valueDecimal": score}]}


OFTEN = [option("never", 0), option("often", 2)]
WHEN = {"question": "/a.1", "operator": "=", "answerCoding": {"system": "urn:x", "code": "often"}}
TREE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "status": "active",
    "url": "urn:how",
    "version": "7",
    "title": "How you <b>sleep</b>",
    "item": [
        {"linkId": "i", "type": "display", "text": "Think of the last week."},
        {
            "linkId": "g",
            "type": "group",
            "text": "At night",
            "item": [
                {
                    "linkId": "/a.1",
                    "type": "choice",
                    "text": "Awake?",
                    "required": True,
                    "answerOption": OFTEN,
                },
                {
                    "linkId": "b?#",
                    "type": "choice",
                    "text": "Afraid?",
                    "enableWhen": [WHEN],
                    "answerOption": OFTEN,
                },
            ],
        },
        {"linkId": "t", "type": "display", "text": "Now the day."},
        {"linkId": "c", "type": "choice", "text": "Tired?", "answerOption": OFTEN},
        {"linkId": "e", "type": "display", "text": "That was all."},
        {"linkId": "h", "type": "string", "text": "Sum", "readOnly": True},
    ],
}


def file_of(tree: Any, name: str = "sleep.json") -> SimpleUploadedFile:
    content = tree if isinstance(tree, bytes) else json.dumps(tree, indent=1).encode()
    return SimpleUploadedFile(name, content, content_type="application/json")


def look(client: Client, course: Course, tree: Any = TREE, name: str = "sleep.json") -> Any:
    given = {"form": "ask", "questionnaire": file_of(tree, name)}
    return client.post(f"/charts/{course.chart}/forms/ask/look/", given)


def fields(page: Any) -> dict[str, str]:
    """The hidden fields of the page's form, unescaped as a browser would."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def sign(client: Client, course: Course, page: Any, **changed: str) -> Any:
    place = f"/charts/{course.chart}/forms/ask/sign/"
    return client.post(place, fields(page) | changed, follow=True)


def asked(client: Client, course: Course, tree: Any = TREE) -> str:
    """Looked at and signed; the name of the asking."""
    assert sign(client, course, look(client, course, tree)).status_code == 200
    return f"form-{chart_of(course).all(FormAsked)[-1].id}"


def test_looking_at_a_form_stores_nothing_and_tells_all_of_it(course: Course, as_role: AsRole) -> None:
    """Questions, scores, conditions, texts, what is left out, and that no rule reads it."""
    before = chart_of(course).seq
    page = look(as_role("prescriber"), course)
    said = words(page)
    for told in (
        "3 questions",
        "Never (0) · Often (2)",
        "only if question 1 is “Often”",
        "Think of the last week.",
        "h: not asked, for nobody may answer it.",
        "No rule reads these answers.",
        "urn:how",
        "sleep.json",
    ):
        assert told in said, told
    assert "How you &lt;b&gt;sleep" in page.content.decode()
    assert chart_of(course).seq == before


def test_signed_it_waits_on_the_patients_own_pages(
    course: Course, as_role: AsRole, patient_of: Patient
) -> None:
    """One entry with the form, its file, address and version; the link leads to the first question."""
    staff = as_role("monitor")
    page = look(staff, course)
    for _ in range(2):
        assert "is asked. It waits" in words(sign(staff, course, page)) or facts(course, FormAsked)
    (fact,) = facts(course, FormAsked)
    assert (fact.source, fact.url, fact.source_version) == ("sleep.json", "urn:how", "7")
    today = patient_of(course.chart).get("/me/").content.decode()
    assert "Your team asks you to answer" in today
    assert f"/me/forms/form-{chart_of(course).all(FormAsked)[0].id}/" in today
    course.cleared()
    assert "Waits for the patient" in words(staff.get(f"/charts/{course.chart}/forms/"))


def test_answered_one_a_screen_resumed_and_sent_once(
    course: Course, as_role: AsRole, patient_of: Patient
) -> None:
    """Texts stand over their questions, a condition is followed, addresses bear any linkId."""
    staff, client = as_role("prescriber"), patient_of(course.chart)
    name = asked(staff, course)
    page = client.get(f"/me/forms/{name}/", follow=True)
    assert "Think of the last week." in words(page) and "At night" in words(page)
    assert "question 1 of 2" in words(page)
    page = answer(client, name, "urn:x|often", page=page)
    assert "Afraid?" in words(page) and "question 2 of 3" in words(page)
    assert "Go on answering" in words(client.get("/me/"))
    assert "Begun: 1 of 3 answered" in words(staff.get(f"/charts/{course.chart}/forms/"))
    assert "Often" not in words(staff.get(f"/charts/{course.chart}/forms/{name}/")).split("Where it comes")[1]
    page = answer(client, name, "urn:x|often")
    assert "Now the day." in words(page) and "Think of the last week." in words(page)
    assert "Afraid?" in words(client.get(client.get(f"/me/forms/{name}/check/").request["PATH_INFO"]))
    check = answer(client, name, "urn:x|never", page=page)
    assert "That was all." in words(check)
    sending = hidden(check)
    for _ in range(2):
        assert "Thank you" in words(client.post(f"/me/forms/{name}/send/", sending, follow=True))
    assert [fact.answered for fact in facts(course, FormSent)] == [3]
    read = words(staff.get(f"/charts/{course.chart}/forms/{name}/"))
    assert "Total 4, from 3 answers" in read and "Afraid? Often score 2" in read
    assert "asks you to answer" not in words(client.get("/me/"))
    for late in ("", "ask/c/", "check/"):
        assert "Thank you" in words(client.get(f"/me/forms/{name}/{late}", follow=True))


def test_what_is_left_empty_makes_no_total(course: Course, as_role: AsRole, patient_of: Patient) -> None:
    """The scores are added and the gap is told; what was not asked is told too; a changed answer is kept."""
    staff, client = as_role("prescriber"), patient_of(course.chart)
    name = asked(staff, course)
    first = client.get(f"/me/forms/{name}/", follow=True)
    answer(client, name, "urn:x|often", page=first)
    answer(client, name, "urn:x|never", page=first)
    answer(client, name)
    assert "Thank you" in words(send(client, name))
    read = words(staff.get(f"/charts/{course.chart}/forms/{name}/"))
    assert "The scores add up to 0, which is no total: 1 was left empty." in read
    assert "1 question was not asked" in read
    assert "Answered before: Often" in read and "Left empty" in read


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        (b"", "the file is empty"),
        (b"<Questionnaire/>", "not JSON but XML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"resourceType":"Bundle"}', "a Questionnaire is needed, and this is Bundle"),
        (b"[" * 200 + b"]" * 200, "nested more than"),
        (gzip.compress(b" " * (MOST_BYTES + 1)), "it is longer than 1024 kB"),
        (TREE | {"status": "retired", "item": [{"linkId": "a", "type": "time"}]}, "“a”: it asks for"),
        (TREE | {"item": [{"linkId": "a" * 201, "type": "boolean", "text": "x"}]}, "linkId is longer"),
        (
            TREE
            | {
                "item": [
                    {"linkId": str(n), "type": "boolean", "text": "x"} for n in range(MOST_QUESTIONS + 1)
                ]
            },
            f"it asks {MOST_QUESTIONS + 1} questions, more than {MOST_QUESTIONS}",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_every_reason(
    course: Course, as_role: AsRole, tree: Any, why: str
) -> None:
    """Nothing is stored, by looking or by sending the text by hand."""
    client, before = as_role("prescriber"), chart_of(course).seq
    page = look(client, course, tree)
    assert page.status_code == 400 and why in unescape(words(page))
    assert "Nothing was stored" in words(page)
    if isinstance(tree, dict):
        assert sign(client, course, page, content=json.dumps(tree), source="x").status_code == 400
    assert chart_of(course).seq == before


def test_every_reason_stands_on_a_line_of_its_own(course: Course, as_role: AsRole) -> None:
    bad = {"item": [{"linkId": "a", "type": "time", "text": "x"}, {"linkId": "b", "type": "boolean"}]}
    page = look(as_role("prescriber"), course, TREE | bad | {"status": "retired"})
    assert page.content.decode().count('<li><a href="#ask-questionnaire">') == 3


def test_no_file_is_a_fault(course: Course, as_role: AsRole) -> None:
    place = f"/charts/{course.chart}/forms/ask/look/"
    assert "No file was chosen" in words(as_role("prescriber").post(place, {"form": "ask"}))


def test_what_was_not_looked_at_is_not_signed(course: Course, as_role: AsRole) -> None:
    """The text of the page changed on the way, or the page was never seen."""
    client = as_role("prescriber")
    page = look(client, course)
    other = json.dumps(TREE | {"title": "Another"})
    assert "not the form you looked at" in words(sign(client, course, page, content=other))
    assert sign(client, course, page, content="").status_code == 400
    assert sign(client, course, page, source="").status_code == 400
    assert not facts(course, FormAsked)


def test_taken_back_it_leaves_the_patients_pages(
    course: Course, as_role: AsRole, patient_of: Patient
) -> None:
    """In the middle of it they are told kindly, and nothing they send afterwards is stored."""
    staff, client = as_role("prescriber"), patient_of(course.chart)
    name = asked(staff, course)
    page = client.get(f"/me/forms/{name}/", follow=True)
    back = staff.post(f"/charts/{course.chart}/forms/{name}/back/", {"form": "back"}, follow=True)
    assert "It is taken back" in words(back) and "not answered" in words(back)
    told = answer(client, name, "urn:x|often", page=page)
    assert "Your team does not need those answers any more" in words(told)
    assert not facts(course, AnswerSaved)
    assert len(facts(course, FormTakenBack)) == 1
    again = staff.post(f"/charts/{course.chart}/forms/{name}/back/", {"form": "back"}, follow=True)
    assert again.status_code == 400 and "taken back already" in words(again)


def test_while_it_waits_the_same_is_not_offered_again(course: Course, as_role: AsRole) -> None:
    client = as_role("prescriber")
    page = look(client, course)
    asked(client, course)
    assert "waits for Ada already" in words(look(client, course))
    assert "waits for an answer already" in words(sign(client, course, page, id=""))


@pytest.mark.parametrize("role", ["auditor", "manager", "therapist"])
def test_who_may_not_ask_finds_no_page(course: Course, as_role: AsRole, role: str) -> None:
    """An auditor reads the list and has no button; the others have no such chart."""
    client = as_role(role)
    for page in (client.get(f"/charts/{course.chart}/forms/ask/"), look(client, course)):
        assert page.status_code == 404
    listed = client.get(f"/charts/{course.chart}/forms/")
    assert listed.status_code == (200 if role == "auditor" else 404)
    assert "forms/ask/" not in listed.content.decode()


def test_another_patient_and_another_clinic_find_nothing(
    course: Course, as_role: AsRole, patient_of: Patient, open_chart: Callable[..., str]
) -> None:
    name = asked(as_role("prescriber"), course)
    other = patient_of(open_chart(at=course.at))
    hill = accounts.create_clinic("Hillside")
    stranger = Client()
    stranger.force_login(accounts.create_user("them", name="T", role="prescriber", clinic=hill))
    assert other.get(f"/me/forms/{name}/").status_code == 404
    for page in ("forms/", f"forms/{name}/", "forms/ask/", "screening/intake/"):
        assert stranger.get(f"/charts/{course.chart}/{page}").status_code == 404
    assert as_role("prescriber").get(f"/charts/{course.chart}/forms/form-none/").status_code == 404


@needs_shared
@pytest.mark.parametrize(
    "name", ["lforms-phq9", "spier-cssrs-screener", "spier-safet-questionnaire", "uwcirg-CIRG-PC-PTSD-5"]
)
def test_a_public_form_is_walked_to_its_end(
    course: Course, as_role: AsRole, patient_of: Patient, name: str
) -> None:
    """The last answer to every question as it comes, whatever its linkId is spelt with."""
    staff, client = as_role("prescriber"), patient_of(course.chart)
    made = asked(staff, course, (SHARED / f"{name}.json").read_bytes())
    page = client.get(f"/me/forms/{made}/", follow=True)
    for _ in range(QUESTIONS):
        if "/ask/" not in page.request["PATH_INFO"]:
            break
        choices = re.findall(
            r'name="answer" type="(?:radio|checkbox)" value="([^"]*)"', page.content.decode()
        )
        page = answer(client, made, unescape(choices[-1]) if choices else "2", page=page)
    assert "Look through your answers" in words(page)
    assert "Thank you" in words(send(client, made))
    assert not course.status().tasks
    assert "The answers" in words(staff.get(f"/charts/{course.chart}/forms/{made}/"))


@needs_shared
@pytest.mark.parametrize(
    "name", ["lforms-q-with-modifierExtension", "uwcirg-CIRG-CNICS-AUDIT", "uwcirg-GAD-7"]
)
def test_a_public_form_that_cannot_be_asked_says_why(course: Course, as_role: AsRole, name: str) -> None:
    page = look(as_role("prescriber"), course, (SHARED / f"{name}.json").read_bytes(), f"{name}.json")
    assert page.status_code == 400 and "Nothing was stored" in words(page)
    assert not facts(course, FormAsked)
