"""What to expect hour by hour, and how ketamine is thought to work: the same pages for every patient.

No view here opens a chart. What is shown is a typical adult's, from the protocol's own texts.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from openkap.clinical.protocol import Source
from openkap.protocol.read_explained import STAGES, Way, explained
from openkap.records.read import NotFound
from openkap.web.door import needs, show
from openkap.web.hours import hours

SHOWN_BESIDE_HOW = "iv"
"""The way the slider of the explanation shows: the one that has been studied most."""


@needs("portal.read")
def expect(request: HttpRequest) -> HttpResponseBase:
    """Every way the clinic's protocol knows."""
    _patient(request)
    told = explained()
    ways = [way for way in told.ways.values() if way.id in request.protocol.routes]
    return show(request, "portal/expect.html", {"title": told.expect_title, "ways": ways})


@needs("portal.read")
def by_way(request: HttpRequest, way: str) -> HttpResponseBase:
    """One way, hour by hour."""
    _patient(request)
    told, route = explained(), request.protocol.routes.get(way)
    shown = told.ways.get(way)
    if shown is None or route is None:
        raise NotFound
    found = _hours(request, shown)
    stages = [
        {"id": name, "part": told.stages[name], "when": found.stages.get(name, "") if found else ""}
        for name in STAGES
    ]
    rests_on = [shown, *told.stages.values()]
    return show(
        request,
        "portal/hours.html",
        {
            "way": shown,
            "hours": found,
            "stages": stages,
            "timing": route.timing,
            "sources": _sources(rests_on, told.sources),
        },
    )


@needs("portal.read")
def how(request: HttpRequest) -> HttpResponseBase:
    """How ketamine is thought to work, with what nobody knows."""
    _patient(request)
    told = explained()
    way = told.ways[SHOWN_BESIDE_HOW]
    return show(
        request,
        "portal/how.html",
        {
            "title": told.how_title,
            "parts": told.how,
            "hours": _hours(request, way) if way.id in request.protocol.routes else None,
            "way": way,
            "sources": _sources(told.how, told.sources),
        },
    )


def _patient(request: HttpRequest) -> None:
    if not request.principal.chart:
        raise NotFound


def _hours(request: HttpRequest, way: Way) -> Any:
    if way.regimen is None:
        return None
    return hours(way.regimen, explained().typical, request.protocol.routes[way.id].earliest_discharge)


def _sources(parts: Iterable[Any], known: Any) -> list[Source]:
    """Each once, in the order they are first leant on."""
    names = dict.fromkeys(name for part in parts for name in part.sources)
    return [known[name] for name in names]
