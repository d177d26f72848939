"""The hours of a typical adult: what is told follows the window, and a range is rounded outward."""

from datetime import timedelta

import pytest

from openkap.kinetics.effects import ExperienceWindow, Range
from openkap.protocol.read_explained import explained
from openkap.web.hours import STEP_MIN, between, clock, felt, hours

WINDOW = ExperienceWindow(
    1.0, 1.0, Range(10, 7, 14), Range(19, 13, 28), Range(65, 54, 83), Range(114, 84, 158)
)


@pytest.mark.parametrize(
    ("minute", "says"),
    [
        (0, "nothing yet"),
        (7, "may be starting"),
        (10, "growing"),
        (19, "strongest part"),
        (54, "getting weaker"),
        (84, "fading"),
        (158, "no longer feel it"),
    ],
)
def test_what_is_felt_changes_at_the_edges_of_the_window(minute: float, says: str) -> None:
    """At the edge itself it is already the later sentence, and just before it the earlier."""
    assert says in felt(minute, WINDOW)
    assert minute == 0 or says not in felt(minute - 0.1, WINDOW)


def test_a_dose_nobody_feels_says_so() -> None:
    assert (
        felt(30, ExperienceWindow(0.0, 0.0, None, None, None, None))
        == "Most people feel nothing from such a dose."
    )


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (7.2, 13.7, "Between 5 and 15 minutes"),
        (3.0, 12.0, "Within the first 15 minutes"),
        (53, 83, "Between 50 minutes and 1 hour 25 minutes"),
        (129, float("inf"), "After 2 hours 5 minutes, for some not within 6 hours,"),
    ],
)
def test_a_range_is_rounded_outward(low: float, high: float, says: str) -> None:
    """A range of people is no exact thing, and never narrower than it was."""
    assert between(Range((low + 200) / 2, low, high)) == says


@pytest.mark.parametrize(("minute", "says"), [(0, "0 minutes"), (60, "1 hour"), (130, "2 hours 10 minutes")])
def test_minutes_as_people_say_them(minute: float, says: str) -> None:
    assert clock(minute) == says


def test_points_are_even_and_going_home_is_the_clinics_own() -> None:
    """A step is five minutes; the earliest way home counts from the end of the infusion."""
    told = explained()
    regimen = told.ways["iv"].regimen
    assert regimen
    made = hours(regimen, told.typical, timedelta(minutes=90))
    assert [point.minute for point in made.points[:3]] == [0, STEP_MIN, 2 * STEP_MIN]
    assert "2 hours 10 minutes after the start" in made.stages["home"]
    assert min(made.points, key=lambda point: point.y).minute in (40, 45)
