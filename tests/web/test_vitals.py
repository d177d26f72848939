"""The tiles and the trend: what is fresh, what is old, and what was never read."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.web.vitals import Point, rows, tiles

AT = datetime(2026, 5, 14, 10, 30, tzinfo=UTC)
BY_HAND, BY_DEVICE = timedelta(minutes=10), timedelta(minutes=1)


def tile(points: list[Point], name: str = "heart-rate"):  # type: ignore[no-untyped-def]
    return next(t for t in tiles(points, AT, by_hand=BY_HAND, by_device=BY_DEVICE) if t.name == name)


def test_a_tile_never_read_says_so() -> None:
    """Missing is not normal: no number, and words."""
    assert (tile([]).state, tile([]).value, tile([]).gap) == ("empty", "", "no reading yet")


@pytest.mark.parametrize(
    ("age", "device", "state"),
    [
        (timedelta(minutes=10), False, "fresh"),
        (timedelta(minutes=10, seconds=1), False, "old"),
        (timedelta(minutes=1), True, "fresh"),
        (timedelta(minutes=1, seconds=1), True, "old"),
    ],
)
def test_a_value_grows_old_at_its_limit(age: timedelta, *, device: bool, state: str) -> None:
    """The limit itself is still fresh; a second later it is not. A device that goes quiet is seen sooner."""
    assert tile([Point("heart-rate", AT - age, "78", device)]).state == state


def test_an_old_tile_says_how_long_there_was_nothing() -> None:
    """The words a nurse reads instead of a number."""
    assert tile([Point("heart-rate", AT - timedelta(minutes=12), "78")]).gap == "no reading for 12 min"


def test_blood_pressure_is_shown_only_as_a_pair_of_one_instant() -> None:
    """A systolic of now is never put over a diastolic of before."""
    earlier = AT - timedelta(minutes=4)
    points = [
        Point("systolic", earlier, "131"),
        Point("diastolic", earlier, "82"),
        Point("systolic", AT, "160"),
    ]
    assert (tile(points, "blood-pressure").value, tile(points, "blood-pressure").at) == ("131/82", earlier)


def test_a_reading_of_the_future_is_not_shown() -> None:
    """A stamp ahead of the clock refreshes nothing."""
    assert tile([Point("heart-rate", AT + timedelta(seconds=1), "78")]).state == "empty"


def test_a_row_holds_the_last_reading_of_its_minute() -> None:
    """Nothing is averaged."""
    points = [
        Point("heart-rate", AT.replace(second=1), "70"),
        Point("heart-rate", AT.replace(second=59), "90"),
        Point("spo2", AT + timedelta(minutes=1), "97"),
    ]
    first, second = rows(points)
    assert (first.of, second.of) == ({"heart_rate": "90"}, {"spo2": "97"})
