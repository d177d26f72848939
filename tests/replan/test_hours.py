"""The hours of a file: cut into sessions by the wall clock, also in the weeks in which clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openkap.clinical.refusal import BadInput
from openkap.replan.hours import read

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)
HEAD = "minutes = 60\n[[therapist]]\nsign_in = 't'\n"


def starts(text: str, *, first: datetime = MONDAY, days: int = 7) -> list[str]:
    found = read(HEAD + text, first=first, days=days, zone=BERLIN)
    assert all(hour.ends_at - hour.starts_at == timedelta(hours=1) for hour in found)
    return [f"{hour.starts_at.astimezone(BERLIN):%a %H:%M}" for hour in found]


def test_an_open_time_is_cut_into_whole_sessions():
    """What is left at the end is no session."""
    assert starts('week = ["Mon 09:00-11:30", "Wed 13:00-14:00"]') == ["Mon 09:00", "Mon 10:00", "Wed 13:00"]


def test_a_day_off_has_no_hour():
    assert starts('week = ["Mon 09:00-10:00"]\noff = [2026-05-18]', days=15) == ["Mon 09:00", "Mon 09:00"]


@pytest.mark.parametrize(("minute", "found"), [(0, ["Mon 09:00"]), (1, [])])
def test_what_has_begun_is_over(minute, found):
    first = datetime(2026, 5, 11, 7, minute, tzinfo=UTC)
    assert starts('week = ["Mon 09:00-10:00"]', first=first, days=1) == found


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_no_session_lies_across_a_change_of_clocks(day):
    """The night of either change: what the wall calls an hour is none, and the hours around it stand."""
    found = starts('week = ["Sun 00:00-05:00"]', first=day - timedelta(hours=3), days=2)
    assert "Sun 00:00" in found and "Sun 04:00" in found and "Sun 01:00" not in found[2:]
    assert len(found) < 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("minutes = 60", "no \\[\\[therapist\\]\\]"),
        ("minutes = 0\n[[therapist]]\nsign_in='t'", "0 is not how long"),
        ("minutes = 481\n[[therapist]]\nsign_in='t'", "481 is not how long"),
        ("minutes = true\n[[therapist]]\nsign_in='t'", "True is not how long"),
        ("minutes = 60\n[[therapist]]", "one has no sign_in"),
        (HEAD + "week = ['Mon 10:00-10:00']", "no part of a week"),
        (HEAD + "week = ['Mon 24:00-25:00']", "no part of a week"),
        (HEAD + "week = ['Moo 09:00-10:00']", "no part of a week"),
        (HEAD + "week = [9]", "no part of a week"),
        (HEAD + "week = 'Mon 09:00-10:00'", "week is no list"),
        (HEAD + "off = ['2026-12-24']", "a day off is no day"),
        (HEAD + "weeks = []", "'weeks' is not known here"),
        ("days = 3", "'days' is not known here"),
        ("minutes = ", "it is not TOML"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text, says):
    with pytest.raises(BadInput, match=says):
        read(text, first=MONDAY, days=7, zone=BERLIN)


def test_the_longest_session_will_do():
    found = read(
        "minutes = 480\n[[therapist]]\nsign_in='t'\nweek=['Mon 09:00-17:00']",
        first=MONDAY,
        days=1,
        zone=BERLIN,
    )
    assert len(found) == 1
