"""Integration: what each dose owes, when, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import integration as act
from openkap.clinical.answers import Due, Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.integration import IntegrationBooked, IntegrationHeld, NextDayContact
from openkap.clinical.entries.preparation import Intention
from openkap.records import policy
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed

APPROACHES = (
    ("open", "Open conversation", "The patient leads; the therapist listens and asks."),
    ("cbt", "Thoughts and behaviour (CBT)", "A thought that changed, and what can be tried differently."),
    ("mbct", "Mindfulness (MBCT)", "A short practice, then what was noticed."),
)


@dataclass(frozen=True, slots=True)
class After:
    """One dose and what followed it."""

    visit: Visit
    owed: tuple[Due, ...]
    booked: Entry | None
    held: tuple[Entry, ...]
    contacts: tuple[Entry, ...]


@needs("chart.read")
def integration(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Every dose with what it owes, newest first, and the forms that settle it."""
    frame = pages.of(request, chart, permission="chart.read", here="integration")
    doses = [visit for visit in frame["status"].visits if visit.dose_at]
    intention = frame["chart"].latest(Intention)
    return show(
        request,
        "integration/integration.html",
        frame
        | {
            "afters": [_after(frame["chart"], v, frame["status"].due) for v in reversed(doses)],
            "intention": intention.fact.words if intention else "",
            "approaches": APPROACHES,
            "dose_options": [(v.id, f"dose {v.number}") for v in reversed(doses)],
            "can": {
                "book": policy.may(request.principal, "integration.book"),
                "hold": policy.may(request.principal, "integration.hold"),
                "contact": policy.may(request.principal, "integration.contact"),
            },
        },
    )


def _after(chart: Chart, visit: Visit, due: Iterable[Due]) -> After:
    return After(
        visit=visit,
        owed=tuple(d for d in due if d.visit == visit.id and d.stage == "integration"),
        booked=chart.latest(IntegrationBooked, visit=visit.id),
        held=_of(chart, IntegrationHeld, visit),
        contacts=_of(chart, NextDayContact, visit),
    )


def _of(chart: Chart, kind: type, visit: Visit) -> tuple[Entry, ...]:
    return tuple(entry for entry in chart.all(kind) if entry.fact.visit == visit.id)


def _visit(typed: Typed) -> str:
    """The dose a form is about."""
    return typed.text("visit", todo="Choose the dose")


@needs("integration.book", back=integration)
def book(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A time for an integration session."""
    typed = Typed(request)
    fields: dict[str, Any] = {"visit": _visit(typed), "starts_at": typed.moment("starts_at")}
    typed.done()
    act.book(request.principal, str(chart), at=request.at, **fields)
    return go(request, "integration", chart=chart, said="The integration session is booked.")


@needs("integration.hold", back=integration)
def hold(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """An integration session took place."""
    typed = Typed(request)
    fields: dict[str, Any] = {
        "visit": _visit(typed),
        "approach": typed.choice("approach", act.APPROACHES),
        "insight": typed.text("insight", todo="Write what came up, in the patient's words"),
        "action": typed.text("action", todo="Write the small step the patient chose"),
        "minutes": typed.whole("minutes"),
    }
    typed.done()
    act.hold(request.principal, str(chart), at=request.at, **fields)
    return go(request, "integration", chart=chart, said="The integration session is recorded.")


@needs("integration.contact", back=integration)
def contact(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The call on the day after the dose."""
    typed = Typed(request)
    visit, reached = _visit(typed), typed.choice("reached", ("yes", "no"))
    concern = typed.text("concern", required=False)
    typed.done()
    act.contact(
        request.principal, str(chart), at=request.at, visit=visit, reached=reached == "yes", concern=concern
    )
    return go(request, "integration", chart=chart, said="The next-day contact is recorded.")
