"""The drug of a visit: out of the cupboard, back into it, thrown away before a witness."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from openkap.actions import balance as act
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.records.models import User
from openkap.records.policy import NotFound, principal_of
from openkap.web.door import go, needs
from openkap.web.dosing import sender_id, visit
from openkap.web.signin import proven
from openkap.web.typed import Typed


@needs("dose.give", back=visit)
def draw(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Whole vials, lozenges or devices are taken out for this visit."""
    typed = Typed(request)
    lots = request.protocol.formulary.lots
    said = {"units": typed.whole("units")}
    if lots:
        said["lot"] = typed.choice("drug_lot", lots)
    else:
        said["number"] = typed.text("number", todo="Write the lot number as printed")
        said["each"] = typed.amount("each", Milligrams)
    typed.done()
    try:
        act.draw(request.principal, str(chart), at=request.at, visit=visit, **said, **sender_id(typed))
    except BadInput as fault:
        raise BadInput("drug_lot" if fault.where == "lot" else fault.where, fault.what, fault.todo) from fault
    return _room(request, chart, visit, "What was taken out is recorded.")


@needs("dose.give", back=visit)
def give_back(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Unopened units go back."""
    typed = Typed(request)
    said = {"drawn": typed.text("drawn", todo="Choose the lot"), "units": typed.whole("units")}
    typed.done()
    act.give_back(request.principal, str(chart), at=request.at, visit=visit, **said, **sender_id(typed))
    return _room(request, chart, visit, "What went back is recorded.")


@needs("dose.give", back=visit)
def waste(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """What was left is thrown away; a witness signs next."""
    typed = Typed(request)
    said = {
        "drawn": typed.text("drawn", todo="Choose the lot"),
        "amount": typed.amount("amount", Milligrams),
        "how": typed.text("how", todo="Write how it was made useless"),
    }
    typed.done()
    act.waste(request.principal, str(chart), at=request.at, visit=visit, **said, **sender_id(typed))
    return _room(request, chart, visit, "Recorded. Now whoever saw it signs.")


@needs("drug.witness", back=visit)
def witness(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Somebody else saw it and signs with their own name and password, here or at their own screen."""
    typed = Typed(request)
    waste = typed.text("waste")
    username = typed.text("username", todo="Write the name you sign in with")
    typed.done()
    who = principal_of(_whose(request, username))
    try:
        act.witness(who, str(chart), at=request.at, visit=visit, waste=waste)
    except NotFound:
        raise BadInput("username", "this person may not witness here", "Ask somebody of this visit") from None
    except BadInput as fault:
        raise BadInput("username", fault.what, fault.todo) from fault
    return _room(request, chart, visit, f"Witnessed by {who.name}.")


def _whose(request: HttpRequest, username: str) -> User:
    """The account behind a name and its password. A demonstration's own accounts have none to ask for."""
    if settings.DEMO:
        found = User.objects.filter(username=username, is_active=True, clinic__demonstration=True).first()
        if found and not found.has_usable_password():
            return found
    return proven(request, username, request.POST.get("password", ""))


@needs("visit.close", back=visit)
def difference(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """It does not add up: why, and who looks into it."""
    typed = Typed(request)
    said = {
        "reason": typed.text("reason", todo="Write what is known"),
        "owner": typed.text("owner", todo="Choose"),
    }
    typed.done()
    act.accept_variance(request.principal, str(chart), at=request.at, visit=visit, **said, **sender_id(typed))
    return _room(request, chart, visit, "The difference is recorded and an incident is open.")


def _room(request: HttpRequest, chart: UUID, visit: str, said: str) -> HttpResponseBase:
    return go(request, "visit", said=said, chart=chart, visit=visit)
