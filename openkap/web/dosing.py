"""The dosing room: one page a visit, and one address for everything that is done in it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import dosing as act
from openkap.actions.door import together
from openkap.clinical import home
from openkap.clinical.protocol import ChecklistItem
from openkap.clinical.refusal import BadInput
from openkap.web import room_page
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed
from openkap.web.when import happened

SEDATION = ("0", "1", "2", "3", "4", "5")
IDENTIFIERS = ("name", "birth date")
"""What the patient says out loud, at the door and again at the dose."""


@needs("visit.read")
def visit(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The room, as it stands at this moment."""
    return show(request, "room/visit.html", room_page.of(request, chart, visit))


def sender_id(typed: Typed) -> dict[str, Any]:
    """The id the form was drawn with, so that pressing twice stores once."""
    given = typed.data.get("id", "")
    try:
        return {"id": UUID(given)} if given else {}
    except ValueError:
        raise BadInput("id", "the form carries an id that is none", "Open the page again") from None


@needs("visit.arrive", back=visit)
def arrive(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The patient is here and said who they are."""
    typed = Typed(request)
    said, when = typed.several("identifiers", IDENTIFIERS), happened(typed, request.at)
    typed.done()
    act.arrive(request.principal, str(chart), at=request.at, visit=visit, identifiers=said, **when)
    return _room(request, chart, visit, said="Arrival confirmed.")


@needs("visit.check", back=visit)
def check(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Every line of today's checklist that was answered on this form."""
    typed = Typed(request)
    when = happened(typed, request.at)
    asked = home.lines(request.protocol, room_page.place_of(request, chart, visit))
    answers = _answers(typed, asked)
    acts = [(act.check, {"visit": visit, "item": item, "answer": said}) for item, said in answers.items()]
    together(request.principal, str(chart), acts, at=request.at, **when)
    return _room(request, chart, visit, said=_counted(answers))


@needs("visit.discharge", back=visit)
def discharge_check(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Every line of the discharge checklist that was answered on this form."""
    typed = Typed(request)
    when = happened(typed, request.at)
    answers = _answers(typed, request.protocol.checklists["discharge"])
    acts = [(act.check_discharge, {"visit": visit, "item": i, "answer": said}) for i, said in answers.items()]
    together(request.principal, str(chart), acts, at=request.at, **when)
    return _room(request, chart, visit, said=_counted(answers))


def _answers(typed: Typed, checklist: Iterable[ChecklistItem]) -> Mapping[str, str]:
    """The answered lines of a checklist by item; none at all is a fault at its first line."""
    items = [item.id for item in checklist]
    answers = {i: typed.choice(f"item-{i}", ("yes", "no"), required=False) for i in items}
    if not any(answers.values()):
        typed.fault(f"item-{items[0]}", "nothing was answered", "Answer at least one line")
    typed.done()
    return {item: answer for item, answer in answers.items() if answer}


def _counted(answers: Mapping[str, str]) -> str:
    return "1 answer recorded." if len(answers) == 1 else f"{len(answers)} answers recorded."


@needs("visit.check", back=visit)
def weigh(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Body weight, in the unit of the scale."""
    typed = Typed(request)
    value, unit = typed.number("value"), typed.choice("unit", ("kg", "lb"))
    checked = bool(typed.several("checked", ("yes",)))
    when = happened(typed, request.at)
    typed.done()
    read = {"value": value, "unit": unit, "checked": checked}
    act.weigh(request.principal, str(chart), at=request.at, visit=visit, **read, **when)
    return _room(request, chart, visit, said="Weight recorded.")


@needs("visit.observe", back=visit)
def vitals(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A set of vital signs by hand."""
    typed = Typed(request)
    signs = {
        name: typed.number(name, required=False) for name in ("systolic", "diastolic", "heart_rate", "spo2")
    }
    sedation = typed.choice("sedation", SEDATION, required=False)
    when = happened(typed, request.at)
    typed.done()
    act.chart_vitals(
        request.principal,
        str(chart),
        at=request.at,
        visit=visit,
        sedation=int(sedation) if sedation else None,
        **sender_id(typed),
        **signs,
        **when,
    )
    return _room(request, chart, visit, said="Vital signs recorded.")


@needs("visit.check", back=visit)
def override(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A named clinician goes past one rule, with the reason."""
    typed = Typed(request)
    rule, reason = typed.text("rule"), typed.text("reason", todo="Write why you go past it")
    typed.done()
    act.override(request.principal, str(chart), at=request.at, seen=typed.seen, rule=rule, reason=reason)
    return _room(request, chart, visit, said="Recorded with your name and your reason.")


@needs("visit.discharge", back=visit)
def discharge(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The patient leaves, with whom, and with the written instructions."""
    typed = Typed(request)
    escort = typed.text("escort", todo="Write who takes the patient home")
    instructions = "yes" in typed.several("instructions_given", ("yes",))
    when = happened(typed, request.at)
    typed.done()
    act.discharge(
        request.principal,
        str(chart),
        at=request.at,
        seen=typed.seen,
        visit=visit,
        escort=escort,
        instructions_given=instructions,
        **when,
    )
    return _room(
        request, chart, visit, said="Discharge recorded. The visit is still open until you close it."
    )


@needs("visit.close", back=visit)
def close(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The visit is over."""
    act.close_visit(request.principal, str(chart), at=request.at, seen=Typed(request).seen, visit=visit)
    return _room(request, chart, visit, said="The visit is closed.")


@needs("visit.close", back=visit)
def stop(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The visit ends before a normal discharge."""
    typed = Typed(request)
    reason, when = typed.text("reason", todo="Write why it stops"), happened(typed, request.at)
    typed.done()
    act.stop(request.principal, str(chart), at=request.at, visit=visit, reason=reason, **when)
    return _room(request, chart, visit, said="The visit is stopped.")


def _room(request: HttpRequest, chart: UUID, visit: str, *, said: str) -> HttpResponseBase:
    return go(request, "visit", said=said, chart=chart, visit=visit)
