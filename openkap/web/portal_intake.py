"""The intake on the patient's own pages: its parts in order, how far each is, and the next one to do."""

from django.http import HttpRequest, HttpResponseBase

from openkap.clinical import runs
from openkap.clinical.asking import form_named
from openkap.clinical.entries.asking import IntakeSent
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.intake import INTAKE
from openkap.records.read import NotFound
from openkap.web.door import needs, show
from openkap.web.intake_stops import left, stops
from openkap.web.portal import frame_of


@needs("form.answer")
def intake(request: HttpRequest) -> HttpResponseBase:
    """Where this person has come to, and one button that goes on."""
    frame = frame_of(request)
    chart = frame["chart"]
    form = form_named(INTAKE, chart, request.protocol)
    if form is None:
        raise NotFound
    parts = stops(chart, request.protocol, request.at)
    context = {
        "parts": parts,
        "left": left(chart, request.protocol, request.at),
        "following": next((part for part in parts if not part.done), None),
        "begun": any(part.answered for part in parts),
        "sent": chart.latest(IntakeSent),
        "decided": chart.latest(ScreeningDecided),
        "lapsed": runs.lapsed(chart, form, request.at),
    }
    return show(request, "portal/intake.html", frame | context)
