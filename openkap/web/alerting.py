"""What is done with an alert in the room, and how the room sounds."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import alerts as act
from openkap.clinical.alerts.lifecycle import history
from openkap.clinical.refusal import BadInput
from openkap.records import read
from openkap.web import alert_bar, people, words
from openkap.web.door import go, needs
from openkap.web.dosing import visit as room
from openkap.web.typed import Typed

YES_NO = ("yes", "no")
YEAR_S = 365 * 24 * 3600


@needs("visit.observe", back=room)
def acknowledge(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """A named person knows. Whoever comes second is told whose name stands."""
    typed = Typed(request)
    raised, screen = typed.text("raised"), typed.text("screen", required=False)
    typed.done()
    entry = act.acknowledge(
        request.principal, str(chart), at=request.at, visit=visit, raised=raised, screen=screen
    )
    return _back(request, chart, visit, said=_whose_stands(request, chart, visit, raised, str(entry.author)))


def _whose_stands(request: HttpRequest, chart: UUID, visit: str, raised: str, mine: str) -> str:
    kept = read.chart(request.principal, str(chart), permission="visit.read", log=False)
    told = history(kept, visit, kept.entries[-1].recorded_at)
    first = next(alert for alert in told if alert.raised == raised).acknowledged[0]
    if first.who == mine:
        return "Acknowledged with your name. It stays here until it is over."
    name = people.names(request.principal, {first.who}).get(first.who, "Somebody")
    when = f"{words.local(first.at):%H:%M:%S}"
    return f"{name} acknowledged this first, at {when}: that stands. Your name is kept beside it."


@needs("visit.observe", back=room)
def silence(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The sound of one alert rests, and comes back by itself."""
    typed = Typed(request)
    raised = typed.text("raised")
    typed.done()
    entry = act.silence(request.principal, str(chart), at=request.at, visit=visit, raised=raised)
    return _back(
        request, chart, visit, said=f"The sound rests until {words.local(entry.fact.until):%H:%M:%S}."
    )


@needs("visit.observe")
def seen(request: HttpRequest, chart: UUID, visit: str) -> HttpResponse:
    """The receipt a screen sends by itself once it has shown or sounded an alert."""
    if request.method != "POST":
        return HttpResponse("This address only takes what a screen sends.", status=405)
    typed = Typed(request)
    screen = act.Screen(typed.text("screen"), typed.text("how"))
    typed.done()
    raised = request.POST.getlist("raised")
    act.receive(request.principal, str(chart), visit=visit, raised=raised, screen=screen, at=request.at)
    return HttpResponse(status=204)


@needs("visit.check", back=room)
def sound(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """How this screen sounds, and what it is called from now on."""
    typed = Typed(request)
    name = typed.text("screen", todo="Write what this screen is called, such as Room 1")
    chosen = typed.text("sound", todo="Choose how this screen sounds")
    typed.done()
    if len(name) > alert_bar.LONGEST_NAME:
        raise BadInput("screen", "this name is too long", f"Write at most {alert_bar.LONGEST_NAME} letters")
    act.choose_sound(request.principal, str(chart), at=request.at, visit=visit, screen=name, sound=chosen)
    answer = go(request, "visit", said="Recorded. Now test the sound.", chart=chart, visit=visit)
    answer.set_signed_cookie(
        alert_bar.SCREEN, name, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return answer


@needs("visit.check", back=room)
def hear(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """ "Did you hear it?" """
    typed = Typed(request)
    heard, screen, sound = typed.text("heard"), typed.text("screen"), typed.text("sound")
    typed.done()
    act.hear(
        request.principal, str(chart), at=request.at, visit=visit, screen=screen, heard=heard, sound=sound
    )
    said = "Sound test recorded: heard." if heard == "yes" else "Sound test recorded: not heard."
    return go(request, "visit", said=said, chart=chart, visit=visit)


def _back(request: HttpRequest, chart: UUID, visit: str, *, said: str) -> HttpResponseBase:
    """To the page it came from: the room, or the board of all rooms."""
    if request.POST.get("from") == alert_bar.BOARD:
        return go(request, "rooms", said=said)
    return go(request, "visit", said=said, chart=chart, visit=visit)
