"""Clock-change nights in five zones: minutes, countdowns and both local times, forwards and back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone

from openkap.clinical import dosing
from openkap.clinical.answers import Visit
from openkap.clinical.refusal import BadInput
from openkap.web import room_lines, words
from openkap.web.typed import Typed
from openkap.web.when import happened, on_the_wall, read_stamp

BACK = {
    "Europe/Zurich": (datetime(2026, 10, 25, 1, tzinfo=UTC), "CEST", "CET"),
    "America/New_York": (datetime(2026, 11, 1, 6, tzinfo=UTC), "EDT", "EST"),
    "America/Los_Angeles": (datetime(2026, 11, 1, 9, tzinfo=UTC), "PDT", "PST"),
    "Australia/Sydney": (datetime(2026, 4, 4, 16, tzinfo=UTC), "AEDT", "AEST"),
    "Pacific/Auckland": (datetime(2026, 4, 4, 14, tzinfo=UTC), "NZDT", "NZST"),
}
"""Zone → the instant its clocks go back an hour, and what the hour is called before and after."""
FORTH = {
    "Europe/Zurich": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 3, 8, 7, tzinfo=UTC),
    "America/Los_Angeles": datetime(2026, 3, 8, 10, tzinfo=UTC),
    "Australia/Sydney": datetime(2026, 10, 3, 16, tzinfo=UTC),
    "Pacific/Auckland": datetime(2026, 9, 26, 14, tzinfo=UTC),
}
"""Zone → the instant its clocks skip an hour."""
HALF = timedelta(minutes=30)


@pytest.fixture(params=list(BACK))
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The clinic stands in this zone."""
    with timezone.override(ZoneInfo(request.param)):
        yield request.param


def visit_from(dose: datetime) -> Visit:
    return Visit(
        id="v",
        number=1,
        room="Room 1",
        route="iv",
        starts_at=dose,
        phase="dosing",
        minutes=40,
        dose_at=dose,
        next_check_at=dose + 4 * HALF,
    )


def test_minutes_run_on_through_both_nights(zone: str) -> None:
    """Minute 60 is an hour after the dose, whatever the wall says; a countdown loses and gains nothing."""
    for change in (BACK[zone][0], FORTH[zone]):
        visit = visit_from(change - HALF)
        told = [room_lines.minute_of(visit, change + n * HALF) for n in (-1, 0, 1, 2)]
        assert told == ["minute 0", "minute 30", "minute 60", "minute 90"]
        assert words.due(visit.next_check_at, change) == "due in 90 min"
        (due,) = dosing.due(visit)
        assert due.at - visit.dose_at == 4 * HALF


def test_the_hour_that_comes_twice_says_which(zone: str) -> None:
    """Before and after going back the same digits are shown with the name of their zone; no other hour is."""
    change, before, after = BACK[zone]
    first, second = change - HALF, change + HALF
    assert words.clock(first).split() == [f"{timezone.localtime(first):%H:%M}", before]
    assert words.clock(second).split() == [f"{timezone.localtime(first):%H:%M}", after]
    assert " " not in words.clock(change + 3 * HALF)
    assert " " not in words.clock(change - 3 * HALF)
    assert words.moment(first) != words.moment(second)
    for moment in (first, second):
        assert on_the_wall(words.clock(moment), change + 4 * HALF) == moment
        assert read_stamp(words.stamp(moment), "was") == moment


def test_a_time_that_came_twice_is_asked_about(zone: str) -> None:
    """While it has come once it is that one; afterwards both are offered by name."""
    change, before, after = BACK[zone]
    wall = f"{timezone.localtime(change - HALF):%H:%M}"
    assert on_the_wall(wall, change - HALF / 2) == change - HALF
    with pytest.raises(BadInput) as fault:
        on_the_wall(wall, change + 4 * HALF)
    assert f"{wall} {before}" in fault.value.todo
    assert f"{wall} {after}" in fault.value.todo
    with pytest.raises(BadInput):
        on_the_wall(f"{wall} XYZ", change + 4 * HALF)


def test_a_time_that_was_skipped_is_refused(zone: str) -> None:
    """The night it was skipped it never was; what is meant is yesterday's, and that is a day ago or none."""
    change = FORTH[zone]
    skipped = timezone.localtime(change - HALF) + timedelta(hours=1)
    at = change + 4 * HALF
    found = on_the_wall(f"{skipped:%H:%M}", at)
    assert found is None or timezone.localtime(found).date() < timezone.localtime(at).date()


@pytest.mark.parametrize("text", ["25:00", "10:60", "ten", "10", "10:05:00", "-1:00"])
def test_no_time_of_day(text: str) -> None:
    with pytest.raises(BadInput, match="not a time of day"):
        on_the_wall(text, datetime(2026, 5, 14, 10, tzinfo=UTC))


def test_the_last_time_it_came_round() -> None:
    """Just after midnight 23:50 is yesterday's; the present minute is today's."""
    at = datetime(2026, 5, 14, 0, 10, tzinfo=UTC)
    assert on_the_wall("23:50", at) == datetime(2026, 5, 13, 23, 50, tzinfo=UTC)
    assert on_the_wall("0.10", at) == at
    assert on_the_wall(" ", at) is None


@pytest.mark.parametrize(
    ("ago", "taken"),
    [
        (timedelta(0), True),
        (timedelta(days=1), True),
        (timedelta(days=1, seconds=1), False),
        (timedelta(seconds=-1), False),
    ],
)
def test_a_tap_that_waited_carries_its_moment(ago: timedelta, taken: bool) -> None:
    """Up to a day, and never from the future. A time that somebody wrote goes before it."""
    at = datetime(2026, 5, 14, 10, tzinfo=UTC)
    request = RequestFactory().post("/")
    request.POST = QueryDict(mutable=True)
    request.POST["tapped_at"] = (at - ago).isoformat()
    typed = Typed(request)
    assert happened(typed, at) == ({"effective_at": at - ago} if taken else {})
    assert bool(typed.faults) is not taken
    request.POST["tapped_at"], request.POST["happened"] = at.isoformat(), "09:45"
    assert happened(Typed(request), at) == {"effective_at": at - timedelta(minutes=15)}
