"""How well doses were followed up: figures of the clinic and of each therapist, and what is behind them."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from openkap.clinical import coverage as pure
from openkap.clinical.coverage import CALL, LATE, MISSING, SESSION, Figure, Followed
from openkap.records import coverage as records
from openkap.records.coverage import OfChart
from openkap.web import people
from openkap.web.door import link, needs, show

NOBODY = "no therapist on the care team"
WHAT = {SESSION: "Session", CALL: "Call on the next day"}


@needs("coverage.read")
def coverage(request: HttpRequest) -> HttpResponseBase:
    """Figures for all who may see lists; names only of charts the reader may open."""
    charts = records.of_clinic(request.principal, request.at)
    by_therapist: dict[str, list[Followed]] = {}
    for one in charts:
        by_therapist.setdefault(one.therapist, []).extend(one.followed)
    names = people.names(request.principal, by_therapist)
    rows = [("The whole clinic", _cells(f for one in charts for f in one.followed))]
    rows += sorted((names.get(user, NOBODY), _cells(every)) for user, every in by_therapist.items())
    context = {
        "rows": rows,
        "states": pure.STATES,
        "doses": sum(len(one.followed) for one in charts) // 2,
        "lines": [line for one in charts if one.opens for line in _lines(one)],
        "closed": sum(not one.opens for one in charts),
    }
    return show(request, "integration/coverage.html", context)


def _cells(every: Iterable[Followed]) -> list[dict[str, Any]]:
    kept = list(every)
    return [{"what": WHAT[what], **said(pure.figure(kept, what))} for what in (SESSION, CALL)]


def said(figure: Figure) -> dict[str, Any]:
    """ "7 of 9 in time (78 %)", and each count."""
    share = figure.share
    in_time = figure.counts[pure.IN_TIME]
    says = "nothing fell due yet" if share is None else f"{in_time} of {figure.due} ({share:.0%})"
    return {"says": says, "counts": [figure.counts[state] for state in pure.STATES]}


def _lines(one: OfChart) -> list[dict[str, Any]]:
    """What was late or not done, each with its dose and where it is recorded."""
    return [
        {
            "name": one.row.name,
            "href": link("integration", chart=str(one.row.chart)),
            "says": f"{WHAT[followed.what].lower()} after dose {followed.visit.number}",
            "by": followed.by,
            "done": followed.done,
        }
        for followed in one.followed
        if followed.state in (LATE, MISSING)
    ]
