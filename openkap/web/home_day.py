"""The live part of a visit at home: where the patient is, and who sits with them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import home as act
from openkap.web.door import go, needs
from openkap.web.dosing import visit as room
from openkap.web.typed import Typed


@needs("visit.check", back=room)
def confirm(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The patient said where they are."""
    typed = Typed(request)
    said = {name: typed.choice(name, ("yes", "no")) for name in ("here", "number_read")}
    typed.done()
    act.confirm_home(request.principal, str(chart), at=request.at, visit=visit, **said)
    return go(request, "visit", chart=chart, visit=visit, said="Confirmed live: where the patient is.")


@needs("visit.check", back=room)
def sitter(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Who stays with the patient."""
    typed = Typed(request)
    name = typed.text("name", todo="Write their name")
    phone = typed.text("phone", todo="Write a number they answer during the session")
    typed.done()
    act.name_sitter(request.principal, str(chart), at=request.at, visit=visit, name=name, phone=phone)
    return go(request, "visit", chart=chart, visit=visit, said="The sitter is written down.")
