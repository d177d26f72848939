"""Medicine at home: what is done with it, each from its own form of the page of treatment at home."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import supply as act
from openkap.clinical.quantity import Milligrams
from openkap.web.at_home import at_home
from openkap.web.door import go, needs
from openkap.web.typed import Typed

_SAID = "Write what they said"


@needs("plan.approve", back=at_home)
def send(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Units go to the home."""
    typed = Typed(request)
    units, each = typed.whole("units"), typed.amount("each", Milligrams)
    lot = typed.text("lot", todo="Write the lot number on the box")
    by = typed.text("by", todo="Write who carries it, and the number of the parcel")
    typed.done()
    act.send(request.principal, str(chart), at=request.at, units=units, each=each, lot=lot, by=by)
    return _back(request, chart, "Sent: written down.")


@needs("visit.check", back=at_home)
def ask(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The patient asks for more."""
    typed = Typed(request)
    said = typed.text("said", todo=_SAID)
    typed.done()
    act.ask(request.principal, str(chart), at=request.at, said=said)
    return _back(request, chart, "Asked for more: written down.")


@needs("visit.check", back=at_home)
def count(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What is there."""
    typed = Typed(request)
    units = typed.whole("units")
    typed.done()
    act.count(request.principal, str(chart), at=request.at, units=units)
    return _back(request, chart, "The count is written down.")


@needs("visit.check", back=at_home)
def give_back(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Units came back."""
    typed = Typed(request)
    units, to = typed.whole("units"), typed.text("to", todo="Write whom they went to")
    typed.done()
    act.give_back(request.principal, str(chart), at=request.at, units=units, to=to)
    return _back(request, chart, "Returned: written down.")


@needs("visit.check", back=at_home)
def lose(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Units are gone."""
    typed = Typed(request)
    units, said = typed.whole("units"), typed.text("said", todo=_SAID)
    typed.done()
    act.lose(request.principal, str(chart), at=request.at, units=units, said=said)
    return _back(request, chart, "Written down. A prescriber hears of it.")


def _back(request: HttpRequest, chart: UUID, said: str) -> HttpResponseBase:
    return go(request, "at-home", chart=chart, said=said)
