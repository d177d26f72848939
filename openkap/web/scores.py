"""Questionnaires: asked as published, added up by the action, answered to at once when an answer worries."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import screening as act
from openkap.clinical import scoring
from openkap.clinical.answers import ScorePoint
from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import Score
from openkap.clinical.instruments import Instrument
from openkap.clinical.protocol import Protocol
from openkap.clinical.tasks import safety_tasks_for
from openkap.records.read import NotFound
from openkap.web import pages
from openkap.web.door import go, link, needs, show
from openkap.web.typed import Typed


@dataclass(frozen=True, slots=True)
class Question:
    """One item, with the name of its field and its answers as (value, words)."""

    number: int
    name: str
    text: str
    options: tuple[tuple[str, str], ...]


def scale_named(instrument: str, protocol: Protocol) -> Instrument:
    """The questionnaire of that id, or NotFound."""
    found = protocol.instruments.get(instrument)
    if found is None:
        raise NotFound
    return found


def questions(scale: Instrument) -> list[Question]:
    """The items in their published order. Nothing is chosen for the person."""
    return [_question(scale, number) for number in scoring.asked(scale)]


def _question(scale: Instrument, number: int) -> Question:
    options = tuple((str(value), words) for value, words in enumerate(scale.answers_of(number)))
    return Question(number, f"question-{number}", scale.items[number - 1].text, options)


def answered(typed: Typed, scale: Instrument) -> tuple[int, ...]:
    """The answers in order; every question left open is a fault at its own field."""
    chosen = [typed.choice(q.name, [value for value, _ in q.options]) for q in questions(scale)]
    typed.done()
    return tuple(int(value) for value in chosen)


def worries(score: Score, protocol: Protocol) -> bool:
    """Whether an answer of this score opens a safety task."""
    return bool(safety_tasks_for(score, protocol))


@needs("score.record")
def score(request: HttpRequest, chart: UUID, instrument: str) -> HttpResponseBase:
    """The questionnaire, filled in by staff with the patient. A patient answers on their own pages."""
    if request.principal.role == "patient":
        return go(request, "portal-score", instrument=instrument)
    scale = scale_named(instrument, request.protocol)
    frame = pages.of(request, chart, permission="score.record")
    context = {"scale": scale, "questions": questions(scale), "side_by_side": True}
    return show(request, "scores/score.html", frame | context)


@needs("score.record", back=score)
def record(request: HttpRequest, chart: UUID, instrument: str) -> HttpResponseBase:
    """The answers, as the patient gave them to a member of staff."""
    items = answered(Typed(request), scale_named(instrument, request.protocol))
    act.record_score(
        request.principal,
        str(chart),
        at=request.at,
        instrument=instrument,
        items=items,
        by=request.principal.role,
    )
    return go(request, "score-result", chart=chart, instrument=instrument, said="The answers are recorded.")


@needs("chart.read")
def result(request: HttpRequest, chart: UUID, instrument: str) -> HttpResponseBase:
    """The latest total, its band, and the total before it."""
    scale = scale_named(instrument, request.protocol)
    frame = pages.of(request, chart, permission="chart.read")
    now, before = last_two(frame["chart"], scale)
    context = {
        "scale": scale,
        "now": now,
        "before": before,
        "change_words": change_in_words(scale, now, before),
        "tasks": [task for task in frame["status"].tasks if not task.taken_by],
        "again": link("score", chart=chart, instrument=instrument),
    }
    return show(request, "scores/result.html", frame | context)


def change_in_words(scale: Instrument, now: ScorePoint | None, before: ScorePoint | None) -> str:
    """How the total moved, and whether by as much as the scale calls a meaningful change."""
    if now is None or before is None:
        return ""
    change = now.total - before.total
    if not change:
        return "The total is the same."
    way = "Higher" if change > 0 else "Lower"
    if scale.meaningful_change is None:
        return f"{way} by {abs(change)}. Nobody has published what change counts on this scale."
    size = (
        "a meaningful change" if abs(change) >= scale.meaningful_change else "less than a meaningful change"
    )
    return f"{way} by {abs(change)}: {size} on this scale ({scale.meaningful_change})."


def last_two(chart: Chart, scale: Instrument) -> tuple[ScorePoint | None, ScorePoint | None]:
    """The latest score of a scale and the one before it."""
    entries = sorted(
        (e for e in chart.all(Score) if e.fact.instrument == scale.id), key=lambda e: (e.effective_at, e.seq)
    )
    points = [
        ScorePoint(scale.id, entry.effective_at, entry.fact.total, scale.band(entry.fact.total))
        for entry in entries[-2:]
    ]
    if not points:
        return None, None
    return points[-1], points[0] if len(points) > 1 else None
