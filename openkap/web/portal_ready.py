"""Getting ready, on the patient's own pages: one list, one short form a page, permissions, the day before."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import readiness as act
from openkap.records.read import NotFound
from openkap.web import ready
from openkap.web.consents import case_of, documents
from openkap.web.door import go, link, needs, show
from openkap.web.portal import PORTAL, frame_of
from openkap.web.ready_forms import FORMS
from openkap.web.readying import ANSWERS
from openkap.web.typed import Typed

MINE = {"consent": "portal-consent", "intention": "portal-intention", "permissions": "portal-permissions"}
"""Places of the checklist that are pages of their own; the day before is another."""


@needs("portal.read")
def mine(request: HttpRequest) -> HttpResponseBase:
    """What is mine to get ready, done or waiting."""
    frame = frame_of(request)
    case = case_of(frame)
    lines = [line | {"href": _page(line)} for line in ready.checklist(case) if line["who"] == "patient"]
    return show(
        request,
        "portal/ready.html",
        frame | {"lines": [line for line in lines if line["href"]], "documents": documents(frame)},
    )


def _page(line: dict[str, Any]) -> str:
    place = line["line"].item.place
    if place == "consent":
        return link("portal-consent", document="ketamine-treatment")
    if place == "holds":
        return link("portal-day-before")
    return link("portal-ready-form", place=place) if place in FORMS else link(MINE.get(place, ""))


@needs("readiness.record")
def form(request: HttpRequest, place: str) -> HttpResponseBase:
    """One short form, with what I wrote last."""
    if place not in FORMS:
        raise NotFound
    frame = frame_of(request)
    return show(request, "portal/ready_form.html", frame | ready.form(place, case_of(frame)))


@needs("readiness.record", back=form)
def save(request: HttpRequest, place: str) -> HttpResponseBase:
    if place not in FORMS:
        raise NotFound
    asked, typed = FORMS[place], Typed(request)
    fields = asked.read(typed)
    typed.done()
    asked.action(request.principal, str(request.principal.chart), at=request.at, via=PORTAL, **fields)
    return go(request, "portal-ready", said=f"{asked.title}: saved. You can change it whenever you like.")


@needs("portal.read")
def permissions(request: HttpRequest) -> HttpResponseBase:
    """What I allow and what not, each by itself."""
    frame = frame_of(request)
    return show(request, "portal/permissions.html", frame | {"groups": ready.allowed(case_of(frame))})


@needs("permission.answer", back=permissions)
def answer(request: HttpRequest) -> HttpResponseBase:
    """Yes or no to one of them. Never more than before while the drug may still be working."""
    frame, typed = frame_of(request), Typed(request)
    fields: dict[str, Any] = {
        "permission": typed.choice("permission", frame["protocol"].permissions),
        "answer": typed.choice("answer", ANSWERS),
    }
    typed.done()
    act.answer_permission(
        request.principal, str(request.principal.chart), at=request.at, via=PORTAL, **fields
    )
    return go(request, "portal-permissions", said="Your answer is saved.")


@needs("consent.withdraw", back=permissions)
def take_back(request: HttpRequest) -> HttpResponseBase:
    """I take one back, at any time."""
    frame, typed = frame_of(request), Typed(request)
    named = typed.choice("permission", frame["protocol"].permissions)
    typed.done()
    own = str(request.principal.chart)
    act.withdraw_permission(request.principal, own, at=request.at, via=PORTAL, permission=named)
    return go(request, "portal-permissions", said="You have taken it back. Nobody does it from now on.")


@needs("readiness.record")
def day_before(request: HttpRequest) -> HttpResponseBase:
    """What I eat, drink and take before the next dose, with the hours."""
    frame = frame_of(request)
    return show(request, "portal/day_before.html", frame | {"day_before": ready.day_before(case_of(frame))})


@needs("readiness.record", back=day_before)
def confirm(request: HttpRequest) -> HttpResponseBase:
    """I have read it and will do it."""
    typed = Typed(request)
    visit = typed.text("visit")
    typed.choice("confirmed", ("yes",))
    typed.done()
    own, lines = str(request.principal.chart), tuple(request.POST.getlist("line"))
    act.confirm_holds(request.principal, own, at=request.at, via=PORTAL, visit=visit, lines=lines)
    return go(request, "portal", said="Thank you. Your team can see that you are ready.")
