"""When therapists can hold a session, from a file that a clinic keeps: their week, and their days away."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openkap.clinical.hours import Stretch, hours, lasting
from openkap.clinical.placing import Hour
from openkap.clinical.refusal import BadInput

_KEYS, _THERAPIST = {"minutes", "therapist"}, {"sign_in", "week", "off"}


def read(text: str, *, first: datetime, days: int, zone: ZoneInfo) -> list[Hour]:
    """The hours of so many days from `first` on, by each sign-in name. BadInput names the line."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadInput("hours", f"it is not TOML ({fault})", "Mend the line that is named") from None
    _known(said, _KEYS, "hours")
    stretch = Stretch(first, days, zone, lasting(said.get("minutes")))
    listed = said.get("therapist")
    if not isinstance(listed, list) or not listed:
        raise BadInput("hours", "no [[therapist]] is in it", "Write one for each therapist")
    return sorted({hour for one in listed for hour in _of(one, stretch)}, key=_order)


def _order(hour: Hour) -> tuple[datetime, str]:
    return hour.starts_at, hour.therapist


def _of(one: Any, stretch: Stretch) -> Iterator[Hour]:
    if not isinstance(one, dict) or not isinstance(one.get("sign_in"), str):
        raise BadInput("therapist", "one has no sign_in", 'Write it like sign_in = "tomas.therapist"')
    name = one["sign_in"]
    _known(one, _THERAPIST, name)
    off, week = (_list(one, key, name) for key in ("off", "week"))
    if not all(type(day) is date for day in off):
        raise BadInput(name, "a day off is no day", "Write it like off = [2026-12-24]")
    yield from hours(name, week, off, stretch)


def _list(one: dict[str, Any], key: str, name: str) -> list[Any]:
    found = one.get(key, [])
    if not isinstance(found, list):
        raise BadInput(name, f"{key} is no list", f"Write it like {key} = [ … ]")
    return found


def _known(said: dict[str, Any], keys: set[str], where: str) -> None:
    if other := sorted(said.keys() - keys):
        raise BadInput(where, f"{other[0]!r} is not known here", f"There are: {', '.join(sorted(keys))}")
