"""Instruments used by staff: as published, complete, added up elsewhere; what follows is asked next."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from openkap.actions import screening
from openkap.clinical import scoring
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.screening import Score
from openkap.records import read
from tests.clinical.charts import adopted
from tests.web.course import Course

Role = Callable[[str], Client]

SAID = {"form": "score", "rater": "patient", "day": "", "sitting": "6f7ad3f0-6f0e-4d4b-9a2c-1a8f3f0a7a11"}


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sent(course: Course, instrument: str, answer: int, **more: str) -> dict[str, str]:
    asked = scoring.asked(adopted().instruments[instrument])
    day = read.chart(course.people["prescriber"], course.chart, log=False).entries[-1].recorded_at
    said = SAID | {"day": day.date().isoformat()}
    return said | {f"question-{n}": str(answer) for n in asked} | more


def address(course: Course, instrument: str, rest: str = "") -> str:
    return f"/charts/{course.chart}/scores/{instrument}/{rest}"


def scores(course: Course) -> list[Score]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(Score)


@pytest.mark.parametrize("instrument", ["phq9", "gad7", "pcl5", "moaas", "padss"])
def test_every_item_is_asked_and_none_is_answered_for_anyone(
    course: Course, as_role: Role, instrument: str
) -> None:
    """The published items in their order, each with all its answers, nothing chosen."""
    html = as_role("monitor").get(address(course, instrument)).content.decode()
    scale = adopted().instruments[instrument]
    options = [len(scale.answers_of(n)) for n in range(1, len(scale.items) + 1)]
    assert len(re.findall(r'name="question-\d+"', html)) == sum(options)
    assert not re.search(r'<input[^>]*name="question-\d+"[^>]* checked', html)
    for item in scale.items:
        assert item.text.partition("'")[0].partition('"')[0] in html.replace("&#x27;", "'")


@pytest.mark.parametrize("instrument", ["phq9", "gad7"])
@pytest.mark.parametrize("answer", [0, 3])
def test_the_result_shows_total_and_band(course: Course, as_role: Role, instrument: str, answer: int) -> None:
    """The ends of each scale."""
    form = sent(course, instrument, answer)
    done = as_role("monitor").post(address(course, instrument, "record/"), form, follow=True)
    scale = adopted().instruments[instrument]
    total = answer * len(scoring.asked(scale))
    assert f"{total} of {scale.highest} , {scale.band(total)}" in words(done)


@pytest.mark.parametrize(("then", "says"), [(2, "a meaningful change"), (1, "The same as at the baseline.")])
def test_the_change_since_the_baseline_is_named(course: Course, as_role: Role, then: int, says: str) -> None:
    """By the scale's own number; and a score too soon after the last one says so."""
    client = as_role("monitor")
    client.post(address(course, "gad7", "record/"), sent(course, "gad7", 1))
    said = words(client.post(address(course, "gad7", "record/"), sent(course, "gad7", then), follow=True))
    assert says in said
    assert "Asks about the last 2 weeks, taken 0 min after the previous one." in said


@pytest.mark.parametrize("value", ["", "4", "-1", "x", "1.0"])
def test_an_answer_that_is_none_is_refused_at_its_question(course: Course, as_role: Role, value: str) -> None:
    """Nothing is stored; the summary names the question."""
    form = sent(course, "phq9", 1) | {"question-3": value}
    answer = as_role("monitor").post(address(course, "phq9", "record/"), form)
    assert answer.status_code == 400
    assert 'href="#score-question-3"' in answer.content.decode()
    assert not scores(course)


def test_a_worrying_item_shows_its_task_on_the_result(course: Course, as_role: Role) -> None:
    """Whoever asked the question sees at once that somebody must act."""
    form = sent(course, "phq9", 1)
    said = words(as_role("monitor").post(address(course, "phq9", "record/"), form, follow=True))
    assert "Take it" in said


