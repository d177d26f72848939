"""Consent on the clinic's own device: read, asked about, signed, explained, taken back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import consent as act
from openkap.actions.door import together
from openkap.web import consents, pages, preparation
from openkap.web.door import go, needs, show
from openkap.web.signature import signed_name
from openkap.web.typed import Typed


@needs("consent.sign")
def handover(request: HttpRequest, chart: UUID, document: str) -> HttpResponseBase:
    """The exact text, its questions and the place to sign, for the patient on the clinic's device."""
    frame = pages.of(request, chart, permission="consent.sign", here="preparation")
    case, text = consents.case_of(frame), consents.named(frame["protocol"], document)
    about = consents.document(case, text)
    answers = consents.last_answers(case, text)
    return show(
        request,
        "preparation/handover.html",
        frame
        | {
            "text": text,
            "about": about,
            "asked": [{"question": one, "last": answers.get(one.id)} for one in about.open],
            "gate": frame["status"].gates["sign-consent"],
        },
    )


@needs("consent.sign", back=handover)
def answer(request: HttpRequest, chart: UUID, document: str) -> HttpResponseBase:
    """The questions about the text, those that were answered; each is kept, right or wrong."""
    frame = pages.of(request, chart, permission="consent.sign")
    text, typed = consents.named(frame["protocol"], document), Typed(request)
    shown = {"document": text.id, "text_sha256": typed.data.get("text_sha256", "")}
    open_ = consents.document(consents.case_of(frame), text).open
    given = {one.id: typed.choice(f"question-{one.id}", one.choices) for one in open_}
    typed.done()
    if given:
        acts = [(act.answer, shown | {"question": name, "answer": said}) for name, said in given.items()]
        together(request.principal, str(chart), acts, at=request.at, via=consents.IN_CLINIC)
    return go(request, "preparation-handover", chart=chart, document=document)


@needs("consent.sign", back=handover)
def sign(request: HttpRequest, chart: UUID, document: str) -> HttpResponseBase:
    """The patient has signed on the clinic's device; the entry names who handed it over."""
    frame = pages.of(request, chart, permission="consent.sign")
    typed = Typed(request)
    name = signed_name(typed, request.principal, chart)
    witness = typed.text("witness", required=False)
    typed.done()
    act.sign(
        request.principal,
        str(chart),
        at=request.at,
        via=consents.IN_CLINIC,
        document=consents.named(frame["protocol"], document).id,
        text_sha256=typed.data.get("text_sha256", ""),
        signed_name=name,
        witness=witness,
    )
    return go(request, "preparation", chart=chart, said="Signed. Please hand the device back to the team.")


@needs("consent.withdraw", back=preparation.preparation)
def withdraw(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Consent is taken back; no reason is needed."""
    frame = pages.of(request, chart, permission="consent.withdraw")
    typed = Typed(request)
    document = typed.choice("document", frame["protocol"].consents)
    said = typed.text("said", required=False)
    typed.done()
    act.withdraw(request.principal, str(chart), at=request.at, document=document, said=said)
    text = frame["protocol"].consents[document]
    rest = " No dose can be given." if text.required else ""
    return go(request, "preparation", chart=chart, said=f"“{text.title}” is taken back.{rest}")


@needs("consent.explain", back=preparation.preparation)
def explain(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The counter-note of whoever went through the text with the patient."""
    frame = pages.of(request, chart, permission="consent.explain")
    typed = Typed(request)
    document = typed.choice("document", frame["protocol"].consents)
    note = typed.text("note", todo="Write what was talked about and how it was understood")
    typed.done()
    act.explain(request.principal, str(chart), at=request.at, document=document, note=note)
    return go(request, "preparation", chart=chart, said="Your note stands beside the consent.")


@needs("chart.read")
def copy(request: HttpRequest, chart: UUID, document: str) -> HttpResponseBase:
    """The signed copy, to read and to print."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    shown = consents.copy(request, frame, consents.named(frame["protocol"], document))
    return show(request, "preparation/consent_copy.html", frame | shown)
