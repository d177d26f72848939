"""The patient's own pages: one thing, in plain words, and nothing to sign on the day of a dose."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.actions import integration
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.preparation import Consented, Intention
from openkap.clinical.entries.screening import Score
from openkap.clinical.status import assess
from openkap.records import read
from openkap.web import portal_words
from tests.clinical.charts import adopted
from tests.web.course import Course

Patient = Callable[[str], Client]
TEXT = adopted().consents["ketamine-treatment"]
CALM = {"form": "score"} | {f"question-{n}": "1" for n in range(1, 9)} | {"question-9": "0"}


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def entries(course: Course, kind: type) -> tuple:
    return read.chart(course.people["prescriber"], course.chart, log=False).all(kind)


def button(response: object) -> str:
    """The one large button of the page."""
    found = re.findall(r'class="[^"]*portal-big"[^>]*>([^<]+)<', response.content.decode())
    assert len(found) == 1, found
    return found[0]


def test_the_first_thing_is_the_intake_then_consent_then_intention(
    course: Course, patient_of: Patient
) -> None:
    """One thing at a time, in the order that helps."""
    client = patient_of(course.chart)
    assert button(client.get("/me/")) == "Start my intake"
    course.cleared()
    assert button(client.get("/me/")) == "Read and sign"
    course.understood(TEXT)
    text = client.get("/me/consent/ketamine-treatment/?part=sign").content.decode()
    sha = re.search(r'name="text_sha256" value="(\w{64})"', text)[1]
    sent = {"form": "consent", "text_sha256": sha, "signed_name": "Ada Berg"}
    assert client.post("/me/consent/ketamine-treatment/sign/", sent).status_code == 302
    assert entries(course, Consented)[0].via == "portal"
    assert button(client.get("/me/")) == "Write my intention"
    sent = {"form": "intention", "words": "To sleep again"}
    assert client.post("/me/intention/save/", sent).status_code == 302
    assert entries(course, Intention)[0].fact.words == "To sleep again"
    assert "“To sleep again”" in words(client.get("/me/"))


@pytest.mark.parametrize(
    "path",
    ["", "record/", "help/", "intake/", "forms/phq9/check/", "intention/", "consent/ketamine-treatment/"],
)
def test_help_is_on_every_page(course: Course, patient_of: Patient, path: str) -> None:
    """The same words in the same place, whatever the page."""
    assert "call or text 988" in words(patient_of(course.chart).get(f"/me/{path}", follow=True))


def test_after_a_dose_the_page_rests_and_nothing_can_be_signed(course: Course, patient_of: Patient) -> None:
    """Nothing to do, nothing to decide; a signature sent all the same is refused."""
    course.cleared().prepared().booked().checked().dosed()
    client = patient_of(course.chart)
    today = client.get("/me/")
    assert "nothing to sign and nothing to decide" in words(today)
    assert button(today) == "I need help"
    sha = TEXT.sha256
    sent = {"form": "consent", "text_sha256": sha, "signed_name": "Ada Berg"}
    before = len(entries(course, Consented))
    assert client.post("/me/consent/ketamine-treatment/sign/", sent).status_code == 409
    assert len(entries(course, Consented)) == before


def test_what_comes_next_is_the_sooner_of_visit_and_talk(course: Course, patient_of: Patient) -> None:
    """Nothing booked, then a visit, and after the dose of it a talk."""
    client = patient_of(course.chart)
    assert "Nothing is booked at the moment" in words(client.get("/me/"))
    course.cleared().prepared().booked()
    assert re.search(
        r"Your next visit is on \w+ \d+ \w+ \d{4} at \d+:\d\d[ap]m, in Room 1", words(client.get("/me/"))
    )
    course.checked().dosed().ended()
    starts = datetime.now(UTC) + timedelta(days=1)
    course.does("therapist", integration.book, visit=course.visit, starts_at=starts)
    status = assess(read.chart(course.people["prescriber"], course.chart, log=False), adopted(), starts)
    chart = read.chart(course.people["prescriber"], course.chart, log=False)
    assert portal_words.what_comes_next(chart, status)[0].startswith(
        "Your next talk with your therapist is on"
    )


def test_a_patient_sees_who_looked(
    course: Course, patient_of: Patient, as_role: Callable[[str], Client]
) -> None:
    """Staff who opened the chart are named; one's own looks are not counted."""
    as_role("monitor").get(f"/charts/{course.chart}/preparation/")
    said = words(patient_of(course.chart).get("/me/record/"))
    assert "Monitor, the session monitor" in said
    assert "Ada Berg" not in said


@pytest.mark.parametrize("rest", ["preparation/", "integration/", "maintenance/", "visits/"])
def test_staff_pages_are_not_there_for_a_patient(course: Course, patient_of: Patient, rest: str) -> None:
    """Not even of one's own chart."""
    assert patient_of(course.chart).get(f"/charts/{course.chart}/{rest}").status_code == 404


def test_another_persons_chart_cannot_be_written(
    course: Course, patient_of: Patient, open_chart: Callable[..., str]
) -> None:
    """A patient's session writes in its own chart, whatever address is asked."""
    other = open_chart(at=course.at, given_name="Otto")
    answer = patient_of(course.chart).post(f"/charts/{other}/scores/phq9/record/", CALM)
    assert answer.status_code in (302, 404)
    assert not read.chart(course.people["prescriber"], other, log=False).all(Score)


def test_staff_have_no_portal(course: Course, as_role: Callable[[str], Client]) -> None:
    """There is no chart behind a member of staff."""
    assert as_role("prescriber").get("/me/").status_code == 404


def test_a_patient_sees_every_dose_and_what_it_comes_to(
    people: dict[str, object], open_chart: Callable[..., str], patient_of: Patient
) -> None:
    """The day, the way, the milligrams, all of them together; and what was signed, to be read again."""
    began = datetime.now(UTC) - timedelta(days=2)
    course = (
        Course(people, open_chart(at=began), began).cleared().prepared().booked().checked().dosed().ended()
    )
    said = words(patient_of(course.chart).get("/me/record/"))
    (dose,) = entries(course, DoseGiven)
    mg = f"{dose.fact.amount.value.normalize():f} mg"
    assert re.search(
        rf"Day Visit How Given \d+ \w+ \d{{4}} 1 \w[\w ]+ {mg} In all {mg}; in the last 30 days {mg}\.", said
    )
    assert f"{TEXT.title}" in said.partition("What you signed")[2]


def test_before_anything_was_given_it_says_so(course: Course, patient_of: Patient) -> None:
    said = words(patient_of(course.chart).get("/me/record/"))
    assert "What you were given Nothing yet." in said and "What you signed Nothing yet." in said
