"""Device readings kept between two drawings of a page: none lost, none shown to whoever may not see it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from openkap.actions import dosing
from openkap.records.read import NotFound
from openkap.records.readings import Sample
from openkap.web import feed
from tests.web.course import Course

People = Mapping[str, Any]


@pytest.fixture
def dosed(course: Course) -> Course:
    """A visit with a dose, and no device yet."""
    return course.cleared().prepared().booked().checked().dosed()


def send(course: Course, *readings: tuple[datetime, str]) -> None:
    """Heart rates from a device, in this order."""
    samples = [
        Sample(uuid4(), course.chart, course.visit, "heart-rate", Decimal(value), "/min", "test", at)
        for at, value in readings
    ]
    dosing.add_readings(
        course.people["monitor"], course.chart, visit=course.visit, samples=samples, at=course.at
    )


def rates(course: Course, who: str = "monitor") -> list[str]:
    points, _ = feed.of_visit(course.people[who], course.chart, course.visit)
    return [point.value for point in sorted(points, key=lambda point: point.at)]


def test_it_goes_on_where_it_stopped(dosed: Course) -> None:
    """The second drawing adds what is new and keeps what was there."""
    minute = dosed.at.replace(second=0, microsecond=0)
    send(dosed, (minute - timedelta(minutes=2), "70"))
    assert rates(dosed) == ["70"]
    send(dosed, (minute - timedelta(minutes=1), "72.5"))
    assert rates(dosed) == ["70", "72.5"]
    assert feed.of_visit(dosed.people["monitor"], dosed.chart, dosed.visit)[1] == 2


@pytest.mark.parametrize(("first", "then", "kept"), [(10, 40, "72"), (40, 10, "70")])
def test_a_minute_keeps_its_latest_reading_not_its_last_arrival(
    dosed: Course, first: int, then: int, kept: str
) -> None:
    """A reading that comes late changes nothing."""
    minute = dosed.at.replace(second=0, microsecond=0) - timedelta(minutes=2)
    send(dosed, (minute + timedelta(seconds=first), "70"), (minute + timedelta(seconds=then), "72"))
    assert rates(dosed) == [kept]


def test_what_is_kept_is_not_shown_to_whoever_may_not_see_it(dosed: Course) -> None:
    """The readings are there for the monitor; the manager finds nothing all the same."""
    send(dosed, (dosed.at, "70"))
    assert rates(dosed) == ["70"]
    with pytest.raises(NotFound):
        rates(dosed, "manager")
