"""The drug in the room: worked out, confirmed, given, and what happens until its end."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import dosing as act
from openkap.actions.balance import draw
from openkap.actions.door import together
from openkap.actions.fields import YES_NO
from openkap.actions.taking import ENDS
from openkap.clinical.infusion import Rate
from openkap.clinical.quantity import MgPerHour, MgPerMinute, MgPerMl, Milligrams, MlPerHour
from openkap.clinical.refusal import BadInput
from openkap.web import dose_page, drawn_from
from openkap.web.door import go, needs
from openkap.web.dosing import IDENTIFIERS, sender_id, visit
from openkap.web.typed import Typed
from openkap.web.when import happened
from openkap.web.words import fault_beside

RATES: Mapping[str, type[MlPerHour] | type[MgPerHour] | type[MgPerMinute]] = {
    "mL/h": MlPerHour,
    "mg/h": MgPerHour,
    "mg/min": MgPerMinute,
}
"""The units a pump shows."""


@needs("dose.give", back=visit)
def prepare(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The vial in hand: the dose is worked out with it, and what left the cupboard is written with it."""
    typed = Typed(request)
    concentration, lot = drawn_from.typed(request, typed, drawn_up=dose_page.drawn_up(request, chart, visit))
    units = typed.whole("taken_out", required=False)
    typed.done()
    acts = [(act.prepare_dose, {"visit": visit, "concentration": concentration, "lot": lot})]
    if units is not None:
        acts.append((draw, {"visit": visit, "lot": lot, "units": units}))
    try:
        together(request.principal, str(chart), acts, at=request.at, **sender_id(typed))
    except BadInput as fault:
        raise BadInput("taken_out", fault.what, fault.todo) if fault.where == "units" else fault from fault
    return _room(
        request,
        chart,
        visit,
        "dose",
        said="The dose is worked out. Now a second person works it out for themselves.",
    )


