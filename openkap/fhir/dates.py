"""FHIR dates: a year, a month, a day or an instant. Nothing is filled in unseen."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from openkap.clinical.moments import parse_moment
from openkap.clinical.refusal import BadInput
from openkap.fhir.element import Node, NotRead, group, text

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as the record gives it: the stretch of time it can mean, in UTC, and the words themselves."""

    start: datetime
    first: date  # the day, on the sender's own calendar
    last: date  # the last day it can mean
    words: str
    partial: bool = False  # only a year, or a year and a month


def read_date(words: str) -> Dated:
    """A FHIR date, dateTime or instant. Raises NotRead with a sentence for anything else."""
    if match := _DAY.fullmatch(words):
        return _days(words, match[1], match[2], match[3])
    if not _INSTANT.fullmatch(words):
        raise NotRead(f"{words[:40]!r} is not a date")
    try:
        moment = parse_moment(words, "date")
    except BadInput as fault:
        raise NotRead(fault.what) from None
    day = date.fromisoformat(words[:10])
    return Dated(moment, day, day, words)


def _days(words: str, year: str, month: str | None, day: str | None) -> Dated:
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise NotRead(f"{words!r} is not a day of the calendar") from None
    last = first
    if not month:
        last = first.replace(month=_DECEMBER, day=31)
    elif not day:
        last = _last_of_month(first)
    return Dated(datetime.combine(first, time(), UTC), first, last, words, partial=day is None)


def _last_of_month(first: date) -> date:
    if first.month == _DECEMBER:
        return first.replace(day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)


def date_in(node: Node, *keys: str) -> Dated | None:
    """The first of these elements that holds a date. A Period counts from its start."""
    for key in keys:
        words = text(group(node, key), "start") if key.endswith("Period") else text(node, key)
        if words:
            return read_date(words)
    return None


def not_after(when: Dated | None, at: datetime) -> Dated | None:
    """The same date, or NotRead when it lies after `at`: nothing that has not happened is taken as a fact."""
    if when and when.start > at:
        raise NotRead(f"dated in the future: {when.words}")
    return when
