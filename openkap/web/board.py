"""The board: today by room and time as sentences, what needs somebody, how many people are at each stage."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from openkap.clinical import tasks
from openkap.clinical.answers import STAGES
from openkap.clinical.asking import READ
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.messages import ANSWERED
from openkap.clinical.protocol import Protocol
from openkap.records import board as records
from openkap.records import policy
from openkap.web import incidents, people, today, words
from openkap.web.door import link, needs, show

_PLACES = {READ: "screening-intake", ANSWERED: "messages"}
"""Where what is owed is done, where that is not the page of its stage."""
SHOWN = 8
"""Lines of each list before the rest folds away."""


@needs("board.read")
def board(request: HttpRequest) -> HttpResponse:
    who, at = request.principal, request.at
    told = records.board(who, at)
    running = {visit.visit.id for visit in told.visits}
    names = people.names(who, {need.who for need in told.needs if need.kind == "task"})
    needed = [
        _need(need, request, names)
        for need in told.needs
        if need.stage != "dosing" or need.visit not in running
    ]
    mine = [need for need in needed if need["mine"]]
    others = [need for need in needed if not need["mine"]]
    context = {
        "visits": [_visit(visit, request.protocol, at) for visit in told.visits],
        "in_treatment": sum(visit.visit.phase in today.UNDER_THE_DRUG for visit in told.visits),
        "mine": mine[:SHOWN],
        "mine_count": len(mine),
        "mine_more": mine[SHOWN:],
        "others": others[:SHOWN],
        "others_more": others[SHOWN:],
        "stages": [(stage, told.stages[stage]) for stage in STAGES],
        "charts": told.charts,
        "sees": policy.sees_clinical_lists(who),
        "may_book": policy.may(who, "integration.book"),
        "may_import": policy.may(who, "chart.import"),
        "incidents": incidents.in_words(who),
    }
    return show(request, "board.html", context)


def _visit(told: records.VisitToday, protocol: Protocol, at: datetime) -> dict[str, Any]:
    visit, chart = told.visit, told.chart
    plan = chart.latest(PlanApproved) if chart else None
    line = today.line(visit, protocol, at, minutes=plan.fact.minutes if plan else 0)
    blocked = today.waiting(told.status, visit.phase) if told.status else ()
    return {
        "room": visit.room,
        "starts_at": visit.starts_at,
        "name": told.row.name,
        "href": link("visit", chart=str(told.row.chart), visit=visit.id) if chart else "",
        "dose": today.planned(plan.fact) if plan else words.route(visit.route),
        "pressure": today.pressure(chart, visit.id, at) if chart else "",
        "waiting": blocked[:1],
        "waiting_more": len(blocked) - 1,
        **line,
    }


def _need(need: records.Need, request: HttpRequest, names: dict[str, str]) -> dict[str, Any]:
    who, at, protocol = request.principal, request.at, request.protocol
    chart_id = str(need.chart.chart)
    task = need.kind == "task"
    taken = task and bool(need.who)
    step, louder = tasks.escalation(need.at, taken=taken, protocol=protocol, at=at) if task else (0, None)
    return {
        "task": task,
        "alarming": task and (not taken or louder is not None),
        "shape": "▲▲▲" if step > 1 or (taken and louder) else "▲▲",
        "louder": louder.says if louder and (step or taken) else "",
        "says": need.what,
        "name": need.chart.name,
        "when": _when(need, at, names.get(need.who, "a member of the team") if taken else ""),
        "mine": (not taken and policy.may(who, "task.take")) if task else need.who in (who.acts_as, who.role),
        "who": "" if task else words.role(need.who),
        "href": link(_place(need), chart=chart_id),
        "take": link("task-take", chart=chart_id, task=need.task) if task and not taken else "",
    }


def _place(need: records.Need) -> str:
    """The page where it is done."""
    if need.rule in _PLACES:
        return _PLACES[need.rule]
    return "chart" if need.kind == "task" else need.stage or "chart"


def _when(need: records.Need, at: datetime, taken_by: str) -> str:
    if need.kind == "task":
        return f"{words.ago(need.at, at)}, {f'taken by {taken_by}' if taken_by else 'nobody has taken it'}"
    if need.stage == "screening" and need.overdue:
        return words.ago(need.at, at)
    return words.due(need.at, at)
