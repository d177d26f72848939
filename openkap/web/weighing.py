"""What a clinician says about one finding: goes past it, confirms that, or judges the words it rests on."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import dosing
from openkap.actions import screening as actions
from openkap.web.door import go, needs
from openkap.web.screening import screening
from openkap.web.typed import Typed


@needs("screening.decide", back=screening)
def override(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A named clinician goes past one finding that allows it, with the reason."""
    typed = Typed(request)
    rule = typed.text("rule")
    reason = typed.text("reason", todo="Write why treatment may go on")
    typed.done()
    dosing.override(request.principal, str(chart), at=request.at, seen=typed.seen, rule=rule, reason=reason)
    return go(request, "screening", chart=chart, said="Your reason is recorded beside the finding.")


@needs("visit.check", back=screening)
def second(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Another person confirms what the first one wrote."""
    typed = Typed(request)
    rule, note = typed.text("rule"), typed.text("note", required=False)
    typed.done()
    dosing.second(request.principal, str(chart), at=request.at, seen=typed.seen, rule=rule, note=note)
    return go(
        request, "screening", chart=chart, said="You have confirmed it. The finding is gone past by two."
    )


@needs("screening.decide", back=screening)
def judge(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The words on file mean what the rule took them for, or they do not."""
    typed = Typed(request)
    so = typed.choice("so", ("yes", "no"))
    reason = typed.text("reason", required=so == "no", todo="Write why it is not so")
    said = {name: typed.text(name) for name in ("of", "value_set", "text")}
    typed.done()
    actions.judge_match(
        request.principal, str(chart), at=request.at, seen=typed.seen, so=so, reason=reason, **said
    )
    done = "Confirmed." if so == "yes" else "Denied. The words stay in the record, with your reason."
    return go(request, "screening", chart=chart, said=done)
