"""The office: how a chart begins, who cares for it, and tasks nobody may let drop."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical.answers import OpenTask
from openkap.clinical.entries.office import SafetyPlan, TaskClosed, TaskTaken
from openkap.clinical.entries.person import ChartOpened, JoinedCareTeam, LeftCareTeam
from openkap.clinical.refusal import BadInput
from openkap.clinical.tasks import open_tasks, still_owed
from openkap.records import ledger
from openkap.records.careteam import members
from openkap.records.policy import Principal

SEXES = ("female", "male", "other", "unknown")
CARING_ROLES = ("director", "prescriber", "therapist", "monitor")


def opening(who: Principal, at: datetime, **fields: Any) -> ChartOpened:
    """The first entry of a chart in the writer's own clinic, checked."""
    if not who.clinic:
        raise BadInput("clinic", "no clinic is named", "Say which clinic the chart belongs to")
    person = ChartOpened(clinic=who.clinic, **fields)
    needed(person.family_name + person.given_name, "family_name", "Write the name")
    one_of(person.sex, SEXES, "sex")
    _born(person.birth_date, at)
    return person


def _born(birth_date: date, at: datetime) -> None:
    if birth_date > at.date():
        raise BadInput("birth_date", f"{birth_date} has not come yet", "Check the year")


def joined(who: Principal) -> tuple[JoinedCareTeam, ...]:
    """The writer joins the care team, if they are staff who care for people."""
    if who.role not in CARING_ROLES:
        return ()
    return (JoinedCareTeam(user=who.user, name=who.name, role=who.role),)


def append_new(
    who: Principal, chart: str, facts: list[tuple[Any, datetime]], *, at: datetime, via: str
) -> None:
    """A whole new chart in one commit; the ledger registers it with the clinic."""
    drafts = [ledger.Draft(f"chart:{UUID(chart)}", fact, effective_at) for fact, effective_at in facts]
    ledger.append(drafts, author=who.user, via=via, at=at)


@action("team.change")
def join_care_team(act: Act, *, user: str, name: str, role: str) -> None:
    """Somebody may read and write this chart from now on."""
    one_of(role, CARING_ROLES, "role")
    if needed(user, "user") in members(act.chart):
        raise BadInput("user", f"{name} is on the care team already", "Choose somebody else")
    act.write(JoinedCareTeam(user=user, name=needed(name, "name"), role=role))


@action("team.change")
def leave_care_team(act: Act, *, user: str, reason: str) -> None:
    """Somebody no longer cares for this person."""
    if user not in members(act.chart):
        raise BadInput("user", "this person is not on the care team", "Choose a member")
    act.write(LeftCareTeam(user=user, reason=needed(reason, "reason", "Write why")))


@action("task.take")
def take_task(act: Act, *, task: str) -> None:
    """The writer takes a safety task on."""
    _open_task(act, task)
    act.write(TaskTaken(task=task))


@action("task.take")
def close_task(act: Act, *, task: str, outcome: str, follow_up: str) -> None:
    """A safety task is done: what was done, and what follows. Nothing else ever closes one."""
    found = _open_task(act, task)
    needed(outcome, "outcome", "Write what was done")
    needed(follow_up, "follow_up", "Write what happens next, and when")
    if owed := still_owed(found, act.chart, act.protocol, act.at):
        raise BadInput("task", f"before it is closed it needs {owed}", "Record one of them")
    act.write(TaskClosed(task=task, outcome=outcome, follow_up=follow_up))


@action("task.take")
def make_safety_plan(act: Act, *, words: str) -> None:
    """What was agreed with the patient for when the thoughts come back."""
    act.write(SafetyPlan(words=needed(words, "words", "Write what was agreed")))


def _open_task(act: Act, task: str) -> OpenTask:
    found = next((found for found in open_tasks(act.chart, act.at) if found.task == task), None)
    if found is None:
        raise BadInput("task", "this task is not open", "Look at the chart again")
    return found
