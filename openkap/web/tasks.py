"""A safety task: what it is about, who has taken it, and what came of it. Only a person closes one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import office as act
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
    context = {
        "task": found,
        "taken_by": found.taken_by and names.get(found.taken_by, "a member of the team"),
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
def close(request: HttpRequest, chart: UUID, task: str) -> HttpResponseBase:
    """The task is done, with what came of it."""
    typed = Typed(request)
    outcome = typed.text("outcome", todo="Write what was done")
    follow_up = typed.text("follow_up", todo="Write what happens next, and when")
    typed.done()
    act.close_task(
        request.principal, str(chart), at=request.at, task=task, outcome=outcome, follow_up=follow_up
    )
    return go(request, "chart", chart=chart, said="The task is closed.")
