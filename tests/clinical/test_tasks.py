"""Safety tasks: what opens one, and that only a person closes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.answers import OpenTask
from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.office import SafetyPlan, TaskClosed, TaskOpened, TaskTaken
from openkap.clinical.entries.screening import Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.rules import AnyOf, Not, ScoreAt
from openkap.clinical.tasks import (
    escalation,
    news,
    open_tasks,
    safety_task,
    safety_tasks_for,
    safety_tasks_for_answer,
    still_owed,
    worst_first,
)
from tests.clinical.charts import DAY, HOUR, MINUTE, adopted, chart_of, person, phq9

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
    assert (rung is None) is (not says)
    assert rung is None or (says in rung.says and rung.basis == "assumed")


OWED = "a C-SSRS or a safety plan made after it was opened"
PLAN = SafetyPlan(words="Call Ann")
SCREENER = Score(instrument="cssrs", total=0, items=(0, 0, None, None, None, 0))


@pytest.mark.parametrize(
    ("rule", "after", "at", "owed"),
    [
        ("cssrs-answered-high", None, AT, OWED),
        ("cssrs-answered-high", PLAN, AT + MINUTE, ""),
        ("cssrs-answered-high", PLAN, AT, ""),
        ("cssrs-answered-high", PLAN, AT - MINUTE, OWED),
        ("cssrs-answered-high", PLAN, AT + HOUR, ""),
        ("cssrs-answered-high", PLAN, AT + HOUR + MINUTE, OWED),
        ("cssrs-answered-high", SCREENER, AT + MINUTE, ""),
        ("cssrs-answered-high", SCREENER, AT, OWED),
        ("cssrs-answered-high", SCREENER, AT + HOUR, ""),
        ("cssrs-answered-high", SCREENER, AT + HOUR + MINUTE, OWED),
        ("cssrs-answered-high", Score(instrument="cssrs", total=0), AT + MINUTE, OWED),
        ("cssrs-answered-high", Score(instrument="phq9", total=0, items=(0,) * 9), AT + MINUTE, OWED),
        ("cssrs-answered-moderate", None, AT, ""),
        ("suicide-item-positive", None, AT, ""),
        ("discharge", None, AT, ""),
    ],
)
def test_a_high_one_closes_only_with_a_screener_or_a_plan(
    rule: str, after: object, at: datetime, owed: str
) -> None:
    """Made after it was opened: the screener that opened it is not the one that settles it."""
    opened = TaskOpened(task="t", what="Intent", rule=rule)
    first = Score(instrument="cssrs", total=1, items=(0, 1, 0, 1, 0, 0))
    story = [(AT - HOUR, person()), (AT, first), (AT, opened)]
    chart = chart_of([*story, (at, after)] if after else story)
    (task,) = open_tasks(chart, AT + HOUR)
    assert still_owed(task, chart, adopted(), AT + HOUR) == owed


def test_a_task_tells_all_that_opened_it() -> None:
    """The rule's words and the answer's; without a sitting one task for the rule, however often it speaks."""
    says = adopted().rule("suicide-item-positive").says
    answer = adopted().instruments["phq9"].answers[2].lower()
    opened = TaskOpened(
        task="suicide-item-positive",
        what=f"{says} (PHQ-9 item 9: {answer})",
        rule="suicide-item-positive",
        instrument="phq9",
        item=9,
        value=2,
    )
    assert safety_tasks_for_answer("phq9", 9, 2, adopted()) == (opened,)
    assert safety_tasks_for(phq9(0, 0, 0, 0, 0, 0, 0, 0, 2), adopted()) == (opened,)


@pytest.mark.parametrize(("age", "count"), [(timedelta(days=30), 1), (timedelta(days=30, minutes=1), 0)])
def test_a_score_of_long_ago_opens_none(age: timedelta, count: int) -> None:
    """As with one answer: a record from elsewhere tells its own time."""
    score = Score(instrument="cssrs", total=4, items=(1, 1, 1, 1, 0, 0))
    assert len(safety_tasks_for(score, adopted(), age=age)) == count


@pytest.mark.parametrize(
    ("stages", "says"), [(("dosing", "dosing"), "worse"), (("screening", "dosing"), "milder")]
)
def test_the_worst_of_several_rules_opens_the_task(stages: tuple[str, str], says: str) -> None:
    """By its grade; a rule of the screening is a finding there and opens nothing."""
    when = AnyOf((ScoreAt("gad7", 1, 30 * DAY, item=1), Not(ScoreAt("gad7", 1, 30 * DAY, item=2))))
    known = adopted().rule("cssrs-answered-high")
    rules = (
        replace(known, id="milder", when=when, then="warn", stage=stages[1]),
        replace(known, id="worse", when=when, then="decide", stage=stages[0]),
    )
    protocol = replace(adopted(), rules=rules)
    assert [task.rule for task in safety_tasks_for_answer("gad7", 1, 1, protocol)] == [says]
    assert safety_tasks_for_answer("gad7", 2, 1, protocol) == ()


def test_whoever_took_a_task_stands_beside_it() -> None:
    """What it is about, since when and by which rule do not change by being taken."""
    low = answered("cssrs", 1, 1)
    chart = chart_of([(AT - HOUR, person()), (AT, low), (AT + MINUTE, TaskTaken(task=low.task))])
    assert open_tasks(chart, AT + HOUR) == (
        OpenTask(task=low.task, what=low.what, opened_at=AT, taken_by="staff", rule="cssrs-answered-low"),
    )


def test_the_oldest_task_comes_first() -> None:
    """By when it was opened, however late that was written."""
    late, early = (TaskOpened(task=name, what=name, rule="discharge") for name in ("late", "early"))
    chart = chart_of([(AT - HOUR, person()), (AT, late), (AT - MINUTE, early)])
    assert [task.task for task in open_tasks(chart, AT)] == ["early", "late"]
    assert [task.task for task in open_tasks(chart, AT - MINUTE)] == ["early"]


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        ((), "A safety task is open for 2 h, nobody has taken it: Intent"),
        ((TaskTaken(task="t"),), "A safety task is open for 2 h, taken: Intent"),
    ],
)
def test_an_open_task_stands_in_the_way_of_a_dose(taken: tuple[object, ...], says: str) -> None:
    """With how long it has waited, and whether it still waits for somebody."""
    opened = TaskOpened(task="t", what="Intent", rule="cssrs-answered-high")
    chart = chart_of([(AT - HOUR, person()), (AT, opened), *((AT + MINUTE, fact) for fact in taken)])
    shown = (Measured("safety task", "Intent", AT.isoformat()),)
    assert safety_task(Case(chart, adopted(), AT + 2 * HOUR)) == (Bar(says, shown),)
    assert safety_task(Case(chart, adopted(), AT - MINUTE)) == ()
