"""The clinic's side of the video to a home: a page of its own, which stays open beside the room."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import calling
from openkap.actions import video as act
from openkap.clinical import home
from openkap.clinical.entries.home import SitterNamed
from openkap.clinical.status import assess
from openkap.clinical.video import CONNECTED, LOST, video
from openkap.records import read, signals
from openkap.records.read import NotFound
from openkap.web import pages
from openkap.web.door import go, link, needs, show
from openkap.web.headers import WITH_CAMERA
from openkap.web.home_shown import video_due
from openkap.web.stream import streamed
from openkap.web.turn import way
from openkap.web.typed import Typed


@needs("visit.check")
def call(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Who waits, who was let in, what is seen; and beside it where help has to go."""
    folded = read.chart(request.principal, str(chart), permission="visit.check")
    status = assess(folded, request.protocol, request.at)
    this = next((v for v in status.visits if v.id == visit and v.place == home.HOME), None)
    if this is None:
        raise NotFound
    at = {"chart": chart, "visit": visit}
    _, plan = video_due(folded, this, request.protocol, request.at)
    context = {
        "visit": this,
        "video": video(folded, visit),
        "plan_at": plan,
        "home": home.named(folded, request.at),
        "sitter": folded.latest(SitterNamed, visit=visit),
        "room": link("visit", **at),
        "stream": link("visit-video-stream", **at),
        "send_at": link("visit-video-send", **at),
        "tell_at": link("visit-video-tell", **at),
        "over": this.phase in ("closed", "stopped"),
    }
    response = show(request, "home/video.html", pages.frame(request, folded, status, here="dosing") | context)
    response["Permissions-Policy"] = WITH_CAMERA
    return response


@needs("visit.check", back=call)
def let_in(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Whoever waits comes in."""
    act.let_in(request.principal, str(chart), at=request.at, visit=visit)
    return go(request, "visit-video", chart=chart, visit=visit)


@needs("visit.check", back=call)
def send(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A message to the home's browser."""
    folded = read.chart(request.principal, str(chart), permission="visit.check", log=False)
    calling.send(folded, chart, visit, signals.CLINIC, request.POST.get("body", ""))
    return HttpResponse(status=204)


@needs("visit.check", back=call)
def tell(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """What this page sees: the home, or no longer. Telling what is known already changes nothing."""
    typed = Typed(request)
    to = typed.choice("to", (CONNECTED, LOST))
    typed.done()
    folded = read.chart(request.principal, str(chart), permission="visit.check", log=False)
    if video(folded, visit).seen != to:
        told = act.see if to == CONNECTED else act.lose
        told(request.principal, str(chart), at=request.at, visit=visit)
    return HttpResponse(status=204)


@needs("visit.check")
def stream(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """How the call stands and what the home's browser sends, as text/event-stream."""
    may = partial(read.must_open, request.principal, str(chart), "visit.check")
    may()
    line = calling.Line(chart, visit, signals.CLINIC, open=may, way=way)
    return streamed(calling.follow(line, request.headers.get("Last-Event-ID", "")))
