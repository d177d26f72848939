"""The forecast in the room: on the readings' clock, drawn again with what is charted, in nobody's way."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from openkap.actions import dosing
from openkap.clinical.entries.dosing import Discharged, DoseGiven
from openkap.clinical.quantity import Milligrams
from tests.web.course import Course

Role = Callable[[str], Client]
SAID = {
    "forecast": "over",
    "model": "k20",
    "offset_min": "0",
    "onset_min": "0",
    "reached": "0",
    "band": "1,2,3",
}
"""What a form might claim of a forecast."""


@pytest.fixture
def ready(course: Course) -> Course:
    """A course whose gate is open."""
    return course.cleared().prepared().booked().checked()


def room(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/visits/{course.visit}/{rest}"


def page(course: Course, as_role: Role) -> str:
    return as_role("monitor").get(room(course)).content.decode()


def medians(html: str) -> list[int]:
    return [int(found) for found in re.findall(r"<td data-median>(\d+)</td>", html)]


def test_before_a_dose_nothing_is_forecast(ready: Course, as_role: Role) -> None:
    """There is a plan, but nothing was given."""
    assert medians(page(ready, as_role)) == []


def test_the_forecast_begins_with_the_dose(ready: Course, as_role: Role) -> None:
    """Its first row is the moment of the dose, its highest the end of the infusion 40 minutes on."""
    html = page(ready.dosed(), as_role)
    rows = re.findall(r'<tr data-at="([^"]+)"><th scope="row">[^<]+</th><td>(\d+)</td><td data-median>', html)
    (given,) = [entry for entry in ready.status().visits if entry.dose_at]
    first = datetime.fromisoformat(rows[0][0])
    assert abs(first - given.dose_at) < timedelta(seconds=1)
    assert [int(minute) for _, minute in rows][:3] == [0, 5, 10]
    at_peak = medians(html).index(max(medians(html)))
    assert rows[at_peak][1] == "40"


def test_it_names_its_model_basis_and_range(ready: Course, as_role: Role) -> None:
    """And says what it is not for."""
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page(ready.dosed(), as_role)))
    for words in (
        "by Otto 2021",
        "Basis:",
        "90 of 100 people are expected between",
        "never advice when to dose",
    ):
        assert words in said


def test_an_early_end_draws_it_again(ready: Course, as_role: Role) -> None:
    """Less went in, so the page that comes next shows less."""
    before = medians(page(ready.dosed(), as_role))
    ready.does(
        "monitor",
        dosing.end_dose,
        visit=ready.visit,
        given=Milligrams(Decimal(8)),
        early=True,
        reason="Asked",
    )
    after = medians(page(ready, as_role))
    assert max(after[2:]) < max(before[2:]) / 2


def test_a_dose_that_cannot_be_forecast_takes_nothing_away(ready: Course, as_role: Role) -> None:
    """One sentence in its place; the dose, the tiles and the way on stay."""
    ready.writes(DoseGiven(visit=ready.visit, route="iv", amount=Milligrams(Decimal(99999)), minutes=40))
    html = page(ready, as_role)
    assert "No forecast behind it." in html and "99999 mg is more than" in html
    assert 'id="vitals"' in html and "End the dose" in html


def test_a_forecast_that_is_sent_changes_no_dose(ready: Course, as_role: Role) -> None:
    """Whatever a form claims of it, the same dose is written by the same gate."""
    sent = {"form": "start", "typed_mg": "35"}
    answer = as_role("monitor").post(
        room(ready, "start/"), sent | {"identifiers": ["name", "birth date"]} | SAID
    )
    assert answer.status_code == 302
    (given,) = ready.facts(DoseGiven)
    assert (given.amount, given.minutes, given.outside_gate) == (Milligrams(Decimal(35)), 40, ())
    told = repr(replace(given, arithmetic=""))
    assert not any(claim in told for claim in ("k20", "over", "1,2,3"))


def test_a_forecast_that_is_sent_opens_no_discharge(ready: Course, as_role: Role) -> None:
    """The gate is as closed as it is without."""
    ready.dosed().ended()
    sent = {"form": "discharge", "escort": "Her sister", "instructions_given": "yes"}
    client = as_role("monitor")
    answers = [client.post(room(ready, "discharge/"), form).status_code for form in (sent, sent | SAID)]
    assert answers == [409, 409]
    assert ready.facts(Discharged) == []
