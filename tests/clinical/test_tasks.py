"""Safety tasks: what opens one, and that only a person closes it."""

from datetime import UTC, datetime

import pytest

from openkap.clinical.entries.office import TaskClosed, TaskOpened, TaskTaken
from openkap.clinical.entries.screening import Score
from openkap.clinical.tasks import open_tasks, safety_tasks_for
from tests.clinical.charts import HOUR, MINUTE, adopted, chart_of, person, phq9

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("answer", "count"), [(0, 0), (1, 1), (3, 1)])
def test_item_9_above_nothing_opens_a_task(answer: int, count: int) -> None:
    """Not at all opens none; several days is enough."""
    opened = safety_tasks_for(phq9(0, 0, 0, 0, 0, 0, 0, 0, answer), adopted())
    assert len(opened) == count
    words = adopted().instruments["phq9"].answers[answer].lower()
    assert all(f"(PHQ-9 item 9: {words})" in task.what for task in opened)


def test_the_task_is_of_its_rule_and_of_its_score() -> None:
    """Two positive scores are two tasks; the rule leads to the source."""
    (task,) = safety_tasks_for(phq9(0, 0, 0, 0, 0, 0, 0, 0, 1), adopted(), score_id="a1")
    assert (task.rule, task.task) == ("suicide-item-positive", "phq9-a1")
    assert adopted().rule(task.rule).sources


def test_other_answers_and_bare_totals_open_none() -> None:
    """A high total without item 9 is not this task; a total without its answers cannot tell."""
    assert safety_tasks_for(phq9(3, 3, 3, 3, 3, 3, 3, 3, 0), adopted()) == ()
    assert safety_tasks_for(Score(instrument="phq9", total=27), adopted()) == ()
    assert safety_tasks_for(Score(instrument="gad7", total=21, items=(3,) * 7), adopted()) == ()


def test_open_is_opened_and_not_closed() -> None:
    """Taken stays open, with who took it; closed is gone; opened anew it is open anew."""
    opened = TaskOpened(task="t", what="item 9 marked 1", rule="suicide-item-positive")
    story = [(AT - HOUR, person()), (AT, opened)]
    (task,) = open_tasks(chart_of(story), AT + HOUR)
    assert (task.task, task.opened_at, task.taken_by) == ("t", AT, "")
    story.append((AT + MINUTE, TaskTaken(task="t")))
    assert [task.taken_by for task in open_tasks(chart_of(story), AT + HOUR)] == ["staff"]
    story.append((AT + 2 * MINUTE, TaskClosed(task="t", outcome="no intent")))
    assert open_tasks(chart_of(story), AT + HOUR) == ()
    assert len(open_tasks(chart_of(story), AT + MINUTE)) == 1
    story.append((AT + 3 * MINUTE, opened))
    assert len(open_tasks(chart_of(story), AT + HOUR)) == 1


def test_a_better_score_closes_nothing() -> None:
    """An answer edited down leaves the question with a person."""
    opened = TaskOpened(task="t", what="item 9 marked 1", rule="suicide-item-positive")
    chart = chart_of([(AT - HOUR, person()), (AT, opened), (AT + MINUTE, phq9(0, 0, 0, 0, 0, 0, 0, 0, 0))])
    assert len(open_tasks(chart, AT + HOUR)) == 1


def test_taking_what_is_not_open_changes_nothing() -> None:
    """A task taken or closed that was never opened is not a task."""
    chart = chart_of(
        [(AT - HOUR, person()), (AT, TaskTaken(task="x")), (AT, TaskClosed(task="x", outcome=""))]
    )
    assert open_tasks(chart, AT) == ()
