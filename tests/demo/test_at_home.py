"""The two people of the demonstration who are treated at home, at several hours of the day."""

from datetime import timedelta

import pytest

from openkap.clinical.case import Case
from openkap.clinical.gates import judge
from openkap.clinical.video import video
from openkap.demo import clinic as demo_clinic
from openkap.demo.seed import fill, people
from openkap.records import decoded
from openkap.records.in_force import in_force
from tests.conftest import AT


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [-9, 0, 9])
@pytest.mark.parametrize(
    ("story", "phase", "seen"), [("home-today", "booked", ""), ("home-waits", "arrived", "lost")]
)
def test_they_are_as_far_as_their_story_says(story: str, phase: str, seen: str, hour: int) -> None:
    """Open for treatment at home when they were booked, and the dose locked now."""
    now = AT + timedelta(hours=hour)
    staff = demo_clinic.staff(demo_clinic.make("UTC"))
    demo_clinic.adopt(staff, now - timedelta(days=400))
    demo_clinic.stock(staff, now - timedelta(days=400))
    chart = decoded.chart(f"chart:{fill(staff, next(p for p in people() if p.story == story), now)}")
    assert chart is not None
    case = Case(chart, in_force(chart.person.clinic), now)
    (visit,) = case.visits
    assert (visit.place, visit.phase, video(chart, visit.id).seen) == ("home", phase, seen)
    told = judge("start-dose", case.about(visit.id))
    assert "home-seen-live" in {reason.rule for reason in told.because}