@needs("dose.confirm", back=visit)
def confirm(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The second person types the milligrams again."""
    typed = Typed(request)
    amount = typed.amount("second_mg", Milligrams)
    calculation = typed.text("calculation")
    typed.done()
    _do(act.confirm_dose, request, chart, visit, calculation=calculation, amount=amount, **sender_id(typed))
    return _room(request, chart, visit, "dose", said="You confirmed the sum. It holds for this sum alone.")


@needs("dose.give", back=visit)
def start(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The dose: the milligrams are typed again, and the patient says who they are again."""
    typed = Typed(request)
    amount = typed.amount("typed_mg", Milligrams)
    identifiers = typed.several("identifiers", IDENTIFIERS)
    booster = bool(typed.several("booster", ("yes",)))
    if typed.faults and not dose_page.gate_is_closed(request, chart, visit):
        typed.done()  # while the gate is closed, what is missing matters more than a field left empty
    try:
        _do(
            act.start,
            request,
            chart,
            visit,
            seen=typed.seen,
            amount=amount,
            identifiers=identifiers,
            booster=booster,
            **sender_id(typed),
        )
    except BadInput as fault:
        raise BadInput("typed_mg", fault.what, fault.todo) if fault.where == "amount" else fault from fault
    return _room(request, chart, visit, said="The dose is recorded.")


@needs("dose.give", back=visit)
def given_already(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A dose that went in while it could not be recorded here: written down whatever the gate says now."""
    typed = Typed(request)
    amount, lot = typed.amount("went_in", Milligrams), typed.text("went_in_lot", required=False)
    strength = typed.amount("went_in_strength", MgPerMl) if typed.data.get("went_in_strength") else None
    when = happened(typed, request.at)
    typed.done()
    given = {"amount": amount, "lot": lot, "concentration": strength, **when}
    booster = bool(typed.several("booster", ("yes",)))
    try:
        _do(
            act.start, request, chart, visit, already_given=True, booster=booster, **given, **sender_id(typed)
        )
    except BadInput as fault:
        raise BadInput("went_in", fault.what, fault.todo) if fault.where == "amount" else fault from fault
    return _room(request, chart, visit, said="The dose is recorded as given already.")


@needs("visit.read")
def dose_sum(request: HttpRequest, chart: UUID, visit: str) -> HttpResponse:
    """The arithmetic as one line of text, for the form to show while the concentration is typed."""
    return HttpResponse(_sum_line(request, chart, visit), content_type="text/plain; charset=utf-8")


def _sum_line(request: HttpRequest, chart: UUID, visit: str) -> str:
    try:
        line = dose_page.sum_line(request, chart, visit, request.GET)
    except BadInput as fault:
        return fault_beside(fault)
    return line or "The weight is not taken yet, so there is no sum."


@needs("dose.give", back=visit)
def rate(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """What the pump was set to."""
    typed = Typed(request)
    unit = typed.choice("rate_unit", RATES)
    read: Rate | None = typed.amount("rate", RATES[unit]) if unit else None
    reason = typed.text("rate_reason", required=False)
    when = happened(typed, request.at)
    typed.done()
    given = {"rate": read, "reason": reason, "dose": typed.data.get("dose", ""), **when}
    _do(act.change_rate, request, chart, visit, **given, **sender_id(typed))
    return _room(request, chart, visit, "running", said="The new rate is recorded.")


@needs("dose.give", back=visit)
def pause(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The pump stands still."""
    typed = Typed(request)
    reason = typed.text("pause_reason", todo="Write why")
    when = happened(typed, request.at)
    typed.done()
    given = {"reason": reason, "dose": typed.data.get("dose", ""), **when}
    _do(act.pause, request, chart, visit, **given, **sender_id(typed))
    return _room(request, chart, visit, "running", said="The infusion is paused.")


@needs("dose.give", back=visit)
def resume(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The pump goes on."""
    typed = Typed(request)
    when = happened(typed, request.at)
    typed.done()
    _do(act.resume, request, chart, visit, dose=typed.data.get("dose", ""), **when, **sender_id(typed))
    return _room(request, chart, visit, "running", said="The infusion goes on.")


@needs("visit.observe", back=visit)
def site(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Somebody looked at the vein."""
    typed = Typed(request)
    pain, swelling = typed.choice("pain", YES_NO), typed.choice("swelling", YES_NO)
    note = typed.text("site_note", required=False)
    when = happened(typed, request.at)
    typed.done()
    seen = {"pain": pain == "yes", "swelling": swelling == "yes", "note": note, **when}
    _do(act.check_site, request, chart, visit, **seen, **sender_id(typed))
    return _room(request, chart, visit, "running", said="The look at the vein is recorded.")


@needs("dose.give", back=visit)
def hold(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The lozenge is no longer held."""
    typed = Typed(request)
    then, note = typed.choice("then", ENDS), typed.text("hold_note", required=False)
    when = happened(typed, request.at)
    typed.done()
    given = {"then": then, "note": note, "dose": typed.data.get("dose", ""), **when}
    _do(act.end_hold, request, chart, visit, **given, **sender_id(typed))
    return _room(request, chart, visit, said=f"Recorded: {then}.")


@needs("dose.give", back=visit)
def device(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The next nasal device."""
    typed = Typed(request)
    lot = typed.text("device_lot", todo="Write the lot number on the device")
    already_given = bool(typed.several("already_given", ("yes",)))
    when = happened(typed, request.at)
    typed.done()
    given = {"lot": lot, "already_given": already_given, "dose": typed.data.get("dose", ""), **when}
    try:
        _do(act.use_device, request, chart, visit, **given, **sender_id(typed))
    except BadInput as fault:
        raise BadInput("device_lot", fault.what, fault.todo) if fault.where == "lot" else fault from fault
    return _room(request, chart, visit, said="The device is recorded.")


@needs("dose.give", back=visit)
def end(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The drug has ended. The visit goes on."""
    typed = Typed(request)
    given = typed.amount("given", Milligrams)
    early = "yes" in typed.several("early", ("yes",))
    reason = typed.text("reason", required=early, todo="Write why it ended early")
    when = happened(typed, request.at)
    typed.done()
    said = {"given": given, "early": early, "reason": reason, "dose": typed.data.get("dose", ""), **when}
    _do(act.end_dose, request, chart, visit, seen=typed.seen, **said, **sender_id(typed))
    return _room(request, chart, visit, said="The end of the dose is recorded.")


def _do(action: Any, request: HttpRequest, chart: UUID, visit: str, **given: Any) -> None:
    action(request.principal, str(chart), at=request.at, visit=visit, **given)


def _room(request: HttpRequest, chart: UUID, visit: str, part: str = "", *, said: str) -> HttpResponseBase:
    """Back to the room, at the part that was worked on."""
    answer = go(request, "visit", said=said, chart=chart, visit=visit)
    if part:
        answer["Location"] += f"#{part}"
    return answer
