"""The weeks ahead: sessions that are owed with an hour for each, what is booked, and the hours one keeps."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from openkap.actions import hours as keeping
from openkap.actions import integration as act
from openkap.clinical.placing import place
from openkap.clinical.refusal import BadInput
from openkap.records import hours as records
from openkap.records import policy
from openkap.records.models import User
from openkap.records.scope import readable
from openkap.replan import owed as asking
from openkap.web.door import go, link, needs, show
from openkap.web.typed import Typed

AHEAD_DAYS = 21
USUAL_MINUTES = 60


@needs("integration.book")
def calendar(request: HttpRequest) -> HttpResponseBase:
    """What could be placed is offered; what cannot is named with its reason. Nothing is booked by itself."""
    who = request.principal
    zone = ZoneInfo(request.user.clinic.time_zone)
    asked = asking.owed(who.clinic, request.protocol, request.at)
    every = sorted(
        records.open_hours(who.clinic, first=request.at, days=AHEAD_DAYS, zone=zone),
        key=lambda hour: (hour.starts_at, hour.therapist),
    )
    free = asking.free(every, asked.booked)
    found, opens = place(asked.wanted, free), readable(who)
    names = dict(User.objects.filter(clinic=who.clinic).values_list("username", "name"))
    offers, without = [], []
    for one in asked.wanted:
        chart, visit = asked.visits[one.id]
        if not opens(UUID(chart)):
            continue
        line = {"says": asked.named[one.id], "href": link("integration", chart=chart), "until": one.until}
        if hour := found.placed.get(one.id):
            offers.append(
                line | {"chart": chart, "visit": visit, "at": hour.starts_at, "with": names[hour.therapist]}
            )
        else:
            without.append(line | {"why": found.impossible[one.id]})
    context = {
        "offers": sorted(offers, key=lambda line: line["at"]),
        "without": without,
        "days": _days(asked, opens, names, free),
        "mine": records.kept(who.clinic).get(who.user),
        "may_keep": policy.may(who, "hours.keep"),
        "usual": USUAL_MINUTES,
        "ahead": AHEAD_DAYS,
    }
    return show(request, "integration/calendar.html", context)


def _days(asked: asking.Owed, opens: Any, names: dict[str, str], free: list[Any]) -> list[dict[str, Any]]:
    """Day by day: the sessions that are booked, and how many hours are open."""
    made: dict[date, dict[str, Any]] = {}
    for one in sorted(asked.sessions, key=lambda one: one.starts_at):
        day = _day(made, one.starts_at)
        shown = opens(UUID(one.chart))
        day["sessions"].append(
            {
                "at": one.starts_at,
                "name": one.name if shown else "Somebody of another team",
                "href": link("integration", chart=one.chart) if shown else "",
                "with": names.get(one.therapist, ""),
            }
        )
    for hour in free:
        _day(made, hour.starts_at)["open"] += 1
    return [made[day] for day in sorted(made)]


def _day(made: dict[date, dict[str, Any]], at: datetime) -> dict[str, Any]:
    local = timezone.localtime(at)
    return made.setdefault(local.date(), {"day": local, "sessions": [], "open": 0})


@needs("integration.book", back=calendar)
def book(request: HttpRequest) -> HttpResponseBase:
    """One press for an hour that was offered; whoever took it meanwhile is told apart by the page itself."""
    typed = Typed(request)
    chart, visit = typed.text("chart"), typed.text("visit")
    stamp = typed.text("at")
    typed.done()
    wanted = next((line for line in _offers(request) if line == (chart, visit, stamp)), None)
    if wanted is None:
        raise BadInput("at", "this hour is not open for it any more", "Look at what is offered now")
    starts_at = datetime.fromisoformat(stamp)
    act.book(request.principal, chart, at=request.at, visit=visit, starts_at=starts_at)
    return go(request, "calendar", said="The session is booked.")


def _offers(request: HttpRequest) -> set[tuple[str, str, str]]:
    """Every hour in which each owed session could be held now, as a form sends it."""
    who, zone = request.principal, ZoneInfo(request.user.clinic.time_zone)
    asked = asking.owed(who.clinic, request.protocol, request.at)
    free = asking.free(
        list(records.open_hours(who.clinic, first=request.at, days=AHEAD_DAYS, zone=zone)), asked.booked
    )
    return {
        (*asked.visits[one.id], hour.starts_at.isoformat())
        for one in asked.wanted
        for hour in free
        if hour.therapist in one.therapists and one.after <= hour.starts_at and hour.ends_at <= one.until
    }


@needs("hours.keep", back=calendar)
def keep(request: HttpRequest) -> HttpResponseBase:
    """My week and my days away."""
    typed = Typed(request)
    week = [line.strip() for line in typed.text("week", required=False).splitlines() if line.strip()]
    minutes = typed.whole("minutes") or 0
    off = []
    for text in typed.text("off", required=False).split():
        try:
            off.append(date.fromisoformat(text.strip(",")))
        except ValueError:
            typed.fault("off", f"{text[:40]!r} is not a date", "Write each like 2026-12-24")
    typed.done()
    keeping.keep(request.principal, week=week, off=off, minutes=minutes, at=request.at)
    return go(request, "calendar", said="Your hours are kept. What is booked stays booked.")
