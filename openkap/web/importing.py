"""A record comes in from elsewhere, by drag and drop or a file button; what was not understood is listed."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from openkap.actions import incoming
from openkap.clinical.chart import Chart
from openkap.clinical.entries import screening as facts
from openkap.clinical.refusal import BadInput
from openkap.fhir import bundle
from openkap.fhir.json_text import MOST_BYTES
from openkap.web import pages, unread
from openkap.web.door import absent, needs, show

LARGEST_MB = MOST_BYTES // 1024 // 1024
COUNTED = (
    (facts.Problem, "problem", "problems"),
    (facts.Medicine, "medicine", "medicines"),
    (facts.Allergy, "allergy", "allergies"),
    (facts.Measurement, "measurement", "measurements"),
    (facts.Result, "test result", "test results"),
    (facts.Score, "questionnaire score", "questionnaire scores"),
)


@needs("chart.import")
def import_page(request: HttpRequest) -> HttpResponse:
    """The form, or the result of an import that was just done (`?chart=…`)."""
    if request.method == "GET" and (done := request.GET.get("chart")):
        return _result(request, done)
    return show(request, "importing.html", {"largest": LARGEST_MB, "fault_target": "import-record"})


@needs("chart.import", back=import_page)
def _import(request: HttpRequest) -> HttpResponse:
    sent = request.FILES.get("record")
    if sent is None:
        raise BadInput("record", "no file was chosen", "Choose the file of one person's record")
    if sent.size > MOST_BYTES:
        raise BadInput(
            "record", f"{sent.name} is larger than {LARGEST_MB} MB", "Send one person's record on its own"
        )
    record = bundle.read(sent.read(), source=sent.name, at=request.at, protocol=request.protocol)
    synthetic = request.user.clinic.demonstration
    chart_id = incoming.import_record(request.principal, record, at=request.at, synthetic=synthetic)
    return HttpResponseRedirect(f"{reverse('import')}?chart={chart_id}")


@needs("chart.import")
def importing(request: HttpRequest) -> HttpResponseBase:
    """GET shows the form or a result, POST takes a file."""
    return _import(request) if request.method == "POST" else import_page(request)


def _result(request: HttpRequest, chart_id: str) -> HttpResponse:
    """What came in, told from the chart itself, so the page can be opened again."""
    context = pages.of(request, chart_id, permission="chart.import")
    imported = context["chart"].latest(facts.RecordImported)
    if imported is None:
        return absent(request)
    return show(request, "imported.html", context | _told(context["chart"]) | {"imported": imported})


def _told(chart: Chart) -> dict[str, Any]:
    counts = Counter(type(entry.fact) for entry in chart.entries)
    understood = [
        f"{counts[kind]} {one if counts[kind] == 1 else many}" for kind, one, many in COUNTED if counts[kind]
    ]
    return {"understood": understood, **unread.told(chart)}
