"""Safety tasks: what opens one, and that only a person closes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.answers import OpenTask
from openkap.clinical.entries.office import SafetyPlan, TaskClosed, TaskOpened, TaskTaken
from openkap.clinical.entries.screening import Score
from openkap.clinical.tasks import (
    escalation,
    news,
    open_tasks,
    safety_tasks_for,
    safety_tasks_for_answer,
    still_owed,
    worst_first,
)
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


def test_a_task_that_was_closed_is_told_again() -> None:
    """The same answer given once more after somebody closed it; not while it is open."""
    (opened,) = safety_tasks_for_answer("phq9", 9, 2, adopted(), sitting="s")
    story = [(AT - HOUR, person()), (AT, opened)]
    assert list(news([opened], chart_of(story), adopted())) == []
    story.append((AT + MINUTE, TaskClosed(task="phq9-other", outcome="no intent")))
    assert list(news([opened], chart_of(story), adopted())) == []
    story.append((AT + 2 * MINUTE, TaskClosed(task=opened.task, outcome="no intent")))
    assert list(news([opened], chart_of(story), adopted())) == [opened]
    story.append((AT + 3 * MINUTE, opened))
    assert list(news([opened], chart_of(story), adopted())) == []


def test_the_worst_rule_comes_first() -> None:
    """Then the order they were opened in; the rule of an older protocol is taken for the worst."""
    mild, grave, old = (
        OpenTask(name, name, AT, rule=rule)
        for name, rule in (("a", "suicide-item-positive"), ("b", "cssrs-answered-high"), ("c", "gone"))
    )
    again = replace(mild, task="d")
    assert [one.task for one in worst_first([mild, again, grave], adopted())] == ["b", "a", "d"]
    assert worst_first([mild, old], adopted())[0] == old


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


@pytest.mark.parametrize(
    ("instrument", "item", "value", "rule"),
    [
        ("phq9", 9, 0, ""),
        ("phq9", 9, 1, "suicide-item-positive"),
        ("phq9", 8, 3, ""),
        ("phq2-item9", 3, 1, "suicide-item-positive"),
        ("phq2-item9", 3, 0, ""),
        ("phq2-item9", 2, 3, ""),
        ("gad7", 7, 3, ""),
        ("cssrs", 1, 0, ""),
        ("cssrs", 1, 1, "cssrs-answered-low"),
        ("cssrs", 2, 1, "cssrs-answered-low"),
        ("cssrs", 3, 1, "cssrs-answered-moderate"),
        ("cssrs", 4, 1, "cssrs-answered-high"),
        ("cssrs", 5, 1, "cssrs-answered-high"),
        ("cssrs", 6, 1, "cssrs-answered-moderate"),
        ("cssrs", 7, 1, "cssrs-answered-high"),
        ("cssrs", 7, 0, ""),
    ],
)
def test_the_answer_itself_opens_the_task(instrument: str, item: int, value: int, rule: str) -> None:
    """At the answer, not at the end; what was answered is in its words."""
    opened = safety_tasks_for_answer(instrument, item, value, adopted(), sitting="s")
    assert [task.rule for task in opened] == ([rule] if rule else [])
    for task in opened:
        scale = adopted().instruments[instrument]
        assert task.task == f"{instrument}-s"
        assert f"{scale.title} item {item}: {scale.answers_of(item)[value].lower()}" in task.what


@pytest.mark.parametrize(("age", "count"), [(timedelta(days=30), 1), (timedelta(days=30, minutes=1), 0)])
def test_an_answer_of_long_ago_opens_none(age: timedelta, count: int) -> None:
    """A record from elsewhere: the month the screener asks about, and no further."""
    assert len(safety_tasks_for_answer("cssrs", 4, 1, adopted(), age=age)) == count


def test_a_score_is_one_task_by_its_worst_answer() -> None:
    """Five answers of yes are not five tasks."""
    score = Score(instrument="cssrs", total=4, items=(1, 1, 1, 1, 0, 0))
    (task,) = safety_tasks_for(score, adopted(), score_id="s")
    assert (task.rule, task.item) == ("cssrs-answered-high", 4)


def answered(instrument: str, item: int, value: int) -> TaskOpened:
    (task,) = safety_tasks_for_answer(instrument, item, value, adopted(), sitting="s")
    return task


@pytest.mark.parametrize(
    ("before", "then", "new"),
    [
        (("cssrs", 1, 1), ("cssrs", 4, 1), True),
        (("cssrs", 4, 1), ("cssrs", 1, 1), False),
        (("cssrs", 4, 1), ("cssrs", 4, 1), False),
        (("phq9", 9, 1), ("phq9", 9, 3), True),
        (("phq9", 9, 3), ("phq9", 9, 1), False),
    ],
)
def test_a_sitting_only_grows_worse(
    before: tuple[str, int, int], then: tuple[str, int, int], new: bool
) -> None:
    """An answer edited down says nothing new; a worse one does."""
    chart = chart_of([(AT - HOUR, person()), (AT, answered(*before))])
    assert bool(list(news([answered(*then)], chart, adopted()))) is new


def test_a_task_that_grew_worse_is_nobodys_again() -> None:
    """Untaken it keeps its age; taken, it waits anew from the worse answer."""
    low, high = answered("cssrs", 1, 1), answered("cssrs", 4, 1)
    story = [(AT - HOUR, person()), (AT, low), (AT + MINUTE, high)]
    (task,) = open_tasks(chart_of(story), AT + HOUR)
    assert (task.opened_at, task.rule) == (AT, "cssrs-answered-high")
    taken = [
        (AT - HOUR, person()),
        (AT, low),
        (AT + MINUTE, TaskTaken(task=low.task)),
        (AT + 2 * MINUTE, high),
    ]
    (task,) = open_tasks(chart_of(taken), AT + HOUR)
    assert (task.opened_at, task.taken_by, task.what) == (AT + 2 * MINUTE, "", high.what)


@pytest.mark.parametrize(
    ("minutes", "taken", "step", "says"),
    [
        (0, False, 0, "first takes it"),
        (14.9, False, 0, "first takes it"),
        (15, False, 1, "the prescriber takes it now"),
        (59.9, False, 1, "the prescriber takes it now"),
        (60, False, 2, "then the medical director"),
        (24 * 60 - 1, True, 0, ""),
        (24 * 60, True, 1, "still open after a day"),
    ],
)
def test_a_task_grows_louder(minutes: float, taken: bool, step: int, says: str) -> None:
    """A pair at every rung; whoever took it is asked only after a day. Every time is marked assumed."""
    at = AT + timedelta(minutes=minutes)
    found, rung = escalation(AT, taken=taken, protocol=adopted(), at=at)
    assert found == step
    assert (rung is None) is not says
    assert rung is None or (says in rung.says and rung.basis == "assumed")


@pytest.mark.parametrize(
    ("rule", "after", "owed"),
    [
        ("cssrs-answered-high", None, True),
        ("cssrs-answered-high", SafetyPlan(words="Call Ann"), False),
        ("cssrs-answered-high", Score(instrument="cssrs", total=0, items=(0, 0, None, None, None, 0)), False),
        ("cssrs-answered-high", Score(instrument="cssrs", total=0), True),
        ("cssrs-answered-high", Score(instrument="phq9", total=0, items=(0,) * 9), True),
        ("cssrs-answered-moderate", None, False),
        ("suicide-item-positive", None, False),
        ("discharge", None, False),
    ],
)
def test_a_high_one_closes_only_with_a_screener_or_a_plan(rule: str, after: object, owed: bool) -> None:
    """Made after it was opened: the screener that opened it is not the one that settles it."""
    opened = TaskOpened(task="t", what="Intent", rule=rule)
    first = Score(instrument="cssrs", total=1, items=(0, 1, 0, 1, 0, 0))
    story = [(AT - HOUR, person()), (AT, first), (AT, opened)]
    chart = chart_of([*story, (AT + MINUTE, after)] if after else story)
    (task,) = open_tasks(chart, AT + HOUR)
    assert bool(still_owed(task, chart, adopted(), AT + HOUR)) is owed