def test_the_screener_asks_what_follows_and_tells_before_it_is_finished(
    course: Course, as_role: Role
) -> None:
    """Thoughts, then method, intent and plan on the next page: the task is open before that page is sent."""
    client, to = as_role("prescriber"), address(course, "cssrs", "record/")
    first = sent(course, "cssrs", 0) | {"question-2": "1", "shown": ["1", "2", "6"]}
    page = client.post(to, first)
    assert page.status_code == 200
    assert "3 more questions follow from these answers." in words(page)
    assert re.search(r'name="question-2" type="radio" value="1" checked', page.content.decode())
    opened = read.chart(course.people["prescriber"], course.chart, log=False).facts(TaskOpened)
    assert [task.rule for task in opened] == ["cssrs-answered-low"]
    assert not scores(course)

    rest = {"question-3": "0", "question-4": "1", "question-5": "0", "shown": ["1", "2", "3", "4", "5", "6"]}
    done = client.post(to, first | rest, follow=True)
    assert "High: intent or a plan in the past month" in words(done)
    assert scores(course)[0].items == (0, 1, 0, 1, 0, 0)
    (task,) = course.status().tasks
    assert task.rule == "cssrs-answered-high"


def test_an_answer_against_those_above_is_refused(course: Course, as_role: Role) -> None:
    """A method without a thought: one of the two is wrong, and nobody guesses which."""
    form = sent(course, "cssrs", 0) | {"question-3": "1", "shown": ["1", "2", "3", "6"]}
    answer = as_role("prescriber").post(address(course, "cssrs", "record/"), form)
    assert answer.status_code == 400
    assert "does not go with the answers above" in words(answer)


@pytest.mark.parametrize(("total", "status"), [("0", 302), ("60", 302), ("61", 400), ("-1", 400), ("", 400)])
def test_a_total_alone_is_taken_within_its_range(
    course: Course, as_role: Role, total: str, status: int
) -> None:
    """The ends are taken, one beyond is not."""
    form = sent(course, "madrs", 0) | {"rater": "me", "total": total}
    answer = as_role("prescriber").post(address(course, "madrs", "record/"), form)
    assert answer.status_code == status
    assert len(scores(course)) == (status == 302)


def test_a_score_of_another_day_and_rater_is_kept_as_such(course: Course, as_role: Role) -> None:
    """A day that has not come is refused; a past one stands at noon, by the name that was written."""
    client, to = as_role("prescriber"), address(course, "madrs", "record/")
    form: dict[str, Any] = sent(course, "madrs", 0) | {"rater": "other", "total": "22"}
    assert client.post(to, form | {"rater_name": ""}).status_code == 400
    ahead = course.status().at.date() + timedelta(days=30)
    assert client.post(to, form | {"rater_name": "Dr Who", "day": ahead.isoformat()}).status_code == 400
    assert client.post(to, form | {"rater_name": "Dr Who", "day": "2026-01-05"}).status_code == 302
    assert scores(course)[0].by == "Dr Who"
    said = words(client.get(f"/charts/{course.chart}/scores/"))
    assert "22 of 60 , moderate" in said
    assert "5 January 2026, Dr Who" in said


def test_a_scale_without_a_band_says_none(course: Course, as_role: Role) -> None:
    """KSET: no cut-off was published, so no word is shown."""
    form = sent(course, "kset", 0) | {"rater": "me", "total": "7"}
    done = words(as_role("prescriber").post(address(course, "kset", "record/"), form, follow=True))
    assert " 7 " in done
    assert "cut-off" not in done


def test_an_unknown_questionnaire_is_not_there(course: Course, as_role: Role) -> None:
    """404, as for any address that is none."""
    assert as_role("monitor").get(address(course, "phq10")).status_code == 404


def test_nothing_new_cannot_be_raised_twice(course: Course) -> None:
    """The same answers of one sitting are one worry."""
    fields = {"instrument": "cssrs", "items": (1, 0), "sitting": SAID["sitting"]}
    course.does("monitor", screening.raise_worry, **fields)
    with pytest.raises(ValueError, match="nothing in these answers is new"):
        course.does("monitor", screening.raise_worry, **fields)
