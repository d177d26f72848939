"""The patient's journal: written or spoken, kept as they go, read by nobody else until they share a page."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from openkap.actions import journal as act
from openkap.clinical.refusal import BadInput
from openkap.web.door import go, link, needs, show
from openkap.web.headers import WITH_MICROPHONE
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed


@needs("journal.write")
def journal(request: HttpRequest) -> HttpResponseBase:
    """Every page, newest first."""
    return show(request, "portal/journal.html", frame_of(request) | {"pages": act.pages(request.principal)})


@needs("journal.write")
def new(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - the same for everybody
    """A fresh page. Nothing of it is kept before the first word."""
    return HttpResponseRedirect(link("portal-journal-page", page=uuid4()))


@needs("journal.write")
def page(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """One page, to go on with or to look at."""
    context: dict[str, Any] = {"page": page, "one": act.page(request.principal, str(page))}
    response = show(request, "portal/journal_page.html", frame_of(request) | context)
    response["Permissions-Policy"] = WITH_MICROPHONE
    return response


@needs("journal.write", back=page)
def keep(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """What is being typed, from the page itself; 204."""
    try:
        act.keep(request.principal, page=str(page), text=request.POST.get("text", ""), at=request.at)
    except BadInput as fault:
        return HttpResponse(str(fault), status=400)
    return HttpResponse(status=204)


@needs("journal.write", back=page)
def save(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """What was typed, by the button."""
    typed = Typed(request)
    text = typed.text("text", todo="Write a few words")
    typed.done()
    act.keep(request.principal, page=str(page), text=text, at=request.at)
    return go(request, "portal-journal", said="It is kept. Only you can read it here.")


@needs("journal.write", back=page)
def speak(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """A voice memo, from the page's own recorder."""
    sent = request.FILES.get("sound")
    if sent is None:
        raise BadInput("sound", "nothing was recorded", "Record it again")
    if sent.size > act.LONGEST_SOUND_BYTES:
        raise BadInput("sound", "it is too long", "Speak it in two parts")
    sound = (sent.content_type or "").partition(";")[0]
    act.keep_sound(request.principal, page=str(page), sound=sound, held=sent.read(), at=request.at)
    return go(request, "portal-journal", said="Your voice memo is kept. Only you can hear it here.")


@needs("journal.write")
def sound(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """The recording itself."""
    kind, held = act.sound(request.principal, str(page))
    return HttpResponse(held, content_type=kind)


@needs("journal.write", back=page)
def share(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """From now on the team may read a copy."""
    typed = Typed(request)
    if not typed.several("sure", ("yes",)):
        typed.fault("sure", "nothing was ticked", "Tick it if you want your team to read this page")
    typed.done()
    act.share(request.principal, str(request.principal.chart), at=request.at, via=PORTAL, page=str(page))
    return go(request, "portal-journal", said="Your team can read this page now.")


@needs("journal.write", back=page)
def throw_away(request: HttpRequest, page: UUID) -> HttpResponseBase:
    """The page is gone for good."""
    typed = Typed(request)
    if not typed.several("gone", ("yes",)):
        typed.fault("gone", "nothing was ticked", "Tick it if this page should be gone for good")
    typed.done()
    act.throw_away(request.principal, str(page))
    return go(request, "portal-journal", said="The page is gone.")
