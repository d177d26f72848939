"""How my doses were: my words after each, and later how it turned out; never a score."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import experience as act
from openkap.clinical import experience as pure
from openkap.clinical.experience import Experience, OfDose
from openkap.records.read import NotFound
from openkap.web.consents import case_of
from openkap.web.door import go, needs, show
from openkap.web.dosing import sender_id
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed


def in_words(one: OfDose, known: Experience) -> dict[str, Any]:
    """A dose and its `lines` as (label, words), for the patient's page and the team's."""
    lines = [("Hoped for", f"“{one.intention}”")] if one.intention else []
    if told := one.told:
        besides = ", ".join(known.descriptors.get(name, name).lower() for name in told.descriptors)
        felt = known.felt.get(told.felt, told.felt)
        lines += [("How it was", f"“{told.words}”"), ("It felt", f"{felt}: {besides}" if besides else felt)]
        lines += [("Music", told.music)] if told.music else []
    if back := one.looked_back:
        turned_out = known.turned_out.get(back.turned_out, back.turned_out)
        said = f"{turned_out}: “{back.words}”" if back.words else turned_out
        lines.append(("How it turned out", said))
    return {"of": one, "lines": lines}


@needs("portal.read")
def mine(request: HttpRequest) -> HttpResponseBase:
    """Every dose, newest first: what I hoped for, how it felt, how it turned out."""
    frame = frame_of(request)
    known = frame["protocol"].experience
    doses = [in_words(one, known) for one in reversed(pure.record(case_of(frame)))]
    return show(request, "portal/experiences.html", frame | {"doses": doses})


@needs("experience.tell")
def one(request: HttpRequest, visit: str) -> HttpResponseBase:
    """One dose, with what may be asked about it now. NotFound for a dose that is not mine."""
    frame = frame_of(request)
    found = next((one for one in pure.record(case_of(frame)) if one.visit.id == visit), None)
    if found is None:
        raise NotFound
    known = frame["protocol"].experience
    options = {
        "felt_options": list(known.felt.items()),
        "descriptor_options": list(known.descriptors.items()),
        "turned_out_options": list(known.turned_out.items()),
    }
    return show(request, "portal/experience.html", frame | options | {"one": in_words(found, known)})


@needs("experience.tell", back=one)
def tell(request: HttpRequest, visit: str) -> HttpResponseBase:
    typed, known = Typed(request), request.protocol.experience
    fields = {
        "words": typed.text("words", todo="A few words are enough"),
        "felt": typed.choice("felt", known.felt),
        "descriptors": typed.several("descriptors", known.descriptors),
        "music": typed.text("music", required=False),
        **sender_id(typed),
    }
    typed.done()
    own = str(request.principal.chart)
    act.tell(request.principal, own, at=request.at, via=PORTAL, visit=visit, **fields)
    return go(request, "portal-experiences", said="Thank you. It is written down in your words.")


@needs("experience.tell", back=one)
def look_back(request: HttpRequest, visit: str) -> HttpResponseBase:
    typed, known = Typed(request), request.protocol.experience
    fields = {
        "turned_out": typed.choice("turned_out", known.turned_out),
        "words": typed.text("words", required=False),
        **sender_id(typed),
    }
    typed.done()
    own = str(request.principal.chart)
    act.look_back(request.principal, own, at=request.at, via=PORTAL, visit=visit, **fields)
    return go(request, "portal-experiences", said="Thank you. It is written down.")
