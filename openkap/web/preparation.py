"""Preparation: what is in place before the first dose, what is missing, and who supplies it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import preparation as act
from openkap.clinical.chart import Chart
from openkap.clinical.entries.preparation import Consented, Intention, PlanApproved, PreparationHeld
from openkap.clinical.entries.screening import Score, ScreeningDecided
from openkap.clinical.rules import Reason
from openkap.records import policy, read
from openkap.web import consents, pages, plan_form, words
from openkap.web.door import go, link, needs, show
from openkap.web.sentences import sentence
from openkap.web.typed import Typed


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that must be in place: what it is, and what is there or who supplies it."""

    title: str
    there: str = ""
    missing: Reason | None = None
    href: str = ""
    act: str = ""


LINES = (
    ("start-dose", "dose-needs-clearance", "Screening decision", ScreeningDecided),
    ("start-dose", "dose-needs-consent", "Consent", Consented),
    ("start-dose", "dose-needs-preparation", "Preparation session", PreparationHeld),
    ("start-dose", "dose-needs-intention", "Intention", Intention),
    ("approve-plan", "plan-needs-baseline", "First score", Score),
    ("start-dose", "dose-needs-plan", "Plan", PlanApproved),
)
"""(gate, rule, title, kind of entry that answers it), in the order things usually happen."""


@needs("chart.read")
def preparation(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The checklist, and a form for each thing on it."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    return show(
        request, "preparation/preparation.html", frame | _context(request, frame) | plan_form.in_force(frame)
    )


def _context(request: HttpRequest, frame: dict[str, Any]) -> dict[str, Any]:
    chart: Chart = frame["chart"]
    intention = chart.latest(Intention)
    ways = {
        "dose-needs-clearance": ("screening", "Go to screening"),
        "plan-needs-baseline": ("", "Record a PHQ-9"),
    }
    return {
        "team": read.team(request.principal, frame["chart_id"]),
        "lines": [_line(frame, line, ways) for line in LINES],
        "documents": consents.documents(frame),
        "intention": intention,
        "sessions": chart.all(PreparationHeld),
        "can": {
            "consent": policy.may(request.principal, "consent.sign"),
            "withdraw": policy.may(request.principal, "consent.withdraw"),
            "explain": policy.may(request.principal, "consent.explain"),
            "intention": policy.may(request.principal, "intention.set"),
            "hold": policy.may(request.principal, "preparation.hold"),
            "plan": policy.may(request.principal, "plan.approve"),
            "score": policy.may(request.principal, "score.record"),
        },
    }


def _line(frame: dict[str, Any], line: tuple[str, str, str, type], ways: dict[str, Any]) -> Line:
    gate, rule, title, kind = line
    chart_id = frame["chart_id"]
    missing = next((reason for reason in frame["status"].gates[gate].because if reason.rule == rule), None)
    if missing:
        page, act_words = ways.get(rule, ("", ""))
        href = link(page, chart=chart_id) if page else ""
        if rule == "plan-needs-baseline":
            href = link("score", chart=chart_id, instrument="phq9")
        return Line(title, missing=missing, href=href, act=act_words)
    entry = frame["chart"].latest(kind)
    if entry is None:
        return Line(title, there="not asked for")
    said = _short(sentence(entry, frame["protocol"]), title)
    return Line(title, there=f"{said} ({words.day(entry.effective_at)})")


def _short(said: str, title: str) -> str:
    """The sentence without the word the line already starts with."""
    short = said.removeprefix(title).lstrip(":, ")
    return short[:1].upper() + short[1:]


@needs("intention.set", back=preparation)
def intention(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The patient's intention, as they said it."""
    typed = Typed(request)
    said = typed.text("words", todo="Write it in the patient's own words")
    typed.done()
    act.set_intention(request.principal, str(chart), at=request.at, words=said)
    return go(request, "preparation", chart=chart, said="The intention is written down.")


@needs("preparation.hold", back=preparation)
def session(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A preparation session took place."""
    typed = Typed(request)
    minutes, note = typed.whole("minutes"), typed.text("note", todo="Write what was talked about")
    typed.done()
    act.hold_preparation(request.principal, str(chart), at=request.at, minutes=minutes, note=note)
    return go(request, "preparation", chart=chart, said="The preparation session is recorded.")
