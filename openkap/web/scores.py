"""Instruments, used by staff: asked as published or entered as a total, added up by the action."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import screening as act
from openkap.clinical.entries.screening import Score
from openkap.clinical.instruments import Instrument
from openkap.clinical.protocol import Protocol
from openkap.clinical.tasks import news, safety_tasks_for
from openkap.records import policy, read
from openkap.records.read import NotFound
from openkap.web import pages, score_form, score_list, words
from openkap.web.door import go, link, needs, show
from openkap.web.typed import Typed


def scale_named(instrument: str, protocol: Protocol) -> Instrument:
    """The instrument of that id, or NotFound."""
    found = protocol.instruments.get(instrument)
    if found is None:
        raise NotFound
    return found


def worries(score: Score, protocol: Protocol) -> bool:
    """Whether an answer of this score opens a safety task."""
    return bool(safety_tasks_for(score, protocol))


@needs("chart.read")
def scores(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Every score on file, and the scales there are."""
    frame = pages.of(request, chart, permission="chart.read")
    context = {
        "rows": score_list.rows(frame["chart"], frame["protocol"]),
        "groups": _groups(str(chart), request.protocol)
        if policy.may(request.principal, "score.record")
        else [],
    }
    return show(request, "scores/scores.html", frame | context)


def _groups(chart: str, protocol: Protocol) -> list[tuple[str, list[dict[str, str]]]]:
    """The scales by how they are used, as (heading, links)."""
    kinds: dict[str, list[dict[str, str]]] = {
        "Asked with the patient": [],
        "Rated by a clinician": [],
        "A total alone: the items are somebody’s property": [],
    }
    asked, rated, alone = kinds.values()
    for scale in protocol.instruments.values():
        group = alone if not scale.items else asked if scale.rated_by == "patient" else rated
        href = link("score", chart=chart, instrument=scale.id)
        group.append({"title": scale.title, "measures": scale.measures, "href": href})
    return [(heading, links) for heading, links in kinds.items() if links]


@needs("score.record")
def score(request: HttpRequest, chart: UUID, instrument: str) -> HttpResponseBase:
    """One instrument to fill in. A patient answers on their own pages."""
    if request.principal.role == "patient":
        return go(request, "portal-form", form=instrument)
    scale = scale_named(instrument, request.protocol)
    frame = pages.of(request, chart, permission="score.record")
    given = score_form.so_far(request, scale)
    asked = score_form.questions(scale, given)
    before = score_form.on_page(request.POST, scale)
    context = {
        "scale": scale,
        "questions": asked,
        "more": sum(question.number not in before for question in asked) if given else 0,
        "raters": score_form.raters(scale, request.principal),
        "rater": "patient" if scale.rated_by == "patient" else "me",
        "today": words.local(request.at).date().isoformat(),
        "sitting": request.POST.get("sitting") or str(uuid4()),
        "assumed": score_list.assumed(scale),
        "range_says": f"From 0 to {scale.highest}."
        if scale.times == 1
        else f"From 0 to {scale.highest}, in steps of {scale.times}.",
    }
    return show(request, "scores/score.html", frame | context)


@needs("score.record", back=score)
def record(request: HttpRequest, chart: UUID, instrument: str) -> HttpResponseBase:
    """The answers or the total. What follows from an answer is asked first; what worries is told at once."""
    scale, typed = scale_named(instrument, request.protocol), Typed(request)
    fields: dict[str, Any] = {"instrument": instrument}
    if scale.items:
        given = score_form.given(typed, scale)
        fields["sitting"] = typed.data.get("sitting", "")
        if score_form.follow(typed, scale, given):
            _tell_at_once(request, chart, fields["sitting"], scale, given)
            return score(request, chart=chart, instrument=instrument)
        fields["items"] = score_form.complete(typed, scale, given)
    else:
        fields["total"] = typed.whole("total")
    fields["by"] = score_form.rater(typed, scale, request.principal)
    fields |= score_form.when(typed, request.at)
    typed.done()
    act.record_score(request.principal, str(chart), at=request.at, **fields)
    return go(request, "score-result", chart=chart, instrument=instrument, said="The score is recorded.")


def _tell_at_once(
    request: HttpRequest, chart: UUID, sitting: str, scale: Instrument, given: tuple[int | None, ...]
) -> None:
    """A worrying answer opens its task before the rest of the questions are asked."""
    opened = safety_tasks_for(
        Score(instrument=scale.id, total=0, items=given), request.protocol, score_id=sitting
    )
    known = read.chart(request.principal, str(chart), permission="score.record", log=False)
    if any(news(opened, known, request.protocol)):
        fields = {"instrument": scale.id, "items": given, "sitting": sitting}
        act.raise_worry(request.principal, str(chart), at=request.at, **fields)


@needs("chart.read")
def result(request: HttpRequest, chart: UUID, instrument: str) -> HttpResponseBase:
    """The latest score with its word, its change and its parts, and the tasks that are open."""
    scale = scale_named(instrument, request.protocol)
    frame = pages.of(request, chart, permission="chart.read")
    points = score_list.of(frame["chart"], scale)
    context = {
        "scale": scale,
        "line": score_list.line(scale, points[-1]) if points else None,
        "level": points[-1].scored.level if points else None,
        "assumed": score_list.assumed(scale),
        "tasks": [task for task in frame["status"].tasks if not task.taken_by],
        "again": link("score", chart=chart, instrument=instrument),
    }
    return show(request, "scores/result.html", frame | context)
