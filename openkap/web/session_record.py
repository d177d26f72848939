"""The record of one visit as a page and as a PDF, and the paper card that is printed before it starts."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.protocol import Protocol
from openkap.records import read
from openkap.records.models import Clinic
from openkap.records.policy import Principal
from openkap.records.read import NotFound
from openkap.reports import session_card
from openkap.reports import session_record as reports
from openkap.web import pages, people
from openkap.web.door import needs, show
from openkap.web.sentences import sentence


def made(who: Principal, chart: Chart, visit: str, protocol: Protocol, at: datetime) -> reports.SessionRecord:
    """The record of that visit as this person may read it. NotFound: no such visit."""
    found = _visit(chart, visit, protocol, at)
    return reports.session_record(chart, found, protocol, at, reader(who, chart, protocol))


def reader(who: Principal, chart: Chart, protocol: Protocol) -> reports.Reader:
    """The product's own sentences, the names of the clinic's people, its clock, and where the ledger ends."""
    names = people.names(who, {entry.author for entry in chart.entries})
    clinic = Clinic.objects.get(id=chart.person.clinic)
    return reports.Reader(
        sentence=lambda entry: sentence(entry, protocol),
        name=lambda author: names.get(author, author),
        zone=ZoneInfo(clinic.time_zone),
        clinic=clinic.name,
        head=read.head(who, chart.subject.removeprefix("chart:"), permission="visit.read"),
    )


def _visit(chart: Chart, visit: str, protocol: Protocol, at: datetime) -> Visit:
    found = next((one for one in Case(chart, protocol, at).visits if one.id == visit), None)
    if found is None:
        raise NotFound
    return found


@needs("visit.read")
def record(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Everything of the visit on one page, to read or to print."""
    frame = pages.of(request, chart, permission="visit.read", here="dosing")
    told: dict[str, Any] = {
        "record": made(request.principal, frame["chart"], visit, request.protocol, request.at),
        "visit_id": visit,
    }
    return show(request, "room/record.html", frame | told)


@needs("visit.read")
def pdf(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The same on paper."""
    found = read.chart(request.principal, str(chart), permission="visit.read")
    content = made(request.principal, found, visit, request.protocol, request.at)
    return _file(reports.as_pdf(content, made=request.at), f"visit-{visit[:8]}.pdf")


@needs("visit.read")
def card(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """One sheet to write on while the screens are dark; what is on it is charted late afterwards."""
    found = read.chart(request.principal, str(chart), permission="visit.read")
    one = _visit(found, visit, request.protocol, request.at)
    told = reader(request.principal, found, request.protocol)
    content = session_card.session_card(found, one, request.protocol, request.at, told)
    return _file(session_card.as_pdf(content, made=request.at), f"card-{visit[:8]}.pdf")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
