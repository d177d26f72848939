"""When a therapist can hold sessions: their week by the clock on the wall, cut into sessions."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openkap.clinical.placing import Hour
from openkap.clinical.refusal import BadInput

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONGEST_MINUTES = 8 * 60
_OPEN = re.compile(r"(?P<day>[A-Z][a-z]{2}) (?P<from>\d\d:\d\d)-(?P<until>\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when on, for how many days, in whose zone, and how long a session lasts."""

    first: datetime
    days: int
    zone: ZoneInfo
    lasts: timedelta


def lasting(minutes: object, where: str = "minutes") -> timedelta:
    """How long a session lasts, or BadInput."""
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes <= LONGEST_MINUTES:
        raise BadInput(where, f"{minutes!r} is not how long a session lasts", "Write it like minutes = 60")
    return timedelta(minutes=minutes)


def span(text: object, where: str) -> tuple[int, time, time]:
    """ "Mon 09:00-12:00" as (weekday from 0, from, until), or BadInput."""
    found = _OPEN.fullmatch(text) if isinstance(text, str) else None
    if found and found["day"] in DAYS:
        with suppress(ValueError):
            begins, ends = time.fromisoformat(found["from"]), time.fromisoformat(found["until"])
            if begins < ends:
                return DAYS.index(found["day"]), begins, ends
    raise BadInput(where, f"{text!r} is no part of a week", 'Write it like "Mon 09:00-12:00"')


def hours(name: str, week: Iterable[object], off: Collection[date], stretch: Stretch) -> Iterator[Hour]:
    """The hours of one therapist. Where clocks change in the middle of a session, it is left out."""
    spans = [span(text, name) for text in week]
    today = stretch.first.astimezone(stretch.zone).date()
    for day in (today + timedelta(days=number) for number in range(stretch.days)):
        for on, begins, ends in spans:
            if on == day.weekday() and day not in off:
                yield from _cut(name, datetime.combine(day, begins), datetime.combine(day, ends), stretch)


def _cut(name: str, at: datetime, ends: datetime, stretch: Stretch) -> Iterator[Hour]:
    """One open time of the clock on the wall in sessions, one behind the other."""
    lasts, zone = stretch.lasts, stretch.zone
    while at + lasts <= ends:
        start, end = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in (at, at + lasts))
        if end - start == lasts and start >= stretch.first:
            yield Hour(name, start, end)
        at += lasts
