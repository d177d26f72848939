"""Times are instants in UTC; spans are written the way a protocol writes them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openkap.clinical.moments import in_words, parse_moment, parse_span, utc
from openkap.clinical.refusal import BadInput


def test_the_second_half_past_one_is_an_hour_after_the_first() -> None:
    """On the night clocks go back, 00:30 to the second 01:30 is two hours, once both are UTC."""
    zone = ZoneInfo("Europe/London")
    before, second = (
        datetime(2026, 10, 25, 0, 30, tzinfo=zone),
        datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=zone),
    )
    assert second - before == timedelta(hours=1)  # the trap: same-zone subtraction ignores the change
    assert utc(second) - utc(before) == timedelta(hours=2)


def test_a_naive_time_is_our_own_fault() -> None:
    """A time without a zone must never reach the core."""
    with pytest.raises(AssertionError, match="^a time without a zone reached the core"):
        utc(datetime(2026, 1, 1))


NOT_A_TIME = "is not a date and time. Write it like 2026-05-14T10:05:00Z."
NO_ZONE = "has no time zone. Add Z or an offset such as +01:00."


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("yesterday", f"given at: 'yesterday' {NOT_A_TIME}"),
        ("", f"given at: '' {NOT_A_TIME}"),
        ("2026-02-30T10:00:00Z", f"given at: '2026-02-30T10:00:00Z' {NOT_A_TIME}"),
        ("9" * 41, f"given at: '{'9' * 40}' {NOT_A_TIME}"),
        ("2026-05-14T10:05:00", f"given at: '2026-05-14T10:05:00' {NO_ZONE}"),
        ("2026-05-14", f"given at: '2026-05-14' {NO_ZONE}"),
        ("2026-05-14T10:05:00." + "1" * 21, f"given at: '2026-05-14T10:05:00.{'1' * 20}' {NO_ZONE}"),
        (
            "0001-01-01T00:00:00." + "0" * 15 + "+14:00",
            f"given at: '0001-01-01T00:00:00.{'0' * 15}+14:0' lies outside the calendar.",
        ),
        (
            "0001-01-01T00:00:00+14:00",
            "given at: '0001-01-01T00:00:00+14:00' lies outside the calendar.",
        ),
    ],
)
def test_refuses_a_moment_it_cannot_place(typed: str, says: str) -> None:
    """No date, an impossible one, one without a zone, one an offset carries out of the calendar.

    What was sent is shown, up to forty characters of it.
    """
    with pytest.raises(BadInput) as refusal:
        parse_moment(typed, "given at")
    assert str(refusal.value) == says


def test_reads_an_offset() -> None:
    """An offset is turned into UTC, which is what every page and ledger is written in."""
    read = parse_moment("2026-05-14T10:05:00+02:00", "x")
    assert read == datetime(2026, 5, 14, 8, 5, tzinfo=UTC)
    assert read.tzinfo is UTC


def test_an_instant_is_kept_in_utc_whatever_zone_the_machine_is_in() -> None:
    """Not in the machine's own, which two machines may not share."""
    kept = utc(datetime(2026, 5, 14, 10, 5, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert kept.isoformat() == "2026-05-14T01:05:00+00:00"
    assert kept.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30 s", timedelta(seconds=30)),
        ("15 min", timedelta(minutes=15)),
        ("24 h", timedelta(days=1)),
        ("7 d", timedelta(days=7)),
        ("18 y", timedelta(days=6574, hours=12)),
    ],
)
def test_reads_a_span(text: str, span: timedelta) -> None:
    """Spans are whole numbers with their unit; a year is 365 days and a quarter."""
    assert parse_span(text, "within") == span


@pytest.mark.parametrize("text", ["15", "15min", "1.5 h", "-1 d", "two weeks"])
def test_refuses_a_span_without_its_unit(text: str) -> None:
    """A bare number has no unit, so it is no span."""
    with pytest.raises(BadInput) as refusal:
        parse_span(text, "within")
    assert str(refusal.value) == (
        f'within: {text!r} is not a span of time. Write it like "15 min", "24 h", "7 d" or "18 y".'
    )


def test_refuses_a_span_longer_than_the_calendar() -> None:
    """What no date can be moved by."""
    with pytest.raises(BadInput, match="is longer than the calendar"):
        parse_span("9999999 y", "within")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(minutes=120), "2 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2) - timedelta(seconds=1), "1 day"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=729), "729 days"),
        (timedelta(days=730), "2 years"),
        (timedelta(days=1095), "3 years"),
        (timedelta(days=-3), "0 min"),
    ],
)
def test_says_a_span(span: timedelta, words: str) -> None:
    """Rounded down, in the largest unit a person would use."""
    assert in_words(span) == words
