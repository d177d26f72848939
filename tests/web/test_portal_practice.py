"""Practices: told by the patient alone, late where there was no network, once however often it is sent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.clinical.entries.practice import Practised
from openkap.records import read
from openkap.web.sentences import sentence
from tests.clinical.charts import adopted
from tests.web.course import Course

Patient = Callable[[str], Client]
PAGE = "/me/practice/slow-breathing/"
SENT = {"form": "practice", "id": "6d4f5f3e-98d4-4b9e-9f6a-1d1f3c5b7a90", "minutes": "5", "words": "Calmer"}


def told(course: Course) -> list[Practised]:
    return [e.fact for e in read.chart(course.people["prescriber"], course.chart, log=False).all(Practised)]


def test_it_is_told_once_and_shown_to_both(course: Course, patient_of: Patient) -> None:
    """Sent twice under one id it is one; patient and team read the same words; no count of anything."""
    client = patient_of(course.chart)
    for _ in range(2):
        assert client.post(f"{PAGE}tell/", SENT).status_code == 302
    assert told(course) == [Practised(practice="slow-breathing", minutes=5, words="Calmer")]
    page = client.get("/me/practice/").content.decode()
    assert "Slow breathing, 5 min: “Calmer”" in page
    assert not any(word in page.lower() for word in ("streak", "in a row", "missed", "goal"))
    (entry,) = read.chart(course.people["prescriber"], course.chart, log=False).all(Practised)
    assert sentence(entry, adopted()) == "Practised: Slow breathing, 5 min: “Calmer”"


@pytest.mark.parametrize("minutes", ["0", "-3", "1440", "half", "2.5", ""])
def test_what_cannot_be_is_refused_and_kept(course: Course, patient_of: Patient, minutes: str) -> None:
    """The words stay in the form."""
    answer = patient_of(course.chart).post(f"{PAGE}tell/", SENT | {"minutes": minutes})
    assert answer.status_code == 400
    assert "Calmer</textarea>" in answer.content.decode()
    assert told(course) == []


@pytest.mark.parametrize(("days", "status"), [(13, 302), (15, 400)])
def test_what_waited_keeps_its_own_time(course: Course, patient_of: Patient, days: int, status: int) -> None:
    """Two weeks without a network are nothing unusual; more is asked about."""
    then = datetime.now(UTC) - timedelta(days=days)
    answer = patient_of(course.chart).post(f"{PAGE}tell/", SENT | {"tapped_at": then.isoformat()})
    assert answer.status_code == status
    chart = read.chart(course.people["prescriber"], course.chart, log=False)
    assert [e.effective_at for e in chart.all(Practised)] == ([then] if status == 302 else [])


def test_an_unknown_practice_is_not_there(course: Course, patient_of: Patient) -> None:
    client = patient_of(course.chart)
    assert client.get("/me/practice/levitation/").status_code == 404
    assert client.post("/me/practice/levitation/tell/", SENT).status_code in (400, 404)
    assert told(course) == []
