"""A safety task: what it is about, who has taken it, and what came of it. Only a person closes one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import office as act
from openkap.clinical import tasks
from openkap.records import policy
from openkap.records.read import NotFound
from openkap.web import pages, people
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed


@needs("chart.read")
def task(request: HttpRequest, chart: UUID, task: str) -> HttpResponseBase:
    """One open task. NotFound when it is not open any more."""
    frame = pages.of(request, chart, permission="chart.read")
    found = next((opened for opened in frame["status"].tasks if opened.task == task), None)
    if found is None:
        raise NotFound
    names = people.names(request.principal, {found.taken_by})
    protocol = frame["protocol"]
    _, louder = tasks.escalation(
        found.opened_at, taken=bool(found.taken_by), protocol=protocol, at=request.at
    )
    context = {
        "task": found,
        "taken_by": found.taken_by and names.get(found.taken_by, "a member of the team"),
        "louder": louder,
        "rule": next((rule for rule in protocol.rules if rule.id == found.rule), None),
        "owed": tasks.still_owed(found, frame["chart"], protocol, request.at),
        "screener": tasks.SCREENER,
        "may_take": policy.may(request.principal, "task.take"),
    }
    return show(request, "maintenance/task.html", frame | context)


@needs("task.take", back=task)
def take(request: HttpRequest, chart: UUID, task: str) -> HttpResponseBase:
    """The writer takes the task on."""
    act.take_task(request.principal, str(chart), at=request.at, task=task)
    return go(
        request, "task", chart=chart, task=task, said="You have taken this. It stays open until you close it."
    )


@needs("task.take", back=task)
def plan(request: HttpRequest, chart: UUID, task: str) -> HttpResponseBase:
    """A safety plan made with the patient."""
    typed = Typed(request)
    words = typed.text("words", todo="Write what was agreed")
    typed.done()
    act.make_safety_plan(request.principal, str(chart), at=request.at, words=words)
    return go(request, "task", chart=chart, task=task, said="The safety plan is recorded.")


@needs("task.take", back=task)
def close(request: HttpRequest, chart: UUID, task: str) -> HttpResponseBase:
    """The task is done, with what was done and what follows."""
    typed = Typed(request)
    outcome = typed.text("outcome", todo="Write what was done")
    follow_up = typed.text("follow_up", todo="Write what happens next, and when")
    typed.done()
    act.close_task(
        request.principal, str(chart), at=request.at, task=task, outcome=outcome, follow_up=follow_up
    )
    return go(request, "chart", chart=chart, said="The task is closed.")
