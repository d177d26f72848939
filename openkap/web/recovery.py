"""A recovery score, made and recorded in the room."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions.screening import record_score
from openkap.clinical.recovery import SCALES
from openkap.records.read import NotFound
from openkap.web import room_page, score_form
from openkap.web.door import go, needs, show
from openkap.web.dosing import sender_id
from openkap.web.typed import Typed


@needs("visit.read")
def _room(request: HttpRequest, chart: UUID, visit: str, scale: str) -> HttpResponseBase:  # noqa: ARG001
    return show(request, "room/visit.html", room_page.of(request, chart, visit))


@needs("score.record", back=_room)
def record(request: HttpRequest, chart: UUID, visit: str, scale: str) -> HttpResponseBase:
    """A modified Aldrete or PADSS, scored now."""
    typed = Typed(request)
    room_page.must_see(request, chart, visit)
    if scale not in SCALES:
        raise NotFound
    known = request.protocol.instruments[scale]
    items = score_form.complete(typed, known, score_form.given(typed, known))
    typed.done()
    fields = {"instrument": scale, "items": items, "by": request.principal.role}
    entry = record_score(request.principal, str(chart), at=request.at, **fields, **sender_id(typed))
    return go(request, "visit", said=f"{known.title}: {entry.fact.total} of 10.", chart=chart, visit=visit)
