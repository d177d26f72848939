"""Safety tasks: what opens one, and which are open."""

from datetime import datetime, timedelta

from openkap.clinical.answers import OpenTask
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import TaskClosed, TaskOpened, TaskTaken
from openkap.clinical.entries.screening import Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Rule, ScoreAt


def safety_tasks_for(
    score: Score, protocol: Protocol, *, score_id: str = "", age: timedelta = timedelta(0)
) -> tuple[TaskOpened, ...]:
    """The tasks this score opens, one for each item a rule outside screening names. Empty for a bare total.

    `score_id` makes the task's id unique to the score; without it the id is the rule's. `age`: how long
    ago it was answered; a rule that looks less far back is silent.
    """
    return tuple(
        TaskOpened(
            task=f"{rule.id}-{score_id}" if score_id else rule.id, what=_what(rule, score), rule=rule.id
        )
        for rule in protocol.rules
        if rule.stage != "screening" and _speaks(rule.when, score, age)
    )


def open_tasks(chart: Chart, at: datetime) -> tuple[OpenTask, ...]:
    """Tasks opened and not closed since, oldest first. Only a person closes one: a better score does not."""
    events = sorted(
        (e for kind in (TaskOpened, TaskTaken, TaskClosed) for e in chart.all(kind) if e.effective_at <= at),
        key=lambda e: (e.effective_at, e.seq),
    )
    standing: dict[str, OpenTask] = {}
    for entry in events:
        _tell(entry, standing)
    return tuple(standing.values())


def safety_task(case: Case) -> Bars:
    """An open safety task stands in the way of a dose."""
    return tuple(_bar(task, case.at) for task in open_tasks(case.chart, case.at))


def _speaks(when: object, score: Score, age: timedelta) -> bool:
    if not isinstance(when, ScoreAt) or when.instrument != score.instrument or not when.item:
        return False
    return (
        age <= when.within and when.item <= len(score.items) and score.items[when.item - 1] >= when.at_least
    )


def _what(rule: Rule, score: Score) -> str:
    assert isinstance(rule.when, ScoreAt)
    answer = score.items[rule.when.item - 1]
    return f"{rule.says} ({score.instrument.upper()} item {rule.when.item}: {answer})"


def _tell(entry: Entry, standing: dict[str, OpenTask]) -> None:
    fact = entry.fact
    if isinstance(fact, TaskOpened):
        standing.setdefault(fact.task, OpenTask(fact.task, fact.what, entry.effective_at))
    elif isinstance(fact, TaskClosed):
        standing.pop(fact.task, None)
    elif fact.task in standing:
        before = standing[fact.task]
        standing[fact.task] = OpenTask(fact.task, before.what, before.opened_at, entry.author)


def _bar(task: OpenTask, at: datetime) -> Bar:
    taken = "taken" if task.taken_by else "nobody has taken it"
    return Bar(
        f"A safety task is open for {in_words(at - task.opened_at)}, {taken}: {task.what}",
        (Measured("safety task", task.what, task.opened_at.isoformat()),),
    )
