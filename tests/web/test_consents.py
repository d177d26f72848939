"""Consent as pages: the very words, the questions, the signature, the copy, and the way back out."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from openkap.clinical.entries.preparation import (
    Consented,
    ConsentExplained,
    ConsentWithdrawn,
    UnderstandingAnswered,
)
from openkap.records import read
from tests.clinical.charts import adopted
from tests.web.course import Course

Role = Callable[[str], Client]
TEXT = adopted().consents["ketamine-treatment"]
FIRST = TEXT.questions[0]
WRONG = next(choice for choice in FIRST.choices if choice != FIRST.right)
ME = "/me/consent/ketamine-treatment/"


def facts(course: Course, kind: type) -> list[object]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/preparation/{rest}"


def test_a_handed_over_device_shows_the_patient_no_way_into_other_pages(
    course: Course, as_role: Role
) -> None:
    """The device is in the patient's hands: no lists, no findings, only back to where it came from."""
    course.cleared()
    shown = as_role("therapist").get(page(course, "consent/ketamine-treatment/")).content.decode()
    places = set(re.findall(r'<a [^>]*href="(/[^"]*)"', shown))
    assert places == {page(course)}
    assert "Sign out" not in shown


def test_the_consent_is_signed_on_the_clinics_device(course: Course, as_role: Role) -> None:
    """The text is shown whole, and the entry says that it came from the clinic's device."""
    course.cleared().understood(TEXT)
    client = as_role("therapist")
    shown = client.get(page(course, "consent/ketamine-treatment/"))
    for section in TEXT.sections:
        assert escape(section.heading) in shown.content.decode()
        assert escape(section.text.splitlines()[-1]) in shown.content.decode()
    sha = re.search(r'name="text_sha256" value="(\w{64})"', shown.content.decode())[1]
    answer = client.post(
        page(course, "consent/ketamine-treatment/sign/"),
        {"form": "consent", "text_sha256": sha, "signed_name": "ada  BERG"},
    )
    assert answer.status_code == 302
    (entry,) = read.chart(course.people["prescriber"], course.chart, log=False).all(Consented)
    assert (entry.fact.signed_name, entry.via) == ("ada  BERG", "clinic-device")


@pytest.mark.parametrize("name", ["", "Ada", "Berg", "Someone Else"])
def test_another_name_signs_nothing(course: Course, as_role: Role, name: str) -> None:
    """A signature on the wrong chart is stopped by the name itself; what was typed stays."""
    course.cleared().understood(TEXT)
    answer = as_role("therapist").post(
        page(course, "consent/ketamine-treatment/sign/"),
        {"form": "consent", "text_sha256": TEXT.sha256, "signed_name": name},
    )
    assert answer.status_code == 400
    assert f'value="{name}"' in answer.content.decode()
    assert not facts(course, Consented)


def test_a_swapped_text_is_not_signed(course: Course, as_role: Role) -> None:
    """The signature covers the text in force, byte for byte."""
    course.cleared()
    answer = as_role("therapist").post(
        page(course, "consent/ketamine-treatment/sign/"),
        {"form": "consent", "text_sha256": "0" * 64, "signed_name": "Ada Berg"},
    )
    assert answer.status_code == 400
    assert not facts(course, Consented)


def test_nothing_is_signed_under_the_drug(course: Course, as_role: Role) -> None:
    """Before the dose there is a place to sign; after it, the reason stands in its place."""
    address = page(course, "consent/ketamine-treatment/")
    course.cleared().prepared().booked().checked()
    course.understood(TEXT)
    assert 'name="signed_name"' in as_role("therapist").get(address).content.decode()
    course.dosed()
    shown = as_role("therapist").get(address)
    assert 'name="signed_name"' not in shown.content.decode()
    assert "nothing is signed for 1 day after one" in words(shown)
    assert "Signing opens again on" in words(shown)
    sent = {"form": "consent", "text_sha256": TEXT.sha256, "signed_name": "Ada Berg"}
    assert as_role("therapist").post(address + "sign/", sent).status_code == 409
    assert len(facts(course, Consented)) == 1


def answers(**changed: str) -> dict[str, str]:
    """Every question answered on the clinic's device, rightly unless changed."""
    right = {f"question-{one.id}": one.right for one in TEXT.questions}
    return (
        {"form": "answer", "text_sha256": TEXT.sha256}
        | right
        | {f"question-{k}": v for k, v in changed.items()}
    )


def test_questions_stand_between_the_text_and_the_signature(course: Course, as_role: Role) -> None:
    """A wrong answer is explained and asked again, alone; then there is a place to sign."""
    course.cleared()
    client, address = as_role("therapist"), page(course, "consent/ketamine-treatment/")
    assert 'name="signed_name"' not in client.get(address).content.decode()
    sent = answers() | {f"question-{FIRST.id}": WRONG}
    shown = client.post(address + "answer/", sent, follow=True)
    assert "Not quite, and that is no harm" in words(shown) and FIRST.explains in words(shown)
    assert shown.content.decode().count("<fieldset") == 1
    shown = client.post(address + "answer/", answers(), follow=True)
    assert 'name="signed_name"' in shown.content.decode()
    assert [fact.right for fact in facts(course, UnderstandingAnswered)] == [False, True, True, True, True]


