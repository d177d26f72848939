"""When something goes wrong: the ladder, medicines by order, and the emergency in two taps."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import rescue as act
from openkap.web.door import go, needs
from openkap.web.dosing import sender_id, visit
from openkap.web.typed import Typed
from openkap.web.when import happened


@needs("visit.observe", back=visit)
def step(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """One rung, or a symptom that jumps to the last one."""
    typed, room = Typed(request), request.protocol.room
    sign = typed.choice("sign", [one.id for one in room.signs], required=False)
    chosen = typed.choice("step", [one.id for one in room.ladder], required=not sign)
    when = happened(typed, request.at)
    typed.done()
    taken = room.ladder[-1].id if sign else chosen
    act.take_step(
        request.principal,
        str(chart),
        at=request.at,
        visit=visit,
        step=taken,
        sign=sign,
        **sender_id(typed),
        **when,
    )
    says = next(one.says for one in room.ladder if one.id == taken)
    return _room(request, chart, visit, f"Recorded: {says}.")


@needs("visit.observe", back=visit)
def medicine(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A medicine that a named prescriber ordered went in."""
    typed, room = Typed(request), request.protocol.room
    fields = {
        "medicine": typed.choice("medicine", [one.id for one in room.medicines]),
        "what": typed.text("what", required=False),
        "dose": typed.text("dose", todo="Write the dose as it was ordered, with its unit"),
        "way": typed.choice("way", room.ways),
        "ordered_by_user": typed.choice("ordered_by_user", act.prescribers(request.principal.clinic)),
        "reason": typed.text("reason", required=False),
    }
    when = happened(typed, request.at)
    typed.done()
    act.give_medicine(
        request.principal, str(chart), at=request.at, visit=visit, **sender_id(typed), **fields, **when
    )
    return _room(request, chart, visit, "The medicine is recorded.")


@needs("visit.observe", back=visit)
def declare(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The second of two taps: medical, or fire."""
    typed = Typed(request)
    what, when = typed.choice("what", (act.MEDICAL, act.FIRE)), happened(typed, request.at)
    typed.done()
    act.declare(
        request.principal, str(chart), at=request.at, visit=visit, what=what, **sender_id(typed), **when
    )
    fire = "The visit is stopped. Leave with the patient; what happens outside can be recorded here."
    said = fire if what == act.FIRE else "Emergency recorded. Keep charting; the visit goes on."
    return _room(request, chart, visit, said)


@needs("visit.observe", back=visit)
def over(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The emergency has ended."""
    typed = Typed(request)
    outcome, when = typed.text("outcome", todo="Write how it ended"), happened(typed, request.at)
    typed.done()
    act.end_emergency(
        request.principal, str(chart), at=request.at, visit=visit, outcome=outcome, **sender_id(typed), **when
    )
    return _room(request, chart, visit, "Recorded: the emergency is over.")


def _room(request: HttpRequest, chart: UUID, visit: str, said: str) -> HttpResponseBase:
    return go(request, "visit", said=said, chart=chart, visit=visit)
