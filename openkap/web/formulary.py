"""The clinic's drugs: what is stocked, the most that is given by each route, the lots on the shelf."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from openkap.actions import formulary as act
from openkap.clinical.formulary import FORMS, Lot
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres
from openkap.records import policy
from openkap.records.competence import staff
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed


@needs("formulary.read")
def formulary(request: HttpRequest) -> HttpResponseBase:
    """Everything, with who set it, and the forms of whoever may change it."""
    who, made = request.principal, request.protocol.formulary
    names = {user: one.name for user, one in staff(who.clinic).items()}
    today = timezone.localtime(request.at).date()
    context = {
        "presentations": [
            {
                "fact": e.fact,
                "by": names.get(e.author, ""),
                "at": e.effective_at,
                "lots": _lots(made.lots, e, today),
            }
            for e in made.presentations.values()
        ],
        "routes": [
            {"route": route, "set": made.highest.get(route.id), "by": ""}
            for route in request.protocol.routes.values()
        ],
        "may_set": policy.may(who, "formulary.set"),
        "may_limit": policy.may(who, "highest.set"),
        "may_record": policy.may(who, "lot.record"),
        "forms": [(form, form.capitalize()) for form in FORMS],
        "route_choice": [("", "Choose"), *_route_options(request.protocol)],
        "route_options": _route_options(request.protocol),
        "known": [
            ("", "Choose"),
            *((id, e.fact.title) for id, e in made.presentations.items() if e.fact.stocked),
        ],
        "usable": [
            ("", "Choose"),
            *((lot.id, f"{lot.number}, {lot.of.title}") for lot in made.lots.values() if not lot.withdrawn),
        ],
        "titles": {route.id: route.title for route in request.protocol.routes.values()},
    }
    return show(request, "formulary.html", context)


def _lots(lots: dict[str, Lot], presentation: Any, today: Any) -> list[dict[str, Any]]:
    found = [lot for lot in lots.values() if lot.of.presentation == presentation.fact.presentation]
    ordered = sorted(found, key=lambda lot: (bool(lot.withdrawn), lot.expires_on))
    return [{"lot": lot, "expired": today > lot.expires_on} for lot in ordered]


def _route_options(protocol: Protocol) -> list[tuple[str, str]]:
    return [(route.id, route.title) for route in protocol.routes.values()]


@needs("formulary.set", back=formulary)
def set_presentation(request: HttpRequest) -> HttpResponseBase:
    """A drug in one form and strength, from the words of its label."""
    typed = Typed(request)
    unit = typed.amount("unit", Milligrams, required=False)
    said = {
        "title": typed.text("title", todo="Write it as on the box"),
        "form": typed.choice("form", FORMS),
        "routes": typed.several("routes", request.protocol.routes),
        "concentration": typed.amount("concentration", MgPerMl, required=False),
        "volume": typed.amount("volume", Millilitres, required=False),
        "diluted": typed.amount("diluted", MgPerMl, required=False),
        **({"unit": unit} if unit else {}),
    }
    typed.done()
    entry = act.set_presentation(request.principal, at=request.at, **said)
    return go(request, "formulary", said=f"{entry.fact.title}: {entry.fact.unit} in one.")


@needs("formulary.set", back=formulary)
def unstock(request: HttpRequest) -> HttpResponseBase:
    """A presentation is no longer used here; what was given from it stays as it is."""
    typed = Typed(request)
    made = request.protocol.formulary
    id = typed.choice("presentation", [id for id, e in made.presentations.items() if e.fact.stocked])
    typed.done()
    fact = made.presentations[id].fact
    names = ("presentation", "title", "routes", "form", "unit", "concentration", "volume", "diluted")
    said = {name: getattr(fact, name) for name in names}
    act.set_presentation(request.principal, at=request.at, stocked=False, **said)
    return go(request, "formulary", said=f"{fact.title} is no longer stocked.")


@needs("highest.set", back=formulary)
def set_highest(request: HttpRequest) -> HttpResponseBase:
    """The most this clinic gives by a route, signed by the medical director."""
    typed = Typed(request)
    said = {
        "route": typed.choice("route", request.protocol.routes),
        "dose": typed.amount("dose", Milligrams, required=False),
        "session": typed.amount("session", Milligrams, required=False),
        "reason": typed.text("reason", todo="Write what it rests on"),
        "signed_name": typed.text("signed_name", todo="Type your name to sign"),
    }
    typed.done()
    act.set_highest(request.principal, at=request.at, **said)
    return go(request, "formulary", said=f"Set for {request.protocol.routes[said['route']].title.lower()}.")


@needs("lot.record", back=formulary)
def record_lot(request: HttpRequest) -> HttpResponseBase:
    """A lot came in."""
    typed = Typed(request)
    said = {
        "presentation": typed.choice("presentation", request.protocol.formulary.presentations),
        "number": typed.text("number", todo="Write the lot number as printed"),
        "expires_on": typed.day("expires_on"),
    }
    typed.done()
    act.record_lot(request.principal, at=request.at, **said)
    return go(request, "formulary", said=f"Lot {said['number']} recorded.")


@needs("lot.record", back=formulary)
def withdraw_lot(request: HttpRequest) -> HttpResponseBase:
    """Nothing more is given from a lot."""
    typed = Typed(request)
    lot = typed.choice("lot", request.protocol.formulary.lots)
    reason = typed.text("reason", todo="Write why")
    typed.done()
    act.withdraw_lot(request.principal, lot=lot, reason=reason, at=request.at)
    return go(request, "formulary", said="The lot is withdrawn.")
