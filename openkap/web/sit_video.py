"""The home's side of the video: by the sitter's link, from the browser that opened it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.timezone import now

from openkap.actions import calling
from openkap.actions import video as act
from openkap.clinical.video import CONNECTED, video
from openkap.records import signals
from openkap.records.policy import NotFound
from openkap.records.sitters import Held, held
from openkap.web.door import link, needs
from openkap.web.sit import is_mine, sit
from openkap.web.stream import streamed
from openkap.web.turn import way


def _mine(request: HttpRequest, chart: UUID, token: str) -> Held:
    """The link, in the browser that opened it; NotFound in any other."""
    one = held(chart, token, now())
    if not is_mine(request, one):
        raise NotFound
    return one


@needs("public", back=sit)
def ask(request: HttpRequest, chart: UUID, token: str) -> HttpResponseBase:
    """Into the waiting room; asking twice waits once."""
    one = _mine(request, chart, token)
    found = video(one.chart, one.invited.visit)
    if found.waits_since is None and not found.admitted:
        fields = {"visit": one.invited.visit, "link_sha256": one.invited.link_sha256}
        act.ask(one.who, str(chart), at=request.at, **fields)
    return HttpResponseRedirect(link("sit", chart=chart, token=token))


@needs("public", back=sit)
def send(request: HttpRequest, chart: UUID, token: str) -> HttpResponseBase:
    """A message to the clinic's browser."""
    one = _mine(request, chart, token)
    calling.send(one.chart, chart, one.invited.visit, signals.HOME, request.POST.get("body", ""))
    return HttpResponse(status=204)


@needs("public", back=sit)
def tell(request: HttpRequest, chart: UUID, token: str) -> HttpResponseBase:
    """The way to the clinic broke. That it is whole again is for the clinic to say."""
    one = _mine(request, chart, token)
    if video(one.chart, one.invited.visit).seen == CONNECTED:
        act.lose_at_home(one.who, str(chart), at=request.at, visit=one.invited.visit)
    return HttpResponse(status=204)


@needs("public")
def stream(request: HttpRequest, chart: UUID, token: str) -> HttpResponseBase:
    """How the call stands and what the clinic's browser sends, as text/event-stream."""
    one = _mine(request, chart, token)

    def still() -> None:
        _mine(request, chart, token)

    line = calling.Line(chart, one.invited.visit, signals.HOME, open=still, way=way)
    return streamed(calling.follow(line, request.headers.get("Last-Event-ID", "")))
