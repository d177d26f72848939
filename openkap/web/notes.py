"""A therapist's private notes: written and read by nobody else."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import notes as act
from openkap.clinical.refusal import BadInput
from openkap.web import notes_open, pages
from openkap.web.door import go, needs, show
from openkap.web.dosing import sender_id
from openkap.web.typed import Typed

NOT_OPEN = BadInput(
    "passphrase", "your notes are closed again", "Type your passphrase; what you wrote is below"
)


@needs("note.seal")
def notes(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The writer's own notes about one person; or the passphrase; or the first choice of one."""
    frame = pages.of(request, chart, permission="chart.read", here="notes")
    key = notes_open.key_of(request)
    if key is None:
        state = "locked" if act.has_key(request.principal) else "new"
        return show(request, "notes/closed.html", frame | {"state": state})
    told = {
        "notes": act.notes(request.principal, str(chart), key=key),
        "draft": act.draft(request.principal, str(chart), key=key),
        "open_seconds": notes_open.OPEN_SECONDS,
    }
    return notes_open.keep(request, show(request, "notes/notes.html", frame | told), key)


@needs("note.seal", back=notes)
def begin(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A passphrase is chosen. The page that answers shows the words for the sheet of paper, once."""
    frame = pages.of(request, chart, permission="chart.read", here="notes")
    typed = Typed(request)
    anew = bool(typed.several("anew", ("yes",)))
    said = {"passphrase": request.POST.get("passphrase", ""), "again": request.POST.get("again", "")}
    key, words = act.begin(request.principal, at=request.at, anew=anew, **said)
    return notes_open.keep(request, show(request, "notes/sheet.html", frame | {"words": words}), key)


@needs("note.seal", back=notes)
def open_(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """By the passphrase."""
    key = act.open_key(request.principal, passphrase=request.POST.get("passphrase", ""))
    return notes_open.keep(request, go(request, "notes", chart=chart), key)


@needs("note.seal", back=notes)
def by_sheet(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """By the words of the sheet, with a new passphrase."""
    names = {"words": "words", "passphrase": "new_passphrase", "again": "new_again"}
    said = {name: request.POST.get(field, "") for name, field in names.items()}
    try:
        key = act.open_by_sheet(request.principal, **said)
    except BadInput as fault:
        raise BadInput(names[fault.where], fault.what, fault.todo) from fault
    return notes_open.keep(request, go(request, "notes", chart=chart, said="Your new passphrase holds."), key)


@needs("note.seal", back=notes)
def seal(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A note is finished."""
    typed = Typed(request)
    text = typed.text("text", todo="Write the note")
    key = notes_open.key_of(request)
    if key is None:
        raise NOT_OPEN
    typed.done()
    act.seal(request.principal, str(chart), at=request.at, key=key, text=text, **sender_id(typed))
    return notes_open.keep(request, go(request, "notes", chart=chart, said="The note is sealed."), key)


@needs("note.seal", back=notes)
def draft(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What is being typed, from the page itself; 204, or 403 once the notes are closed."""
    key = notes_open.key_of(request)
    if key is None:
        return HttpResponse("Your notes are closed.", status=403)
    try:
        act.keep_draft(
            request.principal, str(chart), key=key, text=request.POST.get("text", ""), at=request.at
        )
    except BadInput as fault:
        return HttpResponse(str(fault), status=400)
    return notes_open.keep(request, HttpResponse(status=204), key)


@needs("note.seal", back=notes)
def close(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Closed now, before the quarter of an hour is over."""
    return notes_open.forget(go(request, "notes", chart=chart, said="Your notes are closed."))
