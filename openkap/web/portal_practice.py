"""The patient's practices: a timer that needs no network, and what was practised, without a score."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import practice as act
from openkap.clinical import practices as known
from openkap.clinical.case import order
from openkap.clinical.entries.practice import Practised
from openkap.records.read import NotFound
from openkap.web import when
from openkap.web.door import go, needs, show
from openkap.web.dosing import sender_id
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed

LINES_SHOWN = 20
WAITS_AT_MOST = timedelta(days=14)
"""How long what was told without a network may wait on a phone."""


@needs("portal.read")
def practices(request: HttpRequest) -> HttpResponseBase:
    """What there is to practise, then what was told before."""
    frame = frame_of(request)
    every = frame["protocol"].practices
    entries = sorted(frame["chart"].all(Practised), key=order, reverse=True)[:LINES_SHOWN]
    told = [{"entry": entry, "title": known.title(entry.fact, every)} for entry in entries]
    return show(request, "portal/practices.html", frame | {"practices": every.values(), "told": told})


@needs("practice.tell")
def practice(request: HttpRequest, practice: str) -> HttpResponseBase:
    """One practice with its timer. NotFound where the protocol has none of that name."""
    frame = frame_of(request)
    one = frame["protocol"].practices.get(practice)
    if one is None:
        raise NotFound
    return show(request, "portal/practice.html", frame | {"one": one})


@needs("practice.tell", back=practice)
def tell(request: HttpRequest, practice: str) -> HttpResponseBase:
    """It is over, after however many minutes."""
    typed = Typed(request)
    fields = {
        "minutes": typed.whole("minutes") or 0,
        "words": typed.text("words", required=False),
        **sender_id(typed),
        **when.happened(typed, request.at, within=WAITS_AT_MOST),
    }
    typed.done()
    own = str(request.principal.chart)
    act.tell_practice(request.principal, own, at=request.at, via=PORTAL, practice=practice, **fields)
    return go(request, "portal-practices", said="It is written down.")
