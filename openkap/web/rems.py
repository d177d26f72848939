"""The REMS fields of a visit with esketamine: read, completed, reviewed by name, sent by the clinic."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import rems as act
from openkap.clinical import rems as clinical
from openkap.clinical.case import Case
from openkap.clinical.entries.recovery import RemsSent
from openkap.records import policy
from openkap.records.read import NotFound
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.signature import own_name
from openkap.web.typed import Typed


@needs("visit.read")
def rems(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Each field with what the chart says, or what is missing, and where the form stands."""
    frame = pages.of(request, chart, permission="visit.read", here="dosing")
    case = Case(frame["chart"], request.protocol, request.at, visit)
    found = clinical.fields(case)
    if not found:
        raise NotFound
    review = clinical.reviewed(case)
    given = {one.field: one.answer for one in review.fact.answers} if review else {}
    dues = [due for due in clinical.due(case) if due.visit == visit]
    told: dict[str, Any] = {
        "visit_id": visit,
        "fields": [
            {"field": one, "answer": given.get(one.id, ""), "name": f"answer-{one.id}"} for one in found
        ],
        "shown": clinical.digest(found),
        "review": review,
        "sent": case.latest(RemsSent, visit=visit),
        "due": dues[0] if dues else None,
        "may_review": policy.may(request.principal, "rems.review"),
    }
    return show(request, "room/rems.html", frame | told)


@needs("rems.review", back=rems)
def review(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """What is shown is right; what was missing is answered."""
    typed = Typed(request)
    signed = own_name(typed, request.principal)
    names = [name for name in request.POST if name.startswith("answer-")]
    answers = {name.removeprefix("answer-"): typed.text(name, todo="Answer it") for name in names}
    typed.done()
    said = tuple(f"{id}\t{answer}" for id, answer in answers.items())
    fields = {"visit": visit, "shown": typed.data.get("shown", ""), "signed_name": signed, "answers": said}
    act.review_rems(request.principal, str(chart), at=request.at, **fields)
    return go(request, "visit-rems", said="Reviewed with your name.", chart=chart, visit=visit)


@needs("rems.review", back=rems)
def sent(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The clinic sent it."""
    typed = Typed(request)
    reference = typed.text("reference", required=False)
    typed.done()
    act.send_rems(request.principal, str(chart), at=request.at, visit=visit, reference=reference)
    return go(request, "visit-rems", said="Recorded as sent.", chart=chart, visit=visit)
