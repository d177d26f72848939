"""The patient's consents: one part a screen, a few questions, a signature; a copy; and the way back out."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from openkap.actions import consent as act
from openkap.web import consents
from openkap.web.door import go, needs, show
from openkap.web.portal import PORTAL, frame_of
from openkap.web.portal_words import sign_again
from openkap.web.signature import signed_name
from openkap.web.typed import Typed

WHOLE, CHANGED, QUESTIONS, SIGN = "whole", "changed", "questions", "sign"


def _about(request: HttpRequest, document: str) -> dict[str, Any]:
    frame = frame_of(request)
    case, text = consents.case_of(frame), consents.named(frame["protocol"], document)
    return frame | {"text": text, "about": consents.document(case, text), "case": case}


@needs("consent.sign")
def consent(request: HttpRequest, document: str) -> HttpResponseBase:
    """The exact text, part by part, to read in peace and to sign if I want to."""
    frame = _about(request, document)
    parts = _parts(frame["about"])
    asked = request.GET.get("part") or (SIGN if request.method == "POST" else "")
    part = asked if asked in (*parts, WHOLE) else parts[0]
    about = frame["about"]
    to_sign = about.signed is None or about.outdated or (about.text.required and sign_again(frame["status"]))
    if part == SIGN and to_sign and about.open and not frame["resting"]:
        part = QUESTIONS
    place = parts.index(part) if part in parts else 0
    answers = consents.last_answers(frame["case"], frame["text"])
    shown = {
        "part": part,
        "number": place + 1,
        "count": len(parts),
        "section": frame["text"].sections[int(part) - 1] if part.isdigit() else None,
        "before": parts[place - 1] if place else "",
        "after": parts[place + 1] if place + 1 < len(parts) else "",
        "just": answers.get(request.GET.get("answered", "")),
        "asked": about.open[:1],
        "to_sign": to_sign,
    }
    return show(request, "portal/consent.html", frame | shown)


def _parts(about: consents.Document) -> list[str]:
    """What is gone through: what changed since last time, the sections by number, questions, signature."""
    changed = [CHANGED] if about.last and (about.changed or about.lost) else []
    sections = [str(number) for number in range(1, len(about.text.sections) + 1)]
    return [*changed, *sections, *([QUESTIONS] if about.text.questions else []), SIGN]


@needs("consent.sign", back=consent)
def answer(request: HttpRequest, document: str) -> HttpResponseBase:
    """My answer to one question. Wrong is no harm: it is explained, and I try again."""
    frame = _about(request, document)
    typed = Typed(request)
    asked = {one.id: one for one in frame["text"].questions}
    question = typed.choice("question", asked)
    said = typed.choice("answer", asked[question].choices) if question else ""
    typed.done()
    act.answer(
        request.principal,
        str(request.principal.chart),
        at=request.at,
        via=PORTAL,
        document=document,
        text_sha256=typed.data.get("text_sha256", ""),
        question=question,
        answer=said,
    )
    address = reverse("portal-consent", kwargs={"document": document})
    return HttpResponseRedirect(f"{address}?part={QUESTIONS}&answered={question}")


@needs("consent.sign", back=consent)
def sign(request: HttpRequest, document: str) -> HttpResponseBase:
    """My signature, over the text as it was shown."""
    frame = _about(request, document)
    typed = Typed(request)
    own = str(request.principal.chart)
    name = signed_name(typed, request.principal, own)
    typed.done()
    act.sign(
        request.principal,
        own,
        at=request.at,
        via=PORTAL,
        document=frame["text"].id,
        text_sha256=typed.data.get("text_sha256", ""),
        signed_name=name,
    )
    return go(request, "portal", said="Thank you. You have signed. You can take it back at any time.")


@needs("consent.withdraw")
def leaving(request: HttpRequest, document: str) -> HttpResponseBase:
    """What happens when I take it back, and the button that does it."""
    return show(request, "portal/consent_back.html", _about(request, document))


@needs("consent.withdraw", back=leaving)
def withdraw(request: HttpRequest, document: str) -> HttpResponseBase:
    """I take it back. No reason is needed, and the drug is no reason against it."""
    frame = _about(request, document)
    typed = Typed(request)
    said = typed.text("said", required=False)
    typed.done()
    own = str(request.principal.chart)
    act.withdraw(request.principal, own, at=request.at, via=PORTAL, document=frame["text"].id, said=said)
    return go(request, "portal", said="You have taken it back. Your team can see that now.")


@needs("portal.read")
def copy(request: HttpRequest, document: str) -> HttpResponseBase:
    """My signed copy, to read and to print."""
    frame = _about(request, document)
    return show(request, "portal/consent_copy.html", frame | consents.copy(request, frame, frame["text"]))
