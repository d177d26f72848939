"""One tap in the room: events, sedation, dissociation. Each says when it happened, and is sent once."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import in_room as act
from openkap.clinical.in_room import WITHDRAWN
from openkap.web.door import go, needs
from openkap.web.dosing import sender_id, visit
from openkap.web.typed import Typed
from openkap.web.when import happened


@needs("visit.observe", back=visit)
def observe(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A one-tap event, or a note. Taking a permission back writes the permission too, at once."""
    typed = Typed(request)
    buttons = {event.id: event for event in request.protocol.room.events}
    event = typed.choice("event", (*buttons, "note"))
    note = typed.text("note", required=event == "note", todo="Write what you saw or heard")
    known = buttons.get(event)
    about = typed.choice("about", request.protocol.permissions) if known and known.asks else ""
    when = happened(typed, request.at)
    typed.done()
    common = {"at": request.at, "visit": visit, "event": event, **sender_id(typed), **when}
    if known and known.means == WITHDRAWN:
        act.take_back(request.principal, str(chart), about=about, said=note, **common)
        return _room(request, chart, visit, "Taken back. It holds from now on.")
    entry = act.observe(request.principal, str(chart), note=note, about=about, **common)
    if entry.fact.outside:
        said = (
            f"Recorded. Outside what the patient allows: {entry.fact.outside}. Somebody has to take this on."
        )
        return _room(request, chart, visit, said)
    return _room(request, chart, visit, f"Recorded: {event}.")


@needs("visit.observe", back=visit)
def sedation(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """MOAA/S in one tap."""
    typed = Typed(request)
    level = typed.choice("level", [str(level) for level in act.SEDATION])
    when = happened(typed, request.at)
    typed.done()
    act.rate_sedation(
        request.principal,
        str(chart),
        at=request.at,
        visit=visit,
        level=int(level),
        **sender_id(typed),
        **when,
    )
    return _room(request, chart, visit, f"Recorded: sedation {level} of 5.")


@needs("visit.observe", back=visit)
def dissociation(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Dissociation as a clinician sees it."""
    typed = Typed(request)
    levels = {one.id: one.says for one in request.protocol.room.dissociation}
    level = typed.choice("level", levels)
    when = happened(typed, request.at)
    typed.done()
    act.rate_dissociation(
        request.principal, str(chart), at=request.at, visit=visit, level=level, **sender_id(typed), **when
    )
    return _room(request, chart, visit, f"Recorded: dissociation, {levels[level].lower()}.")


def _room(request: HttpRequest, chart: UUID, visit: str, said: str) -> HttpResponseBase:
    return go(request, "visit", said=said, chart=chart, visit=visit)
