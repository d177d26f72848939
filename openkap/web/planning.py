"""The plan of a series: built from fields, checked on a page of its own, then signed by two people."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from openkap.actions import planning as act
from openkap.clinical import plan_changes, plan_progress
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.refusal import BadFields
from openkap.records import policy
from openkap.web import pages, plan_form, plan_shown
from openkap.web.door import go, needs, show
from openkap.web.people import names
from openkap.web.signature import own_name
from openkap.web.typed import Typed

ASKED_WHEN_CHECKED = ("csrfmiddlewaretoken", "form", "seen", "signed", "outside_reason", "point_checked")
"""Fields of the page to sign on: all others are carried there unseen."""


@needs("chart.read")
def plan(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The plan in force dose by dose, its versions, and the form that writes the next one."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    who, protocol = request.principal, frame["protocol"]
    now = plan_form.in_force(frame)
    fact = now["plan"].fact if now["plan"] else None
    case = plan_form.case_of(frame)
    context = {
        **now,
        "lines": plan_shown.lines(fact, protocol) if fact else [],
        "doses": plan_progress.progress(case, now["plan"]) if fact else (),
        "stop_now": plan_progress.time_to_stop(case, now["plan"]) if fact else "",
        "versions": _versions(frame, request),
        "offered": plan_form.offered(protocol),
        "held": plan_form.held(fact, protocol),
        "routes_weighed": [plan_shown.weighing(frame, route) for route in protocol.routes.values()],
        "weight_words": plan_shown.weight_words(frame, who),
        "plan_gate": frame["status"].gates["approve-plan"],
        "can_plan": policy.may(who, "plan.approve"),
        "can_countersign": policy.may(who, "plan.countersign"),
        "sign_hint": f"You are signed in as {who.name}.",
    }
    return show(request, "preparation/plan.html", frame | context)


def _versions(frame: dict[str, Any], request: HttpRequest) -> list[dict[str, Any]]:
    """Newest first, each with who signed it."""
    told = plan_changes.versions(plan_form.case_of(frame))
    by = names(request.principal, [version.entry.author for version in told])
    return [
        {"version": version, "by": by.get(version.entry.author, version.entry.author)}
        for version in reversed(told)
    ]


@needs("plan.approve")
def preview(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What stands beside the choice, for the form as it is being typed: a part of a page."""
    frame = pages.of(request, chart, permission="plan.approve")
    typed = Typed(request)
    fields = plan_form.read(typed, frame["protocol"])
    told = plan_shown.beside(frame, fields, request.principal)
    unread = plan_form.unread(typed)
    return render(request, "preparation/plan_beside.html", {"beside": told, "unread": unread})


@needs("plan.approve")
def again(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Back from the page to sign on to the form, with everything that was typed."""
    return plan(request, chart=chart)


@needs("plan.approve", back=plan)
def check(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Everything that is about to be signed, on one page."""
    frame = pages.of(request, chart, permission="plan.approve", here="preparation")
    typed = Typed(request)
    fields = plan_form.read(typed, frame["protocol"])
    typed.done()
    if faults := plan_form.faults(frame, PlanApproved(**fields)):
        raise BadFields(faults)
    return show(request, "preparation/plan_check.html", frame | _to_sign(frame, fields, request))


def _to_sign(frame: dict[str, Any], fields: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    before = plan_form.in_force(frame)["plan"]
    draft = PlanApproved(**fields)
    return {
        "lines": plan_shown.lines(draft, frame["protocol"]),
        "changes": plan_changes.differences(before.fact, draft, frame["protocol"]) if before else (),
        "beside": plan_shown.beside(frame, fields, request.principal),
        "kept": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ASKED_WHEN_CHECKED
        ],
        "gate": frame["status"].gates["approve-plan"],
        "point_options": [("yes", "The dose is meant as it stands")],
        "sign_hint": f"You are signed in as {request.principal.name}.",
    }


@needs("plan.approve", back=check)
def sign(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The prescriber signs the plan just checked."""
    typed = Typed(request)
    fields = plan_form.read(typed, pages.of(request, chart, permission="plan.approve")["protocol"])
    own_name(typed, request.principal)
    meant = typed.choice("point_checked", ("yes",), required=False) == "yes"
    typed.done()
    act.approve_plan(
        request.principal, str(chart), at=request.at, seen=typed.seen, point_checked=meant, **fields
    )
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
