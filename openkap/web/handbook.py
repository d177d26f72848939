"""The clinicians' handbook on screen and as a PDF: the same content, from the rules that are asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.clinical.protocol import BASIS_SAYS, Protocol
from openkap.reports import handbook as book
from openkap.web import words
from openkap.web.door import absent, needs, show


def _adopted(protocol: Protocol) -> str:
    """Who answers for it, in one sentence."""
    if protocol.adoption is None:
        return "No medical director has adopted it."
    return f"Adopted by {protocol.adoption.by} on {words.day(protocol.adoption.at)}."


@needs("self")
def handbook(request: HttpRequest) -> HttpResponseBase:
    """What is in the handbook: its chapters and how many lines each has."""
    made = book.handbook(request.protocol)
    chapters = [
        {"id": c.id, "title": c.title, "lines": sum(len(section.lines) for section in c.sections)}
        for c in made.chapters
    ]
    return show(
        request,
        "handbook/contents.html",
        {"book": made, "chapters": chapters, "adopted": _adopted(request.protocol)},
    )


@needs("self")
def chapter(request: HttpRequest, chapter: str) -> HttpResponseBase:
    """One chapter, every line with its source."""
    made = book.handbook(request.protocol)
    found = made.chapter(chapter)
    if found is None:
        return absent(request)
    titles = {name: title for name, title, _ in made.sources}
    sections = [
        {
            "title": part.title,
            "note": part.note,
            "lines": [_line(line, titles) for line in part.lines],
            "grid": part.grid,
        }
        for part in found.sections
    ]
    return show(request, "handbook/chapter.html", {"chapter": found, "sections": sections})


def _line(line: book.Line, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "line": line,
        "sources": [titles[name] for name in line.sources],
        "basis": BASIS_SAYS.get(line.basis, ""),
    }


@needs("self")
def pdf(request: HttpRequest) -> HttpResponseBase:
    """The whole handbook to print or keep."""
    today = request.at.replace(hour=0, minute=0, second=0, microsecond=0)
    made = book.as_pdf(
        book.handbook(request.protocol),
        clinic=request.user.clinic.name,
        adopted=_adopted(request.protocol),
        made=today,
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="handbook.pdf"'
    return response
