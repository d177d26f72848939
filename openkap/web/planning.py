"""The plan of a series: built from fields, checked on a page of its own, then signed by the prescriber."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import planning as act
from openkap.clinical.chart import Chart
from openkap.clinical.quantity import MgPerKg, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.protocol.load import adopted
from openkap.web import pages, preparation, words
from openkap.web.door import go, needs, show
from openkap.web.plan_form import INDICATIONS, ranges, sum_in_words
from openkap.web.typed import Typed


def _plan(typed: Typed) -> dict[str, Any]:
    """The fields of PlanApproved, every fault kept."""
    by = typed.choice("dose_by", ("weight", "fixed"))
    plan = {
        "indication": typed.choice("indication", INDICATIONS),
        "route": typed.choice("route", adopted().routes),
        "mg_per_kg": typed.amount("mg_per_kg", MgPerKg) if by == "weight" else None,
        "fixed": typed.amount("fixed", Milligrams) if by == "fixed" else None,
        "minutes": typed.whole("minutes"),
        "sessions": typed.whole("sessions"),
        "every_days": typed.whole("every_days"),
        "reason": typed.text("reason", todo="Write why this plan for this person"),
    }
    typed.done()
    return plan


@needs("plan.approve", back=preparation.preparation)
def check(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Everything that is about to be signed, on one page."""
    typed = Typed(request)
    plan = _plan(typed)
    frame = pages.of(request, chart, permission="plan.approve", here="preparation")
    return show(request, "preparation/plan_check.html", frame | _shown(frame, plan, request))


def _shown(frame: dict[str, Any], plan: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    hidden = ("csrfmiddlewaretoken", "form", "seen")
    return {
        "draft": plan,
        "draft_route": adopted().routes[plan["route"]],
        "draft_ranges": ranges(adopted().routes[plan["route"]]),
        "draft_sum": sum_in_words(frame["chart"], plan["mg_per_kg"], plan["fixed"]),
        "kept": [(name, value) for name, value in request.POST.items() if name not in hidden],
        "gate": frame["status"].gates["approve-plan"],
    }


@needs("plan.approve", back=preparation.preparation)
def sign(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The prescriber signs the plan just checked."""
    typed = Typed(request)
    plan = _plan(typed)
    act.approve_plan(request.principal, str(chart), at=request.at, seen=typed.seen, **plan)
    return go(request, "preparation", chart=chart, said="The plan is approved and signed with your name.")


@needs("plan.approve")
def plan_sum(request: HttpRequest, chart: UUID) -> HttpResponse:
    """The arithmetic of the dose being typed, as one line of text."""
    frame = pages.of(request, chart, permission="plan.approve")
    return HttpResponse(_typed_sum(request, frame["chart"]), content_type="text/plain; charset=utf-8")


def _typed_sum(request: HttpRequest, chart: Chart) -> str:
    try:
        if request.GET.get("dose_by") == "fixed":
            return sum_in_words(chart, None, Milligrams.parse(request.GET.get("fixed", ""), "mg"))
        return sum_in_words(chart, MgPerKg.parse(request.GET.get("mg_per_kg", ""), "mg/kg"), None)
    except BadInput as fault:
        return words.fault_beside(fault)
