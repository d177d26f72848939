"""Questionnaires filled in by staff with the patient: as published, complete, added up elsewhere."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from openkap.clinical import scoring
from openkap.clinical.entries.screening import Score
from openkap.records import read
from tests.clinical.charts import adopted
from tests.web.course import Course

Role = Callable[[str], Client]


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sent(instrument: str, answer: int) -> dict[str, str]:
    count = len(scoring.asked(adopted().instruments[instrument]))
    return {"form": "score"} | {f"question-{n}": str(answer) for n in range(1, count + 1)}


def address(course: Course, instrument: str, rest: str = "") -> str:
    return f"/charts/{course.chart}/scores/{instrument}/{rest}"


@pytest.mark.parametrize("instrument", ["phq9", "gad7"])
def test_every_item_is_asked_and_none_is_answered_for_anyone(
    course: Course, as_role: Role, instrument: str
) -> None:
    """The published items in their order, each with all its answers, nothing chosen."""
    html = as_role("monitor").get(address(course, instrument)).content.decode()
    scale = adopted().instruments[instrument]
    assert html.count('type="radio"') == len(scoring.asked(scale)) * len(scale.answers)
    assert not re.search(r"<input[^>]* checked", html)
    for item in (scale.items[n - 1] for n in scoring.asked(scale)):
        assert item.text.partition("'")[0] in html.replace("&#x27;", "'")


@pytest.mark.parametrize("instrument", ["phq9", "gad7"])
@pytest.mark.parametrize("answer", [0, 3])
def test_the_result_shows_total_and_band(course: Course, as_role: Role, instrument: str, answer: int) -> None:
    """The ends of each scale."""
    client = as_role("monitor")
    done = client.post(address(course, instrument, "record/"), sent(instrument, answer), follow=True)
    scale = adopted().instruments[instrument]
    total = answer * len(scoring.asked(scale))
    assert f"{total} of {scale.highest}, {scale.band(total)}" in words(done)


@pytest.mark.parametrize(("then", "says"), [(2, "meaningful change"), (1, "The total is the same.")])
def test_the_change_since_the_last_one_is_named(course: Course, as_role: Role, then: int, says: str) -> None:
    """By the scale's own number, and the last total beside it."""
    client = as_role("monitor")
    client.post(address(course, "gad7", "record/"), sent("gad7", 1))
    said = words(client.post(address(course, "gad7", "record/"), sent("gad7", then), follow=True))
    assert "Before that: 7, mild" in said
    assert says in said


@pytest.mark.parametrize("value", ["", "4", "-1", "x", "1.0"])
def test_an_answer_that_is_none_is_refused_at_its_question(course: Course, as_role: Role, value: str) -> None:
    """Nothing is stored; the summary names the question."""
    client = as_role("monitor")
    answer = client.post(address(course, "phq9", "record/"), sent("phq9", 1) | {"question-3": value})
    assert answer.status_code == 400
    assert 'href="#score-question-3"' in answer.content.decode()
    assert not read.chart(course.people["prescriber"], course.chart, log=False).all(Score)


def test_a_worrying_item_shows_its_task_on_the_result(course: Course, as_role: Role) -> None:
    """Whoever asked the question sees at once that somebody must act."""
    client = as_role("monitor")
    said = words(client.post(address(course, "phq9", "record/"), sent("phq9", 1), follow=True))
    assert "Take it" in said


def test_an_unknown_questionnaire_is_not_there(course: Course, as_role: Role) -> None:
    """404, as for any address that is none."""
    assert as_role("monitor").get(address(course, "phq10")).status_code == 404
