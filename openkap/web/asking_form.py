"""Asking a form from elsewhere: its file is looked at, then signed. Until then nothing is stored."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import forms as act
from openkap.clinical import asked_forms
from openkap.clinical.refusal import BadFields, BadInput
from openkap.fhir.json_text import unpacked
from openkap.fhir.questionnaire import MOST_BYTES, MOST_QUESTIONS, Imported, read
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.form_outline import outline
from openkap.web.typed import Typed

FILE = "questionnaire"
LONGEST_NAME = 255


@needs("form.ask")
def ask(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Where the file goes, and what may be in it."""
    frame = pages.of(request, chart, permission="form.ask")
    context = {"largest": MOST_BYTES // 1024, "most": MOST_QUESTIONS, "fault_target": f"ask-{FILE}"}
    return show(request, "forms/ask.html", frame | context)


@needs("form.ask", back=ask)
def look(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What would be asked and what is left out; every reason where it cannot be asked. Stores nothing."""
    sent = request.FILES.get(FILE)
    if sent is None:
        raise BadInput(FILE, "no file was chosen", "Choose the file of one form")
    if sent.size > MOST_BYTES:
        raise BadInput(sent.name, f"it is longer than {MOST_BYTES // 1024} kB", "Send one form")
    content = unpacked(sent.read(), sent.name)
    imported = _read(content, sent.name)
    frame = pages.of(request, chart, permission="form.ask")
    asked = asked_forms.asked_forms(frame["chart"])
    parts = outline(imported.form)
    context = {
        "form": imported.form,
        "left_out": imported.left_out,
        "questionnaire": imported,
        "source": sent.name,
        "content": content.decode("utf-8-sig"),
        "parts": parts,
        "count": sum(part.kind == "question" for part in parts),
        "waits": any(one.waits and one.entry.fact.version == imported.form.version for one in asked),
    }
    return show(request, "forms/look.html", frame | context)


@needs("form.ask", back=ask)
def sign(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The form that was looked at is asked of this patient, and kept in the chart whole."""
    typed = Typed(request)
    source = typed.text("source")[:LONGEST_NAME]
    typed.done()
    imported = _read(request.POST.get("content", "").encode(), source)
    _the_same(imported, request.POST.get("version", ""))
    act.ask_form(
        request.principal,
        str(chart),
        at=request.at,
        id=_sent_id(request),
        form=imported.form,
        source=source,
        url=imported.url,
        source_version=imported.version,
        left_out=imported.left_out,
    )
    return go(
        request, "forms", chart=chart, said=f"{imported.form.title} is asked. It waits on their own pages."
    )


def _read(content: bytes, source: str) -> Imported:
    """The form; a refusal names each part as the file spells it, and not as words."""
    try:
        return read(content, source)
    except BadFields as refusal:
        faults = (BadInput(f"“{one.where}”", one.what, one.todo) for one in refusal.faults)
        raise BadFields(list(faults)) from None


def _the_same(imported: Imported, version: str) -> None:
    if imported.form.version != version:
        raise BadInput(FILE, "this is not the form you looked at", "Choose the file once more")


def _sent_id(request: HttpRequest) -> UUID | None:
    """The id drawn for the page, so that pressing twice asks once."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return None
