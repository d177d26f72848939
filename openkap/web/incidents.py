"""Incidents of the clinic: what is looked into, by whom, and what was found."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import incidents as act
from openkap.records import incidents as records
from openkap.records import read
from openkap.records.competence import staff
from openkap.records.policy import Principal
from openkap.web.door import go, link, needs, show
from openkap.web.typed import Typed


@needs("incident.read")
def incidents(request: HttpRequest) -> HttpResponseBase:
    """Open ones first. The visit is linked for whoever may open its chart, and for nobody else."""
    who = request.principal
    names = {user: one.name for user, one in staff(who.clinic).items()}
    found = records.incidents(who)
    context = {
        "open": [_shown(request, one, names) for one in found if not one.closed_at],
        "closed": [_shown(request, one, names) for one in found if one.closed_at],
    }
    return show(request, "incidents.html", context)


def in_words(who: Principal) -> str:
    """What the board says: "2 incidents are open, 1 of them yours"; "" when none is."""
    waiting = [one for one in records.incidents(who) if not one.closed_at]
    mine = sum(one.opened.owner == who.user for one in waiting)
    if not waiting:
        return ""
    said = "1 incident is open" if len(waiting) == 1 else f"{len(waiting)} incidents are open"
    return said + (f", {mine} of them yours" if mine else "")


def _shown(request: HttpRequest, one: records.Incident, names: dict[str, str]) -> dict[str, Any]:
    who, opened = request.principal, one.opened
    opens = read.may_open(who, opened.chart, "visit.read")
    return {
        "incident": one,
        "id": opened.incident,
        "visit": link("visit", chart=opened.chart, visit=opened.visit) if opens else "",
        "closed_by": names.get(one.closed_by, ""),
        "mine": who.user == opened.owner or who.role == "director",
    }


@needs("incident.read", back=incidents)
def close(request: HttpRequest) -> HttpResponseBase:
    """What was found and done."""
    typed = Typed(request)
    incident = typed.text("incident")
    outcome = typed.text("outcome", todo="Write what was found and done")
    typed.done()
    act.close_incident(request.principal, incident=incident, outcome=outcome, at=request.at)
    return go(request, "incidents", said="The incident is closed.")
