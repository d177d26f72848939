"""What to expect and how it works: short words, ranges, sources, and nothing of anybody's record."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from openkap.protocol.read_explained import explained
from tests.web.course import Course

Patient = Callable[[str], Client]
PAGES = ["expect/", *(f"expect/{way}/" for way in explained().ways), "how-it-works/"]
PROMISES = r"\b(cures?|heals?|will help you|proven|guarantee\w*|safe and effective|breakthrough)\b"
HIGHEST_GRADE = 8


def words(response: object, part: str = "main") -> str:
    found = re.search(rf"<{part}.*?</{part}>", response.content.decode(), re.DOTALL)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def grade(text: str) -> float:
    """Flesch and Kincaid's grade; syllables are groups of vowels, a silent e left out."""
    spoken = re.findall(r"[A-Za-z’']+", text)
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^l])e$", "", word.lower())))) for word in spoken
    )
    sentences = len(re.findall(r"[.!?:](?:\s|$)", text))
    return 0.39 * len(spoken) / sentences + 11.8 * syllables / len(spoken) - 15.59


@pytest.mark.parametrize("path", PAGES)
def test_two_patients_read_the_same_page(
    course: Course, open_chart: Callable[..., str], patient_of: Patient, path: str
) -> None:
    """One weighed and dosed, one new: the page is the same to the letter, but for the form's token."""
    course.cleared().prepared().booked().checked().dosed()
    pages = {
        re.sub(r'value="\w{64}"', "", patient_of(chart).get(f"/me/{path}").content.decode())
        for chart in (course.chart, open_chart(at=course.at))
    }
    assert len(pages) == 1


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_promised_and_help_is_there(course: Course, patient_of: Patient, path: str) -> None:
    """No cure, and the same line for help as on every page."""
    answer = patient_of(course.chart).get(f"/me/{path}")
    assert not re.search(PROMISES, words(answer), re.IGNORECASE)
    assert "not made from your record" in words(answer)
    assert "call or text 988" in words(answer, "footer")


@pytest.mark.parametrize("way", [way.id for way in explained().ways.values() if way.regimen])
def test_every_time_is_a_range(course: Course, patient_of: Patient, way: str) -> None:
    """It begins, it is over: for 90 of 100, and the last of the slider says that it has faded."""
    said = words(patient_of(course.chart).get(f"/me/expect/{way}/"))
    assert re.search(r"It begins (Between \d+ and|Within the first) \d+ minutes after the start", said)
    assert re.search(r"It is over (between|after) \d", said)
    assert "A range holds 90 of 100 typical adults" in said
    assert "do not drive today" in said or "others not yet" in said


def test_a_way_without_published_times_shows_none(course: Course, patient_of: Patient) -> None:
    """No slider and no minute is made up."""
    answer = patient_of(course.chart).get("/me/expect/subcutaneous/")
    assert "no times at all" in words(answer)
    assert "data-hours" not in answer.content.decode()
    assert not re.search(r"\d+ minutes", words(answer))


def test_a_way_nobody_knows_is_not_there(course: Course, patient_of: Patient) -> None:
    assert patient_of(course.chart).get("/me/expect/smoke/").status_code == 404


def test_the_slider_needs_no_network(course: Course, patient_of: Patient) -> None:
    """Every point stands in the page, as many as the slider has places."""
    text = patient_of(course.chart).get("/me/how-it-works/").content.decode()
    places = int(re.search(r'type="range"[^>]* max="(\d+)"', text)[1]) + 1
    assert text.count('<div data-x="') == places > 20


def test_the_steps_are_named_with_their_sources(course: Course, patient_of: Patient) -> None:
    """The chain as it is thought to be, where it comes from, and what nobody knows."""
    said = words(patient_of(course.chart).get("/me/how-it-works/"))
    for step in ("NMDA", "glutamate", "BDNF", "plasticity", "What is not known", "not certain"):
        assert step in said
    assert all(explained().sources[name].title in said for part in explained().how for name in part.sources)


def test_the_texts_are_for_everybody() -> None:
    """Grade 8 at most, each text by itself; the measure tells a hard text from an easy one."""
    told = explained()
    texts = [
        *(part.text for part in told.how),
        *(part.text for part in told.stages.values()),
        *(f"{way.says} {way.unsure}" for way in told.ways.values()),
    ]
    assert [text for text in texts if grade(text) > HIGHEST_GRADE] == []
    assert grade("Uncompetitive antagonism potentiates glutamatergic neurotransmission considerably.") > 12
