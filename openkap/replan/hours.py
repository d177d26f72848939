"""When therapists can hold a session, from a file that a clinic keeps: their week, and their days away."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openkap.clinical.placing import Hour
from openkap.clinical.refusal import BadInput

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_OPEN = re.compile(r"(?P<day>[A-Z][a-z]{2}) (?P<from>\d\d:\d\d)-(?P<until>\d\d:\d\d)")
_KEYS, _THERAPIST = {"minutes", "therapist"}, {"sign_in", "week", "off"}
LONGEST_MINUTES = 8 * 60


@dataclass(frozen=True, slots=True)
class _Asked:
    """From when on, for how many days, in whose zone, and how long a session lasts."""

    first: datetime
    days: int
    zone: ZoneInfo
    lasts: timedelta


def read(text: str, *, first: datetime, days: int, zone: ZoneInfo) -> list[Hour]:
    """The hours of that many days from `first` on, by each therapist's sign-in name. BadInput names the line.

    Where clocks change in the middle of a session, it is left out.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadInput("hours", f"it is not TOML ({fault})", "Mend the line that is named") from None
    _known(said, _KEYS, "hours")
    asked = _Asked(first, days, zone, _minutes(said.get("minutes")))
    listed = said.get("therapist")
    if not isinstance(listed, list) or not listed:
        raise BadInput("hours", "no [[therapist]] is in it", "Write one for each therapist")
    return sorted({hour for one in listed for hour in _of(one, asked)}, key=_order)


def _order(hour: Hour) -> tuple[datetime, str]:
    return hour.starts_at, hour.therapist


def _minutes(said: Any) -> timedelta:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 < said <= LONGEST_MINUTES:
        raise BadInput("minutes", f"{said!r} is not how long a session lasts", "Write it like minutes = 60")
    return timedelta(minutes=said)


def _of(one: Any, asked: _Asked) -> Iterator[Hour]:
    if not isinstance(one, dict) or not isinstance(one.get("sign_in"), str):
        raise BadInput("therapist", "one has no sign_in", 'Write it like sign_in = "tomas.therapist"')
    name = one["sign_in"]
    _known(one, _THERAPIST, name)
    off, week = (_list(one, key, name) for key in ("off", "week"))
    if not all(type(day) is date for day in off):
        raise BadInput(name, "a day off is no day", "Write it like off = [2026-12-24]")
    spans = [_span(text, name) for text in week]
    today = asked.first.astimezone(asked.zone).date()
    for day in (today + timedelta(days=number) for number in range(asked.days)):
        for on, begins, ends in spans:
            if on == day.weekday() and day not in off:
                yield from _cut(name, datetime.combine(day, begins), datetime.combine(day, ends), asked)


def _list(one: dict[str, Any], key: str, name: str) -> list[Any]:
    found = one.get(key, [])
    if not isinstance(found, list):
        raise BadInput(name, f"{key} is no list", f"Write it like {key} = [ … ]")
    return found


def _span(text: Any, name: str) -> tuple[int, time, time]:
    found = _OPEN.fullmatch(text) if isinstance(text, str) else None
    if found and found["day"] in DAYS:
        with suppress(ValueError):
            begins, ends = time.fromisoformat(found["from"]), time.fromisoformat(found["until"])
            if begins < ends:
                return DAYS.index(found["day"]), begins, ends
    raise BadInput(name, f"{text!r} is no part of a week", 'Write it like "Mon 09:00-12:00"')


def _cut(name: str, at: datetime, ends: datetime, asked: _Asked) -> Iterator[Hour]:
    """One open time of the clock on the wall in sessions, one behind the other."""
    while at + asked.lasts <= ends:
        start, end = (moment.replace(tzinfo=asked.zone).astimezone(UTC) for moment in (at, at + asked.lasts))
        if end - start == asked.lasts and start >= asked.first:
            yield Hour(name, start, end)
        at += asked.lasts


def _known(said: dict[str, Any], keys: set[str], where: str) -> None:
    if other := sorted(said.keys() - keys):
        raise BadInput(where, f"{other[0]!r} is not known here", f"There are: {', '.join(sorted(keys))}")
