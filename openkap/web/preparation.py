"""Preparation: what is in place before the first dose, what is missing, and who supplies it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import preparation as act
from openkap.clinical.chart import Chart
from openkap.clinical.entries.preparation import Consented, Intention, PlanApproved, PreparationHeld
from openkap.clinical.entries.screening import Score, ScreeningDecided
from openkap.clinical.protocol import ConsentText, Protocol
from openkap.clinical.rules import Reason
from openkap.records import policy, read
from openkap.records.read import NotFound
from openkap.web import pages, plan_form, words
from openkap.web.door import go, link, needs, show
from openkap.web.sentences import sentence
from openkap.web.signature import signed_name
from openkap.web.typed import Typed

IN_CLINIC = "clinic-device"
"""How a signature came that the patient gave on the clinic's own device."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that must be in place: what it is, and what is there or who supplies it."""

    title: str
    there: str = ""
    missing: Reason | None = None
    href: str = ""
    act: str = ""


LINES = (
    ("start-dose", "dose-needs-clearance", "Screening decision", ScreeningDecided),
    ("start-dose", "dose-needs-consent", "Consent", Consented),
    ("start-dose", "dose-needs-preparation", "Preparation session", PreparationHeld),
    ("start-dose", "dose-needs-intention", "Intention", Intention),
    ("approve-plan", "plan-needs-baseline", "First score", Score),
    ("start-dose", "dose-needs-plan", "Plan", PlanApproved),
)
"""(gate, rule, title, kind of entry that answers it), in the order things usually happen."""


@needs("chart.read")
def preparation(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The checklist, and a form for each thing on it."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    return show(
        request, "preparation/preparation.html", frame | _context(request, frame) | plan_form.in_force(frame)
    )


def _context(request: HttpRequest, frame: dict[str, Any]) -> dict[str, Any]:
    chart: Chart = frame["chart"]
    intention = chart.latest(Intention)
    ways = {
        "dose-needs-clearance": ("screening", "Go to screening"),
        "plan-needs-baseline": ("", "Record a PHQ-9"),
    }
    return {
        "team": read.team(request.principal, frame["chart_id"]),
        "lines": [_line(frame, line, ways) for line in LINES],
        "documents": [_document(chart, text) for text in request.protocol.consents.values()],
        "intention": intention,
        "sessions": chart.all(PreparationHeld),
        "can": {
            "consent": policy.may(request.principal, "consent.sign"),
            "intention": policy.may(request.principal, "intention.set"),
            "hold": policy.may(request.principal, "preparation.hold"),
            "plan": policy.may(request.principal, "plan.approve"),
            "score": policy.may(request.principal, "score.record"),
        },
    }


def _line(frame: dict[str, Any], line: tuple[str, str, str, type], ways: dict[str, Any]) -> Line:
    gate, rule, title, kind = line
    chart_id = frame["chart_id"]
    missing = next((reason for reason in frame["status"].gates[gate].because if reason.rule == rule), None)
    if missing:
        page, act_words = ways.get(rule, ("", ""))
        href = link(page, chart=chart_id) if page else ""
        if rule == "plan-needs-baseline":
            href = link("score", chart=chart_id, instrument="phq9")
        return Line(title, missing=missing, href=href, act=act_words)
    entry = frame["chart"].latest(kind)
    if entry is None:
        return Line(title, there="not asked for")
    said = _short(sentence(entry, frame["protocol"]), title)
    return Line(title, there=f"{said} ({words.day(entry.effective_at)})")


def _short(said: str, title: str) -> str:
    """The sentence without the word the line already starts with."""
    short = said.removeprefix(title).lstrip(":, ")
    return short[:1].upper() + short[1:]


def _document(chart: Chart, text: ConsentText) -> dict[str, Any]:
    """A consent text and whether it stands: signed, and not taken back since."""
    signed = chart.latest(Consented, document=text.id)
    return {"text": text, "signed": signed if signed and stands(chart, text.id) else None}


def stands(chart: Chart, document: str) -> bool:
    """Whether the latest signature under a document has not been withdrawn since."""
    signed = chart.latest(Consented, document=document)
    withdrawn = chart.latest(act.ConsentWithdrawn, document=document)
    if signed is None:
        return False
    return withdrawn is None or (signed.effective_at, signed.seq) > (withdrawn.effective_at, withdrawn.seq)


def document_named(document: str, protocol: Protocol) -> ConsentText:
    """The consent text of that id, or NotFound."""
    found = protocol.consents.get(document)
    if found is None:
        raise NotFound
    return found


LONGEST_HEADING_CHARACTERS = 60


def text_parts(text: ConsentText) -> list[dict[str, str]]:
    """The text by paragraphs, every word in its order; a short first line without a stop is a heading."""
    parts = []
    for paragraph in text.text.strip().split("\n\n"):
        first, _, rest = paragraph.partition("\n")
        heading = (
            rest and len(first) <= LONGEST_HEADING_CHARACTERS and not first.rstrip().endswith((".", "?", "!"))
        )
        parts.append({"heading": first, "body": rest} if heading else {"heading": "", "body": paragraph})
    return parts


@needs("consent.sign")
def handover(request: HttpRequest, chart: UUID, document: str) -> HttpResponseBase:
    """The exact text, for the patient to read and sign on the clinic's device."""
    frame = pages.of(request, chart, permission="consent.sign", here="preparation")
    text = document_named(document, request.protocol)
    return show(
        request,
        "preparation/handover.html",
        frame
        | {
            "text": text,
            "text_parts": text_parts(text),
            "text_sha256": act.text_hash(text),
            "gate": frame["status"].gates["sign-consent"],
        },
    )


@needs("consent.sign", back=handover)
def consent(request: HttpRequest, chart: UUID, document: str) -> HttpResponseBase:
    """The patient has signed on the clinic's device; the entry names who handed it over."""
    typed = Typed(request)
    name = signed_name(typed, request.principal, chart)
    typed.done()
    act.consent(
        request.principal,
        str(chart),
        at=request.at,
        via=IN_CLINIC,
        document=document_named(document, request.protocol).id,
        text_sha256=typed.data.get("text_sha256", ""),
        signed_name=name,
    )
    return go(request, "preparation", chart=chart, said="Signed. Please hand the device back to the team.")


@needs("consent.sign", back=preparation)
def withdraw(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Consent is taken back; no reason is needed."""
    typed = Typed(request)
    document = typed.choice("document", request.protocol.consents)
    said = typed.text("said", required=False)
    typed.done()
    act.withdraw_consent(request.principal, str(chart), at=request.at, document=document, said=said)
    return go(
        request, "preparation", chart=chart, said="Consent is withdrawn. No dose can be given under it."
    )


@needs("intention.set", back=preparation)
def intention(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The patient's intention, as they said it."""
    typed = Typed(request)
    said = typed.text("words", todo="Write it in the patient's own words")
    typed.done()
    act.set_intention(request.principal, str(chart), at=request.at, words=said)
    return go(request, "preparation", chart=chart, said="The intention is written down.")


@needs("preparation.hold", back=preparation)
def session(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A preparation session took place."""
    typed = Typed(request)
    minutes, note = typed.whole("minutes"), typed.text("note", todo="Write what was talked about")
    typed.done()
    act.hold_preparation(request.principal, str(chart), at=request.at, minutes=minutes, note=note)
    return go(request, "preparation", chart=chart, said="The preparation session is recorded.")
