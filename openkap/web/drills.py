"""Drills: what can be practised, a drill in the room, and how each one went."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import drills as act
from openkap.clinical import drills as clinical
from openkap.protocol.drills import drills as known
from openkap.records import policy
from openkap.web import dosing
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed

SHOWN = 50


@needs("drill.read")
def drills(request: HttpRequest) -> HttpResponseBase:
    """Every drill there is, and the newest results of the clinic."""
    past = [
        {"fact": fact, "ended_at": at, "results": [_line(one) for one in fact.results]}
        for fact, at in act.recorded(request.principal)[:SHOWN]
    ]
    return show(
        request,
        "drills.html",
        {
            "drills": known().values(),
            "past": past,
            "may_run": policy.may(request.principal, "drill.run"),
        },
    )


def _line(result: Any) -> dict[str, Any]:
    return {"says": result.says, "in_time": clinical.in_time(result), "words": _words(result)}


def _words(result: Any) -> str:
    """ "after 75 s of 120 s", "not done"."""
    if result.after_s is None:
        return f"not done; expected within {result.within_s} s"
    late = "" if clinical.in_time(result) else ", late"
    return f"after {result.after_s} s of {result.within_s} s{late}"


@needs("drill.run", back=drills)
def begin(request: HttpRequest) -> HttpResponseBase:
    """A drill patient in the real room, at the drill's minute."""
    typed = Typed(request)
    chosen = typed.choice("drill", known())
    typed.done()
    begun = act.begin(request.principal, drill=chosen, at=request.at)
    return go(request, "visit", said="The drill runs.", chart=begun.chart, visit=begun.visit)


@needs("drill.run", back=dosing.visit)
def end(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Over: the result goes to the records of who took part."""
    act.end(request.principal, str(chart), at=request.at, visit=visit)
    return go(request, "drills", said="The drill is over. How it went stands below.")