def test_an_unanswered_question_keeps_the_others(course: Course, as_role: Role) -> None:
    """Nothing is written, and what was chosen stays."""
    course.cleared()
    sent = answers()
    del sent[f"question-{FIRST.id}"]
    shown = as_role("therapist").post(page(course, "consent/ketamine-treatment/answer/"), sent)
    assert shown.status_code == 400
    assert shown.content.decode().count(" checked>") == len(TEXT.questions) - 1
    assert not facts(course, UnderstandingAnswered)


def test_the_patient_reads_part_by_part_or_all_at_once(course: Course, patient_of: Role) -> None:
    """Each part leads to the next and the last to the questions; one page holds everything."""
    client = patient_of(course.chart)
    for number, section in enumerate(TEXT.sections, 1):
        shown = client.get(f"{ME}?part={number}")
        assert escape(section.text.splitlines()[-1]) in shown.content.decode()
        assert 'name="signed_name"' not in shown.content.decode()
        following = number + 1 if number < len(TEXT.sections) else "questions"
        assert f'href="?part={following}"' in shown.content.decode()
    whole = client.get(f"{ME}?part=whole").content.decode()
    assert all(escape(section.text.splitlines()[0]) in whole for section in TEXT.sections)


def test_the_patient_answers_one_question_at_a_time(course: Course, patient_of: Role) -> None:
    """The signature's address leads to the open question; wrong is explained and asked again."""
    client = patient_of(course.chart)
    shown = client.get(f"{ME}?part=sign")
    assert 'name="signed_name"' not in shown.content.decode() and FIRST.asks in words(shown)
    sent = {"form": "answer", "text_sha256": TEXT.sha256, "question": FIRST.id, "answer": WRONG}
    shown = client.post(ME + "answer/", sent, follow=True)
    assert "Not quite, and that is no harm" in words(shown) and FIRST.asks in words(shown)
    for one in TEXT.questions:
        shown = client.post(ME + "answer/", sent | {"question": one.id, "answer": one.right}, follow=True)
        assert "That is right" in words(shown)
    assert "All questions are answered" in words(shown)
    assert 'name="signed_name"' in client.get(f"{ME}?part=sign").content.decode()


def test_the_patient_takes_consent_back_in_two_taps(course: Course, patient_of: Role) -> None:
    """From the consent to what it means, and there one button; no reason is asked for."""
    course.cleared().prepared()
    client = patient_of(course.chart)
    assert f'href="{ME}back/"' in client.get(ME).content.decode()
    assert "You need no reason" in words(client.get(ME + "back/"))
    assert client.post(ME + "withdraw/", {"form": "withdraw"}).status_code == 302
    assert len(facts(course, ConsentWithdrawn)) == 1
    assert "dose-needs-consent" in {r.rule for r in course.status().gates["start-dose"].because}
    assert "Taken back" in words(client.get(ME + "copy/"))


def test_the_copy_shows_the_very_words_and_who_explained_them(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """To staff and patient; before a signature there is none."""
    client = as_role("therapist")
    assert client.get(page(course, "consent/ketamine-treatment/copy/")).status_code == 404
    course.cleared().prepared()
    sent = {"form": "explain-ketamine-treatment", "document": TEXT.id, "note": "Said back in own words"}
    assert client.post(page(course, "explain/"), sent).status_code == 302
    assert facts(course, ConsentExplained)[0].role == "therapist"
    for shown in (
        client.get(page(course, "consent/ketamine-treatment/copy/")),
        patient_of(course.chart).get(ME + "copy/"),
    ):
        assert all(
            escape(section.text.splitlines()[-1]) in shown.content.decode() for section in TEXT.sections
        )
        assert "Said back in own words" in words(shown) and TEXT.sha256 in words(shown)


def test_what_changed_since_the_last_signature_is_told_first(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """Somebody who signed the first version sees what came and what went, before the text."""
    course.cleared()
    (old,) = TEXT.earlier
    signed = Consented(document=old.id, version=old.version, text_sha256=old.sha256, signed_name="Ada Berg")
    course.writes(signed)
    staff = as_role("therapist").get(page(course, "consent/ketamine-treatment/"))
    mine = patient_of(course.chart).get(ME)
    for shown in (staff, mine):
        assert "What has changed since" in words(shown)
        assert "Adding therapy to ketamine has been studied only in small trials." in words(shown)
    copy = as_role("therapist").get(page(course, "consent/ketamine-treatment/copy/"))
    assert "version 2 is in force today" in words(copy) and "How we behave" not in words(copy)


def test_the_page_says_when_signing_opens_again(course: Course, patient_of: Role) -> None:
    """Under the drug the patient is told when, not only that it is closed."""
    course.cleared().prepared().booked().checked().dosed()
    shown = patient_of(course.chart).get(f"{ME}?part=sign")
    assert "You can sign again from" in words(shown)
    assert 'name="signed_name"' not in shown.content.decode()
