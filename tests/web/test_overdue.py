"""A check nobody made, seen in the room: twelve minutes after the dose without a set of vital signs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.test import Client

from openkap.actions.alert_engine import Engine
from tests.web.course import Course


def test_an_overdue_check_is_told_in_the_room(
    people: dict[str, object], open_chart: Callable[..., str], as_role: Callable[[str], Client]
) -> None:
    """With what to chart; charted, it is over and waits for a name."""
    began = datetime.now(UTC) - timedelta(minutes=14)
    course = Course(people, open_chart(at=began), began)
    course.cleared().prepared().booked().checked().dosed()
    Engine().step(datetime.now(UTC))
    client, address = as_role("monitor"), f"/charts/{course.chart}/visits/{course.visit}/"
    html = client.get(address).content.decode()
    assert "A set of vital signs is overdue" in html
    assert "Chart blood pressure, pulse, oxygen saturation and sedation now" in html
    assert "Oxygen saturation is overdue" not in html  # the whole check covers its parts
    course.at = datetime.now(UTC) - timedelta(seconds=3)
    course.measured()
    Engine().step(datetime.now(UTC))
    assert "stays here until somebody acknowledges it" in client.get(address).content.decode()
