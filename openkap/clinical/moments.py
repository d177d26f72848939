"""Time as the core sees it: aware, UTC, always passed in."""

import re
from datetime import UTC, datetime, timedelta

from openkap.clinical.refusal import BadInput

_SPAN = re.compile(r"([0-9]{1,9}) (s|min|h|d|y)")
_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "y": timedelta(days=365.25),
}


def utc(moment: datetime) -> datetime:
    """The same instant in UTC. A naive time is our own fault, so it asserts."""
    assert moment.tzinfo is not None, "a time without a zone reached the core"
    return moment.astimezone(UTC)


def parse_moment(text: str, where: str) -> datetime:
    """An ISO 8601 instant with a zone, as UTC, or BadInput."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            where, f"{text[:40]!r} is not a date and time", "Write it like 2026-05-14T10:05:00Z"
        ) from None
    if moment.tzinfo is None:
        raise BadInput(where, f"{text[:40]!r} has no time zone", "Add Z or an offset such as +01:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadInput(where, f"{text[:40]!r} lies outside the calendar") from None


def parse_span(text: str, where: str) -> timedelta:
    """A span as protocol files write it: "30 s", "15 min", "24 h", "7 d", "18 y"."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise BadInput(
            where, f"{text!r} is not a span of time", 'Write it like "15 min", "24 h", "7 d" or "18 y"'
        )
    try:
        return int(match[1]) * _UNITS[match[2]]
    except OverflowError:
        raise BadInput(where, f"{text!r} is longer than the calendar") from None


_WORDS = (("year", timedelta(days=365), 2), ("day", timedelta(days=1), 1), ("h", timedelta(hours=1), 2))


def in_words(span: timedelta) -> str:
    """A span a person can say: "59 min", "2 h", "1 day", "2 years". Rounded down, never negative."""
    for word, size, fewest in _WORDS:
        count = span // size
        if count >= fewest:
            plural = "s" if word != "h" and count > 1 else ""
            return f"{count} {word}{plural}"
    return f"{max(0, span // timedelta(minutes=1))} min"
