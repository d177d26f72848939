"""Integration: what each dose owes, when, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import integration as act
from openkap.clinical import coverage as follow_up
from openkap.clinical import experience as lived
from openkap.clinical import insights, sessions
from openkap.clinical import integration as after
from openkap.clinical.answers import Due, Visit
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.insight import InsightNoted
from openkap.clinical.entries.integration import IntegrationBooked, IntegrationHeld, NextDayContact
from openkap.clinical.entries.preparation import Intention
from openkap.clinical.insights import Insight, Step
from openkap.clinical.sessions import SessionKind
from openkap.records import policy
from openkap.web import integration_words, pages
from openkap.web.consents import case_of
from openkap.web.coverage import said
from openkap.web.door import go, needs, show
from openkap.web.portal_experience import in_words
from openkap.web.typed import Typed

HOMEWORK = "No insight: it is homework until the next session"


@dataclass(frozen=True, slots=True)
class Held:
    """One session as it is read."""

    at: datetime
    title: str
    minutes: int
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class After:
    """One dose and what followed it."""

    visit: Visit
    owed: tuple[Due, ...]
    window: tuple[datetime, datetime]
    booked: Entry | None
    held: tuple[Held, ...]
    contacts: tuple[Entry, ...]
    insights: tuple[Insight, ...]
    homework: tuple[Step, ...]
    lived: dict[str, Any]


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
            "afters": [_after(frame, v) for v in reversed(doses)],
            "intention": intention.fact.words if intention else "",
            "kinds": [kind for kind in request.protocol.sessions.values() if not kind.together],
            "circles": [kind for kind in request.protocol.sessions.values() if kind.together],
            "dose_options": dose_options(doses),
            "sessions": said(follow_up.figure(follow_up.followed(case_of(frame)), follow_up.SESSION)),
            **_chain(case_of(frame)),
            "can": {
                "tell": policy.may(request.principal, "step.tell"),
                "book": policy.may(request.principal, "integration.book"),
                "hold": policy.may(request.principal, "integration.hold"),
                "contact": policy.may(request.principal, "integration.contact"),
                "notes": policy.may(request.principal, "note.seal"),
            },
        },
    )


def _chain(case: Case) -> dict[str, Any]:
    """What the forms of the chain offer: what a step can follow from, which steps wait, how one can go."""
    noted = [entry.fact for entry in case.all(InsightNoted)]
    waiting = [step.fact for step in insights.steps(case) if step.waits]
    return {
        "follows": [("homework", HOMEWORK), *((fact.insight, f"“{fact.words}”") for fact in noted)],
        "waiting_steps": [("", "Choose"), *((fact.step, integration_words.step(fact)) for fact in waiting)],
        "went_options": list(integration_words.WENT.items()),
    }


def dose_options(doses: Sequence[Visit]) -> list[tuple[str, str]]:
    """The doses to choose from, newest first."""
    return [(visit.id, f"dose {visit.number}") for visit in reversed(doses)]


def _after(frame: dict[str, Any], visit: Visit) -> After:
    case, chart, kinds = case_of(frame), frame["chart"], frame["protocol"].sessions
    return After(
        visit=visit,
        owed=tuple(d for d in frame["status"].due if d.visit == visit.id and d.stage == "integration"),
        window=after.window(visit, frame["protocol"]),
        booked=chart.latest(IntegrationBooked, visit=visit.id),
        held=tuple(_held(entry, kinds) for entry in _of(chart, IntegrationHeld, visit)),
        contacts=_of(chart, NextDayContact, visit),
        insights=insights.insights(case, visit.id),
        homework=insights.homework(case, visit.id),
        lived=in_words(
            next(o for o in lived.record(case) if o.visit.id == visit.id), case.protocol.experience
        ),
    )


def _held(entry: Entry, kinds: Mapping[str, SessionKind]) -> Held:
    fact = entry.fact
    return Held(entry.effective_at, sessions.title(fact, kinds), fact.minutes, sessions.lines(fact))


def _of(chart: Chart, kind: type, visit: Visit) -> tuple[Entry, ...]:
    return tuple(entry for entry in chart.all(kind) if entry.fact.visit == visit.id)


def visit_of(typed: Typed) -> str:
    """The dose a form is about."""
    return typed.text("visit", todo="Choose the dose")


@needs("integration.book", back=integration)
def book(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A time for an integration session."""
    typed = Typed(request)
    fields: dict[str, Any] = {"visit": visit_of(typed), "starts_at": typed.moment("starts_at")}
    typed.done()
    act.book(request.principal, str(chart), at=request.at, **fields)
    return go(request, "integration", chart=chart, said="The integration session is booked.")


@needs("integration.contact", back=integration)
def contact(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The call on the day after the dose."""
    typed = Typed(request)
    visit, reached = visit_of(typed), typed.choice("reached", ("yes", "no"))
    concern = typed.text("concern", required=False)
    typed.done()
    act.contact(
        request.principal, str(chart), at=request.at, visit=visit, reached=reached == "yes", concern=concern
    )
    return go(request, "integration", chart=chart, said="The next-day contact is recorded.")
