"""Insights and the small actions that follow from them, as the staff writes them down."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import insights as act
from openkap.clinical.insights import WENT
from openkap.web.door import go, needs
from openkap.web.integration import integration, visit_of
from openkap.web.typed import Typed


@needs("integration.hold", back=integration)
def note(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What came up, what is meant to follow, and the first small step where there is one."""
    typed = Typed(request)
    fields = {
        "visit": visit_of(typed),
        "words": typed.text("words", todo="Write what came up, in the patient's words"),
        "intention": typed.text("intention", required=False),
        "step": tuple(typed.text(name, required=False) for name in ("what", "when", "with_whom")),
    }
    typed.done()
    act.note_insight(request.principal, str(chart), at=request.at, **fields)
    return go(request, "integration", chart=chart, said="The insight is written down.")


@needs("integration.hold", back=integration)
def agree(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """One more small step, or homework until the next session."""
    typed = Typed(request)
    follows = typed.text("insight", todo="Choose what it follows from")
    fields = {
        "what": typed.text("what", todo="Write the small step"),
        "when": typed.text("when", todo="Write when it will be done"),
        "with_whom": typed.text("with_whom", required=False),
    }
    typed.done()
    if follows == "homework":
        act.give_homework(request.principal, str(chart), at=request.at, **fields)
        return go(request, "integration", chart=chart, said="The homework is written down.")
    act.agree_step(request.principal, str(chart), at=request.at, insight=follows, **fields)
    return go(request, "integration", chart=chart, said="The small step is written down.")


@needs("step.tell", back=integration)
def tell(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """How a step went, as the therapist heard it."""
    typed = Typed(request)
    fields = {
        "step": typed.text("step", todo="Choose the step"),
        "went": typed.choice("went", WENT),
        "words": typed.text("words", required=False),
    }
    typed.done()
    act.tell_step(request.principal, str(chart), at=request.at, **fields)
    return go(request, "integration", chart=chart, said="How it went is written down.")
