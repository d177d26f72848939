"""Adverse events of a visit: with grade, what was done, how it ended, and whether it was the drug."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import in_room as act
from openkap.clinical.chart import Chart
from openkap.clinical.entries.room import AdverseEvent, AdverseEventFollowed
from openkap.clinical.refusal import BadInput
from openkap.records import policy
from openkap.records.read import NotFound
from openkap.web import pages
from openkap.web.door import go, link, needs, show
from openkap.web.dosing import sender_id
from openkap.web.sentences import sentence
from openkap.web.typed import Typed
from openkap.web.when import happened, on_the_wall


@needs("visit.read")
def adverse(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """What was reported so far, how each goes on, and the form for another."""
    frame = pages.of(request, chart, permission="visit.read", here="dosing")
    found = next((one for one in frame["status"].visits if one.id == visit), None)
    if found is None:
        raise NotFound
    room = request.protocol.room
    term = request.GET.get("term", "")
    context = {
        "visit": found,
        "room_url": link("visit", chart=chart, visit=visit),
        "events": _reported(frame["chart"], visit, request),
        "may": policy.may(request.principal, "visit.observe"),
        "terms": [("", "Choose"), *((one.id, one.says) for one in room.terms)],
        "term": term if term in {one.id for one in room.terms} else "",
        "grades": [(str(one.grade), f"{one.grade} {one.word}", one.says) for one in room.grades],
        "done": _same(room.actions),
        "outcomes": _same(room.outcomes),
        "relations": _same(room.relations),
    }
    return show(request, "room/adverse.html", frame | context)


def _same(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("", "Choose"), *((word, word.capitalize()) for word in words)]


def _reported(chart: Chart, visit: str, request: HttpRequest) -> list[dict[str, Any]]:
    """Newest first, each with what followed."""
    told = []
    for entry in reversed(chart.all(AdverseEvent)):
        if entry.fact.visit != visit:
            continue
        after = [e for e in chart.all(AdverseEventFollowed) if e.fact.event == entry.fact.event]
        last = after[-1].fact if after else entry.fact
        told.append(
            {
                "id": entry.fact.event,
                "says": sentence(entry, request.protocol),
                "at": entry.effective_at,
                "after": [(e.effective_at, sentence(e, request.protocol)) for e in after],
                "open": last.outcome not in act.OVER,
            }
        )
    return told


@needs("visit.observe", back=adverse)
def report(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A new adverse event."""
    typed, room = Typed(request), request.protocol.room
    fields = {
        "term": typed.choice("term", [one.id for one in room.terms]),
        "what": typed.text("what", required=False),
        "relation": typed.choice("relation", room.relations),
        "started_at": _clock(typed, "started_at", request.at) or request.at,
        **_course(typed, request),
    }
    typed.done()
    act.report(request.principal, str(chart), at=request.at, visit=visit, **sender_id(typed), **fields)
    return go(request, "visit-adverse", said="Recorded with its grade.", chart=chart, visit=visit)


@needs("visit.observe", back=adverse)
def follow(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """How one went on."""
    typed = Typed(request)
    event, note = typed.text("event"), typed.text("note", required=False)
    fields, when = _course(typed, request), happened(typed, request.at)
    typed.done()
    act.follow(
        request.principal,
        str(chart),
        at=request.at,
        visit=visit,
        event=event,
        note=note,
        **sender_id(typed),
        **fields,
        **when,
    )
    return go(request, "visit-adverse", said="Recorded.", chart=chart, visit=visit)


def _course(typed: Typed, request: HttpRequest) -> dict[str, Any]:
    """Grade, what was done, how it stands, and the end where there is one."""
    room = request.protocol.room
    grade = typed.choice("grade", [str(one.grade) for one in room.grades])
    return {
        "grade": int(grade or 0),
        "action": typed.choice("action", room.actions),
        "outcome": typed.choice("outcome", room.outcomes),
        "ended_at": _clock(typed, "ended_at", request.at),
    }


def _clock(typed: Typed, name: str, at: datetime) -> datetime | None:
    """A time of day, the last time it came round; None when it was left empty."""
    try:
        return on_the_wall(typed.data.get(name, ""), at)
    except BadInput as fault:
        typed.faults.append(BadInput(name, fault.what, fault.todo))
        return None
