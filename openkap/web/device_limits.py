"""The limits on a device feed: what they are and whether they are on; the switch is for a director alone."""

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import device_limits as act
from openkap.clinical.alerts.judge import value_of
from openkap.clinical.alerts.rules import AlertRule, Beyond
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.wording import value_in_words
from openkap.protocol import read_device_limits
from openkap.records import policy
from openkap.web import words
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed


@needs("visit.read")
def device_limits(request: HttpRequest) -> HttpResponseBase:
    """Every limit with its number as it is in force, and who answers for them."""
    clinic = request.principal.clinic
    context = {
        "limits": [_line(one, request.protocol) for one in read_device_limits.device_limits().limits],
        "on": act.is_on(clinic),
        "switched": act.switched(clinic),
        "may_switch": policy.may(request.principal, "protocol.adopt"),
    }
    return show(request, "device_limits.html", context)


@needs("protocol.adopt", back=device_limits)
def switch(request: HttpRequest) -> HttpResponseBase:
    """Turned on or off, signed with one's own name."""
    typed = Typed(request)
    to = typed.text("to")
    name = typed.text("signed_name", todo="Type your own name to sign")
    reason = typed.text("reason", todo="Write why")
    typed.done()
    if to not in ("on", "off"):
        raise BadInput("to", "it is turned on or off", "Open the page again")
    act.switch(request.principal, on=to == "on", signed_name=name, reason=reason, at=request.at)
    return go(request, "device-limits", said=f"The limits on the device feed are {to}.")


def _line(limit: AlertRule, protocol: Protocol) -> dict[str, str]:
    return {
        "says": limit.says,
        "priority": limit.priority,
        "limits": ", ".join(_bounds(limit, protocol)),
        "delay": f"after {value_in_words(limit.delay)}" if limit.delay else "at once",
        "basis": limit.basis,
        "sources": ", ".join(protocol.sources[name].title for name in limit.sources),
    }


def _bounds(limit: AlertRule, protocol: Protocol) -> list[str]:
    assert isinstance(limit.when, Beyond)
    told = []
    for word, bounds in (
        ("above", limit.when.above),
        ("at least", limit.when.at_least),
        ("below", limit.when.below),
    ):
        for signal, bound in bounds:
            kind, value = protocol.measurements[signal], value_of(bound, protocol)
            number = plain(value) if value is not None else "not set"
            told.append(f"{kind.title} {word} {number} {words.unit(kind.unit)}")
    return told
