"""The second screen: every open visit on one board, readable from three metres, with what nobody answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from openkap.actions.rooms_watch import follow
from openkap.clinical.answers import Visit
from openkap.clinical.entries.alerts import SoundChosen
from openkap.clinical.wording import value_in_words
from openkap.records import policy
from openkap.records.open_visits import OpenVisit, open_visits
from openkap.web import alert_bar, home_shown, stream, vitals
from openkap.web.alert_bar import Shown
from openkap.web.door import link, needs, show
from openkap.web.room import late_words
from openkap.web.room_lines import minute_of

SCREEN = "Second screen"
LEVELS = ("high", "mid", "low")


@dataclass(frozen=True, slots=True)
class RoomShown:
    """One room of the board."""

    chart_id: str
    visit: Visit
    name: str
    minute: str
    next_check: str
    tiles: tuple[vitals.Tile, ...]  # of what people charted; a device's feed is on the room's own screen
    alerts: tuple[Shown, ...]
    level: str  # of the worst alert, or ""
    sounds_here: tuple[str, ...]  # ids of alerts this screen sounds
    told_here: tuple[str, ...]  # ids of alerts that went on to this screen
    home: dict[str, Any]  # of a visit at home: where help has to go, the sitter, the picture; else empty


@needs("visit.read")
def rooms(request: HttpRequest) -> HttpResponse:
    """Every open visit as it stands at this moment."""
    protocol = request.protocol
    context: dict[str, Any] = {
        "rooms": [_room(request, one) for one in open_visits(request.principal, request.at)],
        "can": {"observe": policy.may(request.principal, "visit.observe")},
        "screen": SCREEN,
        "board": True,
        "silence_words": value_in_words(protocol.span("silence-at-most")),
        "unsure_s": int(protocol.span("screen-unsure").total_seconds()),
        "failure_s": int(protocol.span("failure-tone").total_seconds()),
        "stream": link("rooms-stream"),
        "zone": timezone.get_current_timezone_name(),
    }
    return show(request, "rooms.html", context)


@needs("visit.read")
def rooms_stream(request: HttpRequest) -> HttpResponseBase:
    """That something moved, and a heartbeat, until the tab goes away."""
    return stream.streamed(follow(request.principal))


def _room(request: HttpRequest, one: OpenVisit) -> RoomShown:
    visit, chart, at, protocol = one.visit, one.chart, request.at, request.protocol
    alerts = alert_bar.shown(request.principal, chart, visit.id, protocol, at)
    points = [point for point in vitals.charted(chart, visit.id) if point.at <= at]
    fresh = protocol.routes[visit.route].check_every
    here = tuple(alert.raised for alert in alerts if "second screen" in alert.escalated)
    loud = _room_sounds(one)
    return RoomShown(
        chart_id=chart.subject.removeprefix("chart:"),
        visit=visit,
        name=f"{chart.person.given_name} {chart.person.family_name}",
        minute=minute_of(visit, at),
        next_check=_next(visit, at),
        tiles=tuple(vitals.tiles(points, at, by_hand=fresh, by_device=fresh)),
        alerts=alerts,
        level=alerts[0].level if alerts else "",
        sounds_here=tuple(a.raised for a in alerts if a.sounds and (a.raised in here or not loud)),
        told_here=here,
        home=home_shown.of(one.chart, one.visit, protocol, at),
    )


def _room_sounds(one: OpenVisit) -> bool:
    """Whether the room's own screen was told to sound in this visit."""
    chosen = one.chart.latest(SoundChosen, visit=one.visit.id)
    return chosen is not None and chosen.fact.sound != "off"


def _next(visit: Visit, at: datetime) -> str:
    return late_words(visit.next_check_at, at) if visit.next_check_at and visit.next_check_at < at else ""
