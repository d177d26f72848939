"""Dosing at home: what has to be said live, on the patient's own day, before the drug."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Checked, VisitBooked
from openkap.clinical.entries.home import HomeConfirmed, HomeNamed, SitterNamed, VideoChanged
from tests.clinical.charts import (
    MINUTE,
    adopted,
    at_home,
    chart_of,
    ready_facts,
    refused,
)
from tests.spec.screening.rows import AT
from tests.spec.screening.test_at_home import may_go_home

ITEMS = tuple(item.id for item in adopted().checklists["at-home"])
CLINIC_ONLY = ("escort", "room-ready")
LEFT_OUT = {
    **{item: f"{item}-today" for item in ITEMS},
    "where": "home-confirmed-live",
    "sitter": "sitter-named-today",
    "video": "home-seen-live",
    "identity": "identity-today",
    "fasting": "fasting-today",
    "medicines": "medicines-today",
    "suicide-check": "suicide-check-today",
    "vitals": "blood-pressure-before-dose",
    "arrival": "dose-needs-arrival",
}
"""Each confirmation of the day, and the rule that misses it."""


def chart(*without: str, place: str | None = "home", ago: timedelta = 10 * MINUTE, more: Any = ()) -> Chart:
    """Open for treatment at home, and everything of the day in place but what is left out."""
    base = [(entry.effective_at, entry.fact) for entry in may_go_home().entries]
    named = next(entry for entry in may_go_home().entries if isinstance(entry.fact, HomeNamed))
    there = named.fact
    live = {
        "where": HomeConfirmed(
            visit="v1",
            home=str(named.id),
            address=there.address,
            region=there.region,
            emergency_number=there.emergency_number,
        ),
        "sitter": SitterNamed(visit="v1", name="Ruth Okafor", phone="555 0111"),
        "video": VideoChanged(visit="v1", to="connected"),
        **{item: Checked(visit="v1", item=item, answer="yes") for item in ITEMS},
    }
    booked = VisitBooked(visit="v1", starts_at=AT, room="At home", route="sublingual", number=1, place=place)
    day = [
        (name, at, booked if name == "visit" else fact)
        for name, at, fact in ready_facts(AT, "sublingual")
        if name != "person" and name not in CLINIC_ONLY
    ]
    before = [(at, fact) for name, at, fact in day if name not in ("sum", "second", *without)]
    said = [(AT - ago, fact) for name, fact in live.items() if name not in without]
    last = [(at, fact) for name, at, fact in day if name in ("sum", "second")]
    return chart_of([*base, *before, *said, *more, *last])


def test_with_everything_said_today_a_dose_at_home_may_start() -> None:
    """Nobody asks there for an escort, nor for the equipment of a clinic."""
    assert refused(chart(), "start-dose", AT) == {}


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_with_one_confirmation_missing_the_dose_stays_locked(left_out: str) -> None:
    """Each by itself, and it says which."""
    assert set(refused(chart(left_out), "start-dose", AT)) == {LEFT_OUT[left_out]}


@pytest.mark.parametrize(("hours", "locked"), [(2, False), (3, False), (4, True)])
def test_what_was_said_yesterday_is_asked_again(hours: int, locked: bool) -> None:
    """By the clock of the home: midnight in California is 07:00 UTC, three hours before."""
    found = refused(chart(ago=timedelta(hours=hours)), "start-dose", AT)
    live = {"home-confirmed-live", "sitter-named-today", "home-answers-today"}
    assert set(found) == (live if locked else set())
    if locked:
        says = "Where the patient is was confirmed on 13 May, and not today"
        assert found["home-confirmed-live"].says == says


def test_nobody_takes_a_dose_out_of_sight() -> None:
    """A picture that was there and is lost locks it, until it comes back."""
    lost = (AT - 2 * MINUTE, VideoChanged(visit="v1", to="lost"))
    back = (AT - MINUTE, VideoChanged(visit="v1", to="connected"))
    found = refused(chart(more=[lost]), "start-dose", AT)
    assert {rule: one.says for rule, one in found.items()} == {
        "home-seen-live": "Nobody sees the patient: the video is lost"
    }
    assert refused(chart(more=[lost, back]), "start-dose", AT) == {}


def test_whoever_moves_says_again_where_they_are() -> None:
    """What was confirmed was another address."""
    moved = chart(more=[(AT - MINUTE, at_home("US-CA"))])
    assert set(refused(moved, "start-dose", AT)) == {"home-confirmed-live"}


def test_a_dose_at_home_asks_again_whether_home_is_open() -> None:
    """Somebody moved to a state whose law nobody has looked up."""
    moved = chart(more=[(AT - MINUTE, at_home("US-NV"))])
    assert {"home-law", "home-confirmed-live"} <= set(refused(moved, "start-dose", AT))


def test_the_clinic_asks_for_its_own() -> None:
    """The same chart with the visit in the clinic: escort and room are missing, nothing of the home."""
    assert set(refused(chart(place=None), "start-dose", AT)) == {"escort-today", "room-ready-today"}
