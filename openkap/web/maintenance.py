"""The long run: exposure, response by published definitions, reviews, and the end of a course."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import maintenance as act
from openkap.clinical.answers import Course
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.protocol import Protocol, Source
from openkap.records import policy
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed

OUTCOME_OPTIONS = "continue=Continue; space out=Space the doses out; stop=Stop; refer=Refer elsewhere"
ASKED_OPTIONS = "yes=Yes; no=No; not asked=Not asked today"


@dataclass(frozen=True, slots=True)
class Answer:
    """How one scale answered to the course, with the definition that says so."""

    title: str
    word: str
    first: int | None
    last: int | None
    remission_below: int
    highest: int


@needs("chart.read")
def maintenance(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What the course amounts to, and the review form."""
    frame = pages.of(request, chart, permission="chart.read", here="maintenance")
    protocol: Protocol = frame["protocol"]
    closed = frame["chart"].latest(CourseClosed)
    drop = protocol.numbers["response-drop-percent"]
    return show(
        request,
        "maintenance/maintenance.html",
        frame
        | {
            "course": frame["status"].course,
            "answers": answers(frame["status"].course, protocol),
            "drop": drop,
            "baseline": protocol.numbers["response-baseline"],
            "definition_sources": sources(protocol, drop.sources),
            "reviews": frame["chart"].all(ReviewHeld),
            "closed": closed,
            "window": protocol.span("exposure-window").days,
            "outcomes": OUTCOME_OPTIONS,
            "asked": ASKED_OPTIONS,
            "can": {
                "review": policy.may(request.principal, "maintenance.review"),
                "close": policy.may(request.principal, "course.close"),
            },
        },
    )


def answers(course: Course, protocol: Protocol) -> list[Answer]:
    """Each scale that was used: first and last total, and the word for the change."""
    found = []
    for scale in protocol.instruments.values():
        totals = [
            point.total for point in sorted(course.scores, key=lambda p: p.at) if point.instrument == scale.id
        ]
        if totals:
            word = course.response.get(scale.id, "too early")
            found.append(
                Answer(scale.title, word, totals[0], totals[-1], scale.remission_below, scale.highest)
            )
    return found


def sources(protocol: Protocol, ids: tuple[str, ...]) -> list[Source]:
    return [protocol.sources[i] for i in ids if i in protocol.sources]


@needs("maintenance.review", back=maintenance)
def review(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The prescriber reviews the response and says how it goes on."""
    typed = Typed(request)
    fields: dict[str, Any] = {
        "outcome": typed.choice("outcome", act.OUTCOMES),
        "urinary_symptoms": typed.choice("urinary_symptoms", act.ASKED),
        "misuse_concern": typed.choice("misuse_concern", act.ASKED),
        "reason": typed.text("reason", todo="Write why"),
    }
    typed.done()
    act.review(request.principal, str(chart), at=request.at, seen=typed.seen, **fields)
    return go(request, "maintenance", chart=chart, said="The review is signed with your name.")


@needs("course.close", back=maintenance)
def close(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The course ends."""
    typed = Typed(request)
    reason = typed.text("reason", todo="Write why the course ends")
    typed.done()
    act.close(request.principal, str(chart), at=request.at, seen=typed.seen, reason=reason)
    return go(request, "maintenance", chart=chart, said="The course is closed. The chart stays readable.")
