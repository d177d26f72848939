"""Filling the synthetic clinic: always the same, at any hour."""

import pytest

from openkap.clinical.entries import kind_of, to_body
from openkap.clinical.moments import utc
from openkap.demo import clinic as demo_clinic
from openkap.demo.clinic import Staff
from openkap.demo.seed import ADOPTED_BEFORE, fill, people
from openkap.records import read
from openkap.records.accounts import create_clinic, create_user
from openkap.records.models import VisitRow
from openkap.records.policy import Principal, principal_of
from tests.conftest import AT

MADE_ANEW = (
    *("clinic", "user", "task", "name", "plan", "calculation"),
    *("weighed", "stock", "prepared", "dose", "by", "insight", "step"),
)
"""Fields that hold an id of an entry or a person, or a digest over some."""


def bodies(staff: Staff, chart: str) -> list[tuple[object, ...]]:
    """The chart without its ids: what was written, when it happened and when it was recorded."""
    visits: dict[str, str] = {}

    def plain(body: dict[str, object]) -> dict[str, object]:
        kept = {k: v for k, v in body.items() if k not in MADE_ANEW}
        if "visit" in kept:
            kept["visit"] = visits.setdefault(str(kept["visit"]), f"visit {len(visits) + 1}")
        return kept

    entries = read.chart(staff.prescriber, chart, log=False).entries
    return [(kind_of(e.fact), plain(to_body(e.fact)), e.effective_at, e.recorded_at) for e in entries]


def other_staff(name: str) -> Staff:
    made = create_clinic(name, demonstration=True)
    named: dict[str, Principal] = {
        role: principal_of(create_user(f"{name}-{role}", name=role, role=role, clinic=made))
        for role in ("director", "prescriber", "therapist", "monitor")
    }
    team = Staff(made, **named)
    demo_clinic.adopt(team, utc(AT) - ADOPTED_BEFORE)
    return team


@pytest.mark.parametrize("story", ["live", "self-harm-marked", "between", "suitable"])
def test_the_same_moment_tells_the_same_story(db: None, story: str) -> None:
    """Two clinics filled at one moment hold the same course, entry for entry, whoever came before."""
    person = next(person for person in people() if person.story == story)
    first, second = other_staff("first"), other_staff("second")
    fill(second, people()[0], utc(AT))
    assert bodies(first, fill(first, person, AT)) == bodies(second, fill(second, person, AT))


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_it_can_be_filled_at_any_hour(db: None, hour: int) -> None:
    """At midnight, in the morning, at noon and late: today's visits are today's."""
    now = AT.replace(hour=hour, minute=2)
    staff = other_staff("clinic")
    for person in people():
        if person.story in ("live", "today", "pressure-today", "booked"):
            fill(staff, person, now)
    todays = VisitRow.objects.filter(starts_at__date=now.date())
    assert todays.count() == 4
