"""The plan of a series: built from fields, checked on a page of its own, then signed by two people."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import planning as act
from openkap.clinical.chart import Chart
from openkap.clinical.quantity import MgPerKg, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.records import policy
from openkap.web import pages, plan_form, words
from openkap.web.door import go, needs, show
from openkap.web.people import names
from openkap.web.plan_form import INDICATIONS, ranges, sum_in_words
from openkap.web.signature import own_name
from openkap.web.typed import Typed


def _plan(request: HttpRequest, typed: Typed) -> dict[str, Any]:
    """The fields of PlanApproved, every fault kept."""
    by = typed.choice("dose_by", ("weight", "fixed"))
    plan = {
        "indication": typed.choice("indication", INDICATIONS),
        "route": typed.choice("route", request.protocol.routes),
        "mg_per_kg": typed.amount("mg_per_kg", MgPerKg) if by == "weight" else None,
        "fixed": typed.amount("fixed", Milligrams) if by == "fixed" else None,
        "minutes": typed.whole("minutes"),
        "sessions": typed.whole("sessions"),
        "every_days": typed.whole("every_days"),
        "reason": typed.text("reason", todo="Write why this plan for this person"),
    }
    typed.done()
    return plan


@needs("chart.read")
def plan(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The plan in force with its signatures, and the form that writes a new one."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    context = plan_form.builder(frame)
    who, approved = request.principal, context["plan"]
    by = names(who, [approved.author]) if approved else {}
    context |= {
        "approved_by": by.get(approved.author, approved.author) if approved else "",
        "can_plan": policy.may(who, "plan.approve"),
        "can_countersign": policy.may(who, "plan.countersign"),
        "sign_hint": f"You are signed in as {who.name}.",
    }
    return show(request, "preparation/plan.html", frame | context)


@needs("plan.approve", back=plan)
def check(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Everything that is about to be signed, on one page."""
    typed = Typed(request)
    plan = _plan(request, typed)
    frame = pages.of(request, chart, permission="plan.approve", here="preparation")
    return show(request, "preparation/plan_check.html", frame | _shown(frame, plan, request))


def _shown(frame: dict[str, Any], plan: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    hidden = ("csrfmiddlewaretoken", "form", "seen", "signed")
    return {
        "draft": plan,
        "draft_route": request.protocol.routes[plan["route"]],
        "draft_ranges": ranges(request.protocol.routes[plan["route"]]),
        "draft_sum": sum_in_words(frame["chart"], plan["mg_per_kg"], plan["fixed"]),
        "kept": [(name, value) for name, value in request.POST.items() if name not in hidden],
        "gate": frame["status"].gates["approve-plan"],
        "sign_hint": f"You are signed in as {request.principal.name}.",
    }


@needs("plan.approve", back=check)
def sign(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The prescriber signs the plan just checked."""
    typed = Typed(request)
    plan = _plan(request, typed)
    own_name(typed, request.principal)
    typed.done()
    act.approve_plan(request.principal, str(chart), at=request.at, seen=typed.seen, **plan)
    said = "The plan is approved and signed with your name. A therapist countersigns it before a dose."
    return go(request, "plan", chart=chart, said=said)


@needs("plan.countersign", back=plan)
def countersign(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The therapist stands by the plan that was on the page."""
    typed = Typed(request)
    signed, plan_id = own_name(typed, request.principal), typed.text("plan_id", todo="Open the plan again")
    typed.done()
    act.countersign(
        request.principal, str(chart), at=request.at, seen=typed.seen, plan_id=plan_id, signed_name=signed
    )
    return go(request, "plan", chart=chart, said="The plan is countersigned with your name.")


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
