"""Readiness on the preparation page: short forms, permissions, touches tried out, and the day before."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import readiness as act
from openkap.clinical import permissions
from openkap.records.read import NotFound
from openkap.web import pages, preparation
from openkap.web.door import go, needs
from openkap.web.ready_forms import FORMS
from openkap.web.typed import Typed

ANSWERS = (permissions.GRANTED, permissions.DECLINED)


@needs("readiness.record", back=preparation.preparation)
def save(request: HttpRequest, chart: UUID, place: str) -> HttpResponseBase:
    """One short form, as the patient said it."""
    if place not in FORMS:
        raise NotFound
    form, typed = FORMS[place], Typed(request)
    fields = form.read(typed)
    typed.done()
    form.action(request.principal, str(chart), at=request.at, **fields)
    return go(request, "preparation", chart=chart, said=f"{form.title}: written down.")


@needs("permission.answer", back=preparation.preparation)
def permission(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """One permission is given or refused."""
    frame = pages.of(request, chart, permission="permission.answer")
    typed = Typed(request)
    fields: dict[str, Any] = {
        "permission": typed.choice("permission", frame["protocol"].permissions),
        "answer": typed.choice("answer", ANSWERS),
    }
    typed.done()
    act.answer_permission(request.principal, str(chart), at=request.at, **fields)
    return go(request, "preparation", chart=chart, said="The answer is written down.")


@needs("consent.withdraw", back=preparation.preparation)
def permission_back(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """One permission is taken back, by word or by hand."""
    frame = pages.of(request, chart, permission="consent.withdraw")
    typed = Typed(request)
    named = typed.choice("permission", frame["protocol"].permissions)
    typed.done()
    act.withdraw_permission(request.principal, str(chart), at=request.at, permission=named)
    return go(request, "preparation", chart=chart, said="Taken back. Nobody does it from now on.")


@needs("preparation.hold", back=preparation.preparation)
def rehearse(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A touch was tried out sober."""
    frame = pages.of(request, chart, permission="preparation.hold")
    typed = Typed(request)
    named = typed.choice("permission", frame["protocol"].permissions)
    note = typed.text("note", todo="Write how it went")
    typed.done()
    act.rehearse(request.principal, str(chart), at=request.at, permission=named, note=note)
    return go(request, "preparation", chart=chart, said="Tried out: written down.")


@needs("readiness.record", back=preparation.preparation)
def confirm(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The patient confirmed food, drink and medicines on the telephone."""
    pages.of(request, chart, permission="readiness.record")
    typed = Typed(request)
    visit = typed.text("visit")
    typed.choice("confirmed", ("yes",))
    typed.done()
    lines = tuple(request.POST.getlist("line"))
    act.confirm_holds(request.principal, str(chart), at=request.at, visit=visit, lines=lines)
    return go(request, "preparation", chart=chart, said="Confirmed for the next dose.")
