"""Every dosing visit of a chart, and booking the next one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import dosing as act
from openkap.clinical import home
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.protocol import Protocol
from openkap.records import policy
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed
from openkap.web.who import plan_words


@needs("visit.read")
def visits(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The visits so far and the form that books one."""
    frame = pages.of(request, chart, permission="visit.read", here="dosing")
    approved = frame["chart"].latest(PlanApproved)
    return show(
        request,
        "room/visits.html",
        frame
        | {
            "gate": frame["status"].gates["book-visit"],
            "may_book": policy.may(request.principal, "visit.book"),
            "plan": approved.fact if approved else None,
            "plan_line": plan_words(approved.fact) if approved else "",
            "plan_route": request.protocol.routes[approved.fact.route].title if approved else "",
            "places": (("clinic", "In the clinic"), ("home", "At home")),
            "routes": route_choices(request.protocol),
        },
    )


def route_choices(protocol: Protocol) -> list[tuple[str, str]]:
    """The routes to choose from; the first line is empty, so that nothing is chosen for the person."""
    return [("", "Choose"), *((route.id, route.title) for route in protocol.routes.values())]


@needs("visit.book", back=visits)
def book(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A day, a time and a room; the route is the plan's."""
    typed = Typed(request)
    wanted = _wanted(typed, request.protocol)
    entry = act.book(request.principal, str(chart), at=request.at, seen=typed.seen, **wanted)
    said = "The visit is booked. It opens on the day, when the patient arrives."
    return go(request, "visit", chart=chart, visit=entry.fact.visit, said=said)


def _wanted(typed: Typed, protocol: Protocol) -> dict[str, Any]:
    starts_at: datetime | None = typed.moment("starts_at")
    place = typed.choice("place", home.PLACES, required=False) or home.CLINIC
    room = typed.text("room", required=place == home.CLINIC, todo="Name the room")
    route = typed.choice("route", protocol.routes)
    typed.done()
    return {"starts_at": starts_at, "room": room, "route": route, "place": place}
