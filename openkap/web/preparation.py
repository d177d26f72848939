"""Preparation: what is in place before the first dose, what is missing, and who supplies it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import preparation as act
from openkap.clinical.chart import Chart
from openkap.clinical.entries.preparation import Intention, PreparationHeld
from openkap.records import policy, read
from openkap.web import consents, pages, plan_form, ready
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed


@needs("chart.read")
def preparation(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The checklist, and a form for each thing on it."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    return show(
        request, "preparation/preparation.html", frame | _context(request, frame) | plan_form.in_force(frame)
    )


def _context(request: HttpRequest, frame: dict[str, Any]) -> dict[str, Any]:
    chart: Chart = frame["chart"]
    return ready.parts(frame) | {
        "team": read.team(request.principal, frame["chart_id"]),
        "documents": consents.documents(frame),
        "intention": chart.latest(Intention),
        "sessions": chart.all(PreparationHeld),
        "can": {
            "consent": policy.may(request.principal, "consent.sign"),
            "withdraw": policy.may(request.principal, "consent.withdraw"),
            "explain": policy.may(request.principal, "consent.explain"),
            "permit": policy.may(request.principal, "permission.answer"),
            "ready": policy.may(request.principal, "readiness.record"),
            "intention": policy.may(request.principal, "intention.set"),
            "hold": policy.may(request.principal, "preparation.hold"),
            "plan": policy.may(request.principal, "plan.approve"),
            "score": policy.may(request.principal, "score.record"),
        },
    }


@needs("intention.set", back=preparation)
def intention(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The patient's intention, as they said it."""
    typed = Typed(request)
    said = typed.text("words", todo="Write it in the patient's own words")
    typed.done()
    act.set_intention(request.principal, str(chart), at=request.at, words=said)
    return go(request, "preparation", chart=chart, said="The intention is written down.")


@needs("preparation.hold", back=preparation)
def session(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A preparation session took place."""
    typed = Typed(request)
    minutes, note = typed.whole("minutes"), typed.text("note", todo="Write what was talked about")
    typed.done()
    act.hold_preparation(request.principal, str(chart), at=request.at, minutes=minutes, note=note)
    return go(request, "preparation", chart=chart, said="The preparation session is recorded.")
