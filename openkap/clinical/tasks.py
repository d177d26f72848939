"""Safety tasks: what opens one, which are open, how loud each has become, and what closes it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from openkap.clinical.answers import OpenTask
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.chart import Chart
from openkap.clinical.crisis import Escalation
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import SafetyPlan, TaskClosed, TaskOpened, TaskTaken
from openkap.clinical.entries.screening import Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import GRADES, AnyOf, Rule, ScoreAt, When

_SETTLED = "stabilise"
"""The grade of a rule whose task is closed only once a screener or a safety plan has followed it."""
SCREENER = "cssrs"


def safety_tasks_for_answer(
    instrument: str,
    item: int,
    value: int,
    protocol: Protocol,
    *,
    sitting: str = "",
    age: timedelta = timedelta(0),
) -> tuple[TaskOpened, ...]:
    """The task this one answer opens, by the worst rule outside screening that speaks about it, or none.

    `item` counts from 1. `sitting`: the id of the questionnaire being answered; all its answers open one
    task, which `news` lets grow worse and never better. `age`: how long ago it was answered; a rule that
    looks less far back is silent.
    """
    speaking = [rule for rule in protocol.rules if _opens(rule, instrument, item, value, age)]
    if not speaking:
        return ()
    worst = min(speaking, key=_rank)
    scale = protocol.instruments[instrument]
    said = f"{scale.title} item {item}: {scale.answers_of(item)[value].lower()}"
    opened = TaskOpened(
        task=f"{instrument}-{sitting}" if sitting else worst.id,
        what=f"{worst.says} ({said})",
        rule=worst.id,
        instrument=instrument,
        item=item,
        value=value,
    )
    return (opened,)


def safety_tasks_for(
    score: Score, protocol: Protocol, *, score_id: str = "", age: timedelta = timedelta(0)
) -> tuple[TaskOpened, ...]:
    """The task this score opens by its worst answer, or none. A bare total opens none: it tells no answer."""
    opened = [
        task
        for item, value in enumerate(score.items, 1)
        if value is not None
        for task in safety_tasks_for_answer(
            score.instrument, item, value, protocol, sitting=score_id, age=age
        )
    ]
    return tuple(sorted(opened, key=lambda task: _worth(task, protocol))[:1])


def news(opened: Iterable[TaskOpened], chart: Chart, protocol: Protocol) -> Iterator[TaskOpened]:
    """Those that say something worse than the same sitting said before. The rest are known already.

    What was closed counts no more: the same answer given after that is told again.
    """
    for task in opened:
        closed = closed_last(task.task, chart)
        before = [e.fact for e in chart.all(TaskOpened) if e.fact.task == task.task and e.seq > closed]
        if all(_worth(task, protocol) < _worth(known, protocol) for known in before):
            yield task


def closed_last(task: str, chart: Chart) -> int:
    """Number of the entry that closed this task last; 0: none did."""
    return max((entry.seq for entry in chart.all(TaskClosed) if entry.fact.task == task), default=0)


def open_tasks(chart: Chart, at: datetime) -> tuple[OpenTask, ...]:
    """Tasks opened and not closed since, in that order. Only a person closes one: a better score does not.

    A task that was taken and then grew worse is nobody's again, from that moment.
    """
    events = sorted(
        (e for kind in (TaskOpened, TaskTaken, TaskClosed) for e in chart.all(kind) if e.effective_at <= at),
        key=lambda e: (e.effective_at, e.seq),
    )
    standing: dict[str, OpenTask] = {}
    for entry in events:
        _tell(entry, standing)
    return tuple(standing.values())


def worst_first(tasks: Iterable[OpenTask], protocol: Protocol) -> tuple[OpenTask, ...]:
    """By the grade of their rules, then as they were opened; a rule nobody knows any more is worst."""
    grades = {rule.id: _rank(rule) for rule in protocol.rules}
    return tuple(sorted(tasks, key=lambda task: grades.get(task.rule, 0)))


def escalation(
    opened_at: datetime, *, taken: bool, protocol: Protocol, at: datetime
) -> tuple[int, Escalation | None]:
    """How far up the ladder a task has come: the number of its step from 0, and the step."""
    steps = [step for step in protocol.escalation if step.taken is taken]
    reached = [step for step in steps if at - opened_at >= step.after]
    return max(0, len(reached) - (not taken)), reached[-1] if reached else None


def still_owed(task: OpenTask, chart: Chart, protocol: Protocol, at: datetime) -> str:
    """What must be on file before this task may be closed, in words, or ""."""
    rule = next((rule for rule in protocol.rules if rule.id == task.rule), None)
    if rule is None or rule.then != _SETTLED:
        return ""
    since = [e for e in chart.all(SafetyPlan) if task.opened_at <= e.effective_at <= at]
    since += [
        e
        for e in chart.all(Score)
        if e.fact.instrument == SCREENER and e.fact.items and task.opened_at < e.effective_at <= at
    ]
    return "" if since else "a C-SSRS or a safety plan made after it was opened"


def safety_task(case: Case) -> Bars:
    """An open safety task stands in the way of a dose."""
    return tuple(_bar(task, case.at) for task in open_tasks(case.chart, case.at))


def _opens(rule: Rule, instrument: str, item: int, value: int, age: timedelta) -> bool:
    return rule.stage != "screening" and any(
        when.instrument == instrument and when.item == item and value >= when.at_least and age <= when.within
        for when in _scores(rule.when)
    )


def _scores(when: When) -> Iterator[ScoreAt]:
    """The answers a rule names, each of which opens its task by itself."""
    if isinstance(when, ScoreAt):
        if when.item:
            yield when
    elif isinstance(when, AnyOf):
        for part in when.parts:
            yield from _scores(part)


def _rank(rule: Rule) -> int:
    return GRADES.index(rule.then)


def _worth(task: TaskOpened, protocol: Protocol) -> tuple[int, int]:
    """Lower is worse: the grade of its rule, then how strong the answer was."""
    return _rank(protocol.rule(task.rule)), -task.value


def _tell(entry: Entry, standing: dict[str, OpenTask]) -> None:
    fact = entry.fact
    before = standing.get(fact.task)
    if isinstance(fact, TaskOpened):
        since = before.opened_at if before and not before.taken_by else entry.effective_at
        standing[fact.task] = OpenTask(fact.task, fact.what, since, rule=fact.rule)
    elif isinstance(fact, TaskClosed):
        standing.pop(fact.task, None)
    elif before:
        standing[fact.task] = OpenTask(fact.task, before.what, before.opened_at, entry.author, before.rule)


def _bar(task: OpenTask, at: datetime) -> Bar:
    taken = "taken" if task.taken_by else "nobody has taken it"
    return Bar(
        f"A safety task is open for {in_words(at - task.opened_at)}, {taken}: {task.what}",
        (Measured("safety task", task.what, task.opened_at.isoformat()),),
    )
