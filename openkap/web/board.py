"""The board: today by room and time as sentences, what needs somebody, how many people are at each stage."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from openkap.clinical.answers import STAGES
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.protocol import Protocol
from openkap.records import board as records
from openkap.records import policy
from openkap.records.policy import Principal
from openkap.web import today, words
from openkap.web.door import link, needs, show

SHOWN = 8
"""Lines of each list before the rest folds away."""


@needs("board.read")
def board(request: HttpRequest) -> HttpResponse:
    who, at = request.principal, request.at
    told = records.board(who, at)
    running = {visit.visit.id for visit in told.visits}
    needed = [
        _need(need, who, at) for need in told.needs if need.stage != "dosing" or need.visit not in running
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
        "may_import": policy.may(who, "chart.import"),
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


def _need(need: records.Need, who: Principal, at: datetime) -> dict[str, Any]:
    chart_id = str(need.chart.chart)
    task = need.kind == "task"
    taken = task and bool(need.who)
    return {
        "task": task,
        "alarming": task and not taken,
        "says": need.what,
        "name": need.chart.name,
        "when": _when(need, at, taken=taken),
        "mine": (not taken and policy.may(who, "task.take")) if task else need.who == who.role,
        "who": "" if task else words.role(need.who),
        "href": link("chart", chart=chart_id) if task else link(need.stage or "chart", chart=chart_id),
        "take": link("task-take", chart=chart_id, task=need.task) if task and not taken else "",
    }


def _when(need: records.Need, at: datetime, *, taken: bool) -> str:
    if need.kind == "task":
        return f"{words.ago(need.at, at)}, {'taken' if taken else 'nobody has taken it'}"
    if need.stage == "screening" and need.overdue:
        return words.ago(need.at, at)
    return words.due(need.at, at)
