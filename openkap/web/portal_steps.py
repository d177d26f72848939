"""The patient's own small steps and homework: what was agreed, and how it went, without a score."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import insights as act
from openkap.clinical import insights
from openkap.clinical.insights import Step
from openkap.records.read import NotFound
from openkap.web import integration_words
from openkap.web.consents import case_of
from openkap.web.door import go, needs, show
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed


@needs("portal.read")
def steps(request: HttpRequest) -> HttpResponseBase:
    """What waits to be done, then what was told before."""
    frame = frame_of(request)
    told = [_told(frame, step) for step in reversed(insights.steps(case_of(frame)))]
    return show(
        request,
        "portal/steps.html",
        frame
        | {
            "waiting": [one for one in told if one["step"].waits],
            "settled": [one for one in told if not one["step"].waits],
        },
    )


@needs("step.tell")
def step(request: HttpRequest, step: str) -> HttpResponseBase:
    """How did it go? NotFound for a step that is not mine."""
    frame = frame_of(request)
    found = next((one for one in insights.steps(case_of(frame)) if one.fact.step == step), None)
    if found is None:
        raise NotFound
    context = {"one": _told(frame, found), "went_options": list(integration_words.WENT.items())}
    return show(request, "portal/step.html", frame | context)


@needs("step.tell", back=step)
def tell(request: HttpRequest, step: str) -> HttpResponseBase:
    typed = Typed(request)
    fields = {"went": typed.choice("went", insights.WENT), "words": typed.text("words", required=False)}
    typed.done()
    own = str(request.principal.chart)
    act.tell_step(request.principal, own, at=request.at, via=PORTAL, step=step, **fields)
    return go(request, "portal-steps", said="Thank you. It is written down in your words.")


def _told(frame: dict[str, Any], step: Step) -> dict[str, Any]:
    """A step with what it began with, and the last that was told of it."""
    return {
        "step": step,
        "says": integration_words.step(step.fact),
        "began_with": insights.began_with(step, frame["chart"]),
        "last": step.told[-1] if step.told else None,
    }
