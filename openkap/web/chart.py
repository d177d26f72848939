"""One person's chart: the map, the whole story in one picture, what is next, what happened."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.preparation import Intention
from openkap.clinical.entries.screening import NotUnderstood
from openkap.clinical.protocol import Protocol
from openkap.records import policy
from openkap.web import changes, pages, people, score_list, unread, words
from openkap.web.door import needs, show
from openkap.web.figures import story
from openkap.web.nextstep import next_page
from openkap.web.sentences import QUIET, TOGETHER, sentence

SHOWN = 60
MANY = 3
SAME_MOMENT = timedelta(minutes=1)


@needs("chart.read")
def chart(request: HttpRequest, chart: UUID) -> HttpResponse:
    context = pages.of(request, chart, permission="chart.read")
    folded, status = context["chart"], context["status"]
    lines = _lines(request, folded, everything="all" in request.GET)
    given = [entry.effective_at for entry in folded.all(DoseGiven)]
    return show(
        request,
        "chart.html",
        context
        | {
            "figure": story(status.course.scores, given, context["protocol"].instruments, request.at),
            "step": next_page(status, context["chart_id"]),
            "changed": changes.told(request.principal, Case(folded, context["protocol"], request.at)),
            "intention": folded.latest(Intention),
            "scores": score_list.rows(folded, context["protocol"]),
            **unread.told(folded),
            "may_import": policy.may(request.principal, "chart.import"),
            **lines,
        },
    )


def _lines(request: HttpRequest, chart: Chart, *, everything: bool) -> dict[str, Any]:
    """The timeline, newest first, by day."""
    told = [e for e in chart.entries if not isinstance(e.fact, (*QUIET, NotUnderstood))]
    told.sort(key=lambda entry: (entry.effective_at, entry.seq), reverse=True)
    shown = told if everything else told[:SHOWN]
    corrected = {entry.supersedes for entry in chart.entries if entry.supersedes}
    names = people.names(request.principal, {entry.author for entry in shown})
    return {
        "days": _by_day(shown, corrected, names, request.protocol),
        "more": len(told) - len(shown),
    }


def _by_day(
    entries: Iterable[Entry], corrected: set[UUID], names: dict[str, str], protocol: Protocol
) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = []
    for day, group in groupby(entries, key=lambda entry: words.day(entry.effective_at)):
        lines = [_line(entry, corrected, names, protocol) for entry in group]
        days.append({"day": day, "lines": _folded(lines)})
        _say_once(days[-1])
    return days


def _folded(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Many lines of one kind, by one person, at one minute, become one line that opens."""
    folded: list[dict[str, Any]] = []
    for (kind, *_), group in groupby(lines, key=lambda line: (line["kind"], line["minute"], line["by"])):
        same = list(group)
        if kind in TOGETHER and len(same) >= MANY:
            folded.append(same[0] | {"says": f"{len(same)} {TOGETHER[kind]}", "inside": same})
        else:
            folded += same
    return folded


def _say_once(day: dict[str, Any]) -> None:
    """Who wrote a whole day at one go, and when, stands beside the day instead of on each of its lines."""
    first = day["lines"][0]
    shared = {(line["by"], line["recorded"]) for line in day["lines"]}
    if len(shared) == 1 and (len(day["lines"]) > 1 or first["recorded"]):
        day["by"], day["recorded"] = first["by"], first["recorded"]
        for line in day["lines"]:
            line["by"], line["recorded"] = "", None


def _line(entry: Entry, corrected: set[UUID], names: dict[str, str], protocol: Protocol) -> dict[str, Any]:
    late = abs(entry.recorded_at - entry.effective_at) > SAME_MOMENT
    return {
        "kind": type(entry.fact),
        "minute": entry.effective_at.replace(second=0, microsecond=0),
        "at": entry.effective_at,
        "says": sentence(entry, protocol),
        "by": names.get(entry.author, "OpenKAP" if entry.author in ("system", "operator") else ""),
        "recorded": entry.recorded_at if late else None,
        "corrected": entry.id in corrected,
        "corrects": bool(entry.supersedes),
    }
