"""Recording an integration session: the form of each kind is drawn from the protocol."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import circle as act_circle
from openkap.actions import integration as act
from openkap.clinical.sessions import SessionKind
from openkap.records import read
from openkap.records.read import NotFound
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.integration import dose_options, visit_of
from openkap.web.typed import Typed


@needs("integration.hold")
def session(request: HttpRequest, chart: UUID, approach: str) -> HttpResponseBase:
    """The form of one kind. NotFound for a kind the protocol does not have, or holds for several people."""
    kind = _kind(request, approach, together=False)
    frame = pages.of(request, chart, permission="chart.read", here="integration")
    doses = [visit for visit in frame["status"].visits if visit.dose_at]
    told = {"dose_options": dose_options(doses), **_drawn(request, kind)}
    return show(request, "integration/session.html", frame | told)


@needs("integration.hold", back=session)
def hold(request: HttpRequest, chart: UUID, approach: str) -> HttpResponseBase:
    """The session took place."""
    kind, typed = _kind(request, approach, together=False), Typed(request)
    visit = visit_of(typed)
    fields = _written(kind, typed)
    act.hold(request.principal, str(chart), at=request.at, visit=visit, **fields)
    return go(request, "integration", chart=chart, said="The session is recorded.")


@needs("integration.hold")
def circle(request: HttpRequest, circle: str) -> HttpResponseBase:
    """The form of a session for several people of the writer's care teams who have had a dose."""
    kind, mine = _kind(request, circle, together=True), read.teams(request.principal)
    rows = [row for row in read.charts(request.principal) if row.doses and str(row.chart) in mine]
    people = [(str(row.chart), row.name) for row in rows]
    return show(request, "integration/circle.html", {"people": people} | _drawn(request, kind))


@needs("integration.hold", back=circle)
def hold_circle(request: HttpRequest, circle: str) -> HttpResponseBase:
    """The circle took place: an entry in the chart of everybody who was there."""
    kind, typed = _kind(request, circle, together=True), Typed(request)
    charts = typed.several("chart", read.teams(request.principal))
    fields = _written(kind, typed)
    written = act_circle.hold_circle(request.principal, charts, at=request.at, **fields)
    return go(request, "charts", said=f"The circle is recorded in {len(written)} charts.")


def _kind(request: HttpRequest, approach: str, *, together: bool) -> SessionKind:
    kind = request.protocol.sessions.get(approach)
    if kind is None or kind.together is not together:
        raise NotFound
    return kind


def _drawn(request: HttpRequest, kind: SessionKind) -> dict[str, Any]:
    """The kind, and the sources its form names."""
    return {"kind": kind, "sources": [request.protocol.sources[name] for name in kind.sources]}


def _written(kind: SessionKind, typed: Typed) -> dict[str, Any]:
    """What was typed into the parts and for how long it went; every fault at once."""
    parts = tuple((part.id, typed.text(part.field, required=part.required)) for part in kind.parts)
    minutes = typed.whole("minutes")
    typed.done()
    return {"approach": kind.id, "parts": parts, "minutes": minutes}
