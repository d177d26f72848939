"""The preparation page: what is missing, who supplies it, and nothing signed by the wrong hand."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from openkap.actions.preparation import text_hash
from openkap.clinical.entries.preparation import Consented
from openkap.records import read
from tests.clinical.charts import adopted
from tests.web.course import Course

Role = Callable[[str], Client]
TEXT = adopted().consents["ketamine-treatment"]


def facts(course: Course, kind: type) -> list[object]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/preparation/{rest}"


def test_the_page_says_what_is_missing_and_who_supplies_it(course: Course, as_role: Role) -> None:
    """A new chart lacks everything, and each line names its supplier."""
    said = words(as_role("prescriber").get(page(course)))
    for title in ("Screening decision", "Consent", "Preparation session", "Intention", "First score", "Plan"):
        assert f"{title} Missing." in said
    assert "The therapist can settle this." in said


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
    course.cleared()
    client = as_role("therapist")
    shown = client.get(page(course, "consent/ketamine-treatment/"))
    for paragraph in TEXT.text.strip().split("\n\n"):
        assert escape(paragraph.splitlines()[-1]) in shown.content.decode()
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
    course.cleared()
    answer = as_role("therapist").post(
        page(course, "consent/ketamine-treatment/sign/"),
        {"form": "consent", "text_sha256": text_hash(TEXT), "signed_name": name},
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
    assert 'name="signed_name"' in as_role("therapist").get(address).content.decode()
    course.dosed()
    shown = as_role("therapist").get(address)
    assert 'name="signed_name"' not in shown.content.decode()
    assert "nothing is signed for 1 day after one" in words(shown)
    sent = {"form": "consent", "text_sha256": text_hash(TEXT), "signed_name": "Ada Berg"}
    assert as_role("therapist").post(address + "sign/", sent).status_code == 409
    assert len(facts(course, Consented)) == 1
