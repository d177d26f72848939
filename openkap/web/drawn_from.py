"""Where a dose is drawn from: the lots the formulary offers, or, where a clinic has none, what was typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from openkap.clinical.formulary import Lot, unset_words
from openkap.clinical.quantity import MgPerMl
from openkap.clinical.refusal import BadInput
from openkap.web import words
from openkap.web.typed import Typed

NO_LOTS = "This clinic has recorded no lots, so the strength is typed from the vial."


def offered(request: HttpRequest, route: str) -> dict[str, Any]:
    """What the dose form needs: `lots` as options, `lots_used`, and what the director has not set."""
    made = request.protocol.formulary
    usable = made.for_route(route, _today(request))
    return {
        "lots_used": bool(made.lots),
        "lots": [("", "Choose the lot"), *((lot.id, _label(lot)) for lot in usable)] if usable else [],
        "no_lots": NO_LOTS,
        "highest": made.most(route),
        "highest_unset": unset_words(made, route),
    }


def typed(request: HttpRequest, form: Typed, *, drawn_up: bool) -> tuple[MgPerMl | None, str]:
    """(concentration, lot) of the dose form. With lots in use the strength is the lot's and is not typed."""
    if request.protocol.formulary.lots:
        return None, form.choice("lot", request.protocol.formulary.lots)
    concentration = form.amount("concentration", MgPerMl) if drawn_up else None
    return concentration, form.text("lot", todo="Write the lot number on the vial or package")


def concentration(request: HttpRequest, route: str, sent: Mapping[str, str]) -> MgPerMl | None:
    """What the sum is drawn up at. BadInput when the lot may not be used or the number cannot be read."""
    made = request.protocol.formulary
    if not made.lots and not request.protocol.routes[route].drawn_up:
        return None
    if not made.lots:
        return MgPerMl.parse(sent.get("concentration", ""), "concentration")
    lot = made.lots.get(sent.get("lot", ""))
    if lot is None:
        raise BadInput("lot", "no lot is chosen", "Choose the lot")
    if why := made.keeps_off(lot, route, _today(request)):
        raise BadInput("lot", why, "Take another one")
    return lot.concentration


def _label(lot: Lot) -> str:
    return f"{lot.of.title}: {lot.label}; lot {lot.number}, until {words.day(lot.expires_on)}"


def _today(request: HttpRequest) -> date:
    return timezone.localtime(request.at).date()
