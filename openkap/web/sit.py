"""The sitter's own page: one question, two buttons, the time of the next one, and a red button that calls."""

from datetime import datetime
from secrets import compare_digest, token_urlsafe
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from openkap.actions import sitter as act
from openkap.clinical import home
from openkap.clinical.alerts.charted import charted
from openkap.clinical.alerts.judge import LATE, sitter_due
from openkap.clinical.case import Case
from openkap.clinical.moments import parse_moment
from openkap.clinical.refusal import BadInput
from openkap.clinical.video import video
from openkap.records.in_force import in_force
from openkap.records.sitters import Held, digest, held
from openkap.web.door import link, needs, show
from openkap.web.dosing import sender_id
from openkap.web.dosing import visit as room
from openkap.web.headers import WITH_CAMERA
from openkap.web.typed import Typed

COOKIE = "openkap-sitter"


@needs("public")
def sit(request: HttpRequest, chart: UUID, token: str) -> HttpResponse:
    """Before it is opened: one button. In the browser that opened it: the console. In another: why not."""
    link_held = held(chart, token, request.at)
    response = show(request, "home/sit.html", _shown(request, link_held, chart, token))
    response["Referrer-Policy"] = "same-origin"  # a form sent from here still says where it came from
    response["Cache-Control"] = "no-store"
    response["Permissions-Policy"] = WITH_CAMERA
    return response


def _shown(request: HttpRequest, one: Held, chart: UUID, token: str) -> dict[str, Any]:
    protocol, visit_id = in_force(one.who.clinic), one.invited.visit
    visit = next(v for v in Case(one.chart, protocol, request.at).visits if v.id == visit_id)
    named = home.named(one.chart, request.at)
    due, last = sitter_due(visit, charted(one.chart, visit.id, protocol.span(LATE)), protocol, request.at)
    if named:
        timezone.activate(named.fact.time_zone)
    seen = video(one.chart, visit.id)
    state = "closed" if visit.phase in ("discharged", "closed", "stopped") else _state(request, one)
    return {
        "state": state,
        "visit": visit,
        "home": named.fact if named and state == "mine" else None,
        "due": due,
        "last": last if last and last != visit.first_dose_at else None,
        "well": act.WELL,
        "help": act.HELP,
        "video": seen,
        **{
            name: link(f"sit-video-{name}", chart=chart, token=token)
            for name in ("ask", "send", "tell", "stream")
        },
        "open_at": link("sit-open", chart=chart, token=token),
        "say_at": link("sit-say", chart=chart, token=token),
        "synthetic": one.chart.person.synthetic,
    }


def _state(request: HttpRequest, one: Held) -> str:
    """ "new", "mine", or "elsewhere"."""
    if not one.browser_sha256:
        return "new"
    return "mine" if is_mine(request, one) else "elsewhere"


def is_mine(request: HttpRequest, one: Held) -> bool:
    """Whether this is the browser that opened the link."""
    own = digest(request.COOKIES.get(COOKIE, ""))
    return bool(one.browser_sha256) and compare_digest(own, one.browser_sha256)


@needs("public", back=sit)
def open_link(request: HttpRequest, chart: UUID, token: str) -> HttpResponseBase:
    """This browser and no other, from now on. A preview of the link presses no button."""
    one = held(chart, token, request.at)
    browser = token_urlsafe(32)
    fields = {"visit": one.invited.visit, "link_sha256": one.invited.link_sha256}
    act.join(one.who, str(chart), at=request.at, browser_sha256=digest(browser), **fields)
    response = HttpResponseRedirect(link("sit", chart=chart, token=token))
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int((one.invited.expires_at - request.at).total_seconds()),
        path=link("sit", chart=chart, token=token),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # the link may be tapped in a mail that is read in this very browser
    )
    return response


@needs("public", back=sit)
def say(request: HttpRequest, chart: UUID, token: str) -> HttpResponseBase:
    """One of the two buttons, also one that waited for the network: with its own id and its own time."""
    one, typed = held(chart, token, request.at), Typed(request)
    if _state(request, one) != "mine":
        raise BadInput(
            "link", "it was opened in another browser", "Go on there, or ask the clinic for a new one"
        )
    event = typed.text("event", todo="Press one of the buttons")
    typed.done()
    then = _pressed(request.POST.get("pressed_at", ""), request.at)
    when = {"effective_at": then} if then else {}
    fields = {"visit": one.invited.visit, "event": event}
    act.say(one.who, str(chart), at=request.at, **sender_id(typed), **when, **fields)
    return HttpResponseRedirect(link("sit", chart=chart, token=token))


def _pressed(said: str, at: datetime) -> datetime | None:
    """When it was pressed, by our clock as the page knows it; what is ahead of it counts as now."""
    return min(parse_moment(said, "pressed_at"), at) if said else None


@needs("visit.check", back=room)
def invite(request: HttpRequest, chart: UUID, visit: str) -> HttpResponse:
    """A link for the sitter, shown once: nobody can read it again."""
    token = token_urlsafe(32)
    act.invite(request.principal, str(chart), at=request.at, visit=visit, link_sha256=digest(token))
    address = request.build_absolute_uri(link("sit", chart=chart, token=token))
    response = show(
        request, "home/invited.html", {"address": address, "back": link("visit", chart=chart, visit=visit)}
    )
    response["Cache-Control"] = "no-store"
    return response
