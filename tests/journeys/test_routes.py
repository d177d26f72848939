"""A dose by each route, from the vial to its end, by the people who give it. One seeded clinic for all."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys import steps
from tests.journeys.walk import Walk, said
from tests.records.process import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rooms(demo: Demo) -> dict[str, str]:
    """The room of somebody who is ready for their dose, by route."""
    command = [sys.executable, "-m", "tests.journeys.at_the_door", str(demo.home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture
def walk(chromium: Any, demo: Demo) -> Iterator[Walk]:
    made = Walk(chromium, demo)
    yield made
    made.close()
    assert made.faults == []


def given(walk: Walk, room: str, *, lot: str, mg: str, button: str = "Give the dose", out: int = 1) -> Any:
    """Worked out with so many of the lot taken out, confirmed by a second person, given; the nurse's page."""
    page = walk.to("monitor", room)
    if page.locator("#sound").get_by_role("button", name="Yes, heard").count():
        steps.hear(page)
    open_booster(page)
    assert steps.milligrams(steps.work_out(walk, page, lot, out=out)) == mg
    assert not page.locator("#second-form").count(), "whoever worked it out is offered to confirm it"
    steps.second(walk, room, mg)
    page = walk.to("monitor", room)
    steps.give(walk, page, mg, button)
    assert "The dose is recorded" in said(page)
    walk.look(page)
    return page


def open_booster(page: Any) -> None:
    """Where a booster may be given its part is folded, until somebody works on it."""
    shut = page.locator("details:not([open]) > summary", has_text="Give a booster of this visit")
    if shut.count():
        shut.click()


def fold(page: Any, summary: str) -> Any:
    part = page.locator("details:has(> summary)", has=page.get_by_text(summary, exact=True))
    part.locator("> summary").click()
    return part


def test_an_infusion_with_its_rate_its_vein_a_pause_and_a_booster(walk: Walk, rooms: dict[str, str]) -> None:
    """The whole sum on one line, a new rate, a look at the vein, the pump's own figure, then a booster."""
    room = rooms["iv"]
    page = walk.to("monitor", room)
    line = steps.work_out(walk, page, "50 mg/mL")
    mg = steps.milligrams(line)
    assert "of 50 mg/mL, over 40 min:" in line and "mL/h" in line
    page = given(walk, room, lot="50 mg/mL", mg=mg)
    part = fold(page, "The pump was set to another rate")
    part.get_by_label("Rate on the pump").fill("0.4")
    part.get_by_label("mL/h", exact=True).check()
    part.get_by_label("Why").fill("Dizzy")
    walk.press(page, "Record the rate")
    assert "0.4 mL/h × 50 mg/mL = 20 mg/h" in said(page)
    part = fold(page, "Look at the vein")
    part.get_by_role("group", name="Pain there").get_by_label("No").check()
    part.get_by_role("group", name="Swelling there").get_by_label("Yes").check()
    part.get_by_label("What you did about it").fill("Line moved to the other arm")
    walk.press(page, "Record the look")
    assert "swelling" in page.locator("#running-now").inner_text()
    part = fold(page, "Pause the infusion")
    part.get_by_label("Why it is paused").fill("The line is moved")
    walk.press(page, "Pause")
    assert "Paused" in page.locator("#running-now").inner_text()
    walk.press(page, "The infusion goes on")
    end = page.locator("#end")
    end.get_by_label("as the pump says").fill("12.5")
    end.get_by_label("If it ended early").fill("The line was moved")
    end.get_by_label("It ended early", exact=True).check()
    walk.press(page, "End the dose")
    assert "12.5 mg given" in page.locator("#about").inner_text()
    open_booster(page)
    booster = steps.milligrams(steps.work_out(walk, page, "50 mg/mL"))
    page = given(walk, room, lot="50 mg/mL", mg=booster, button="Give the booster", out=0)
    assert "Since the last dose" in said(page) and "2 doses" in said(page)


def test_an_injection_is_over_with_its_dose(walk: Walk, rooms: dict[str, str]) -> None:
    """By ideal body weight, with the sum by the scale beside it; nothing is left to end."""
    room = rooms["im"]
    page = walk.to("monitor", room)
    assert "ideal body weight" in steps.work_out(walk, page, "50 mg/mL")
    assert "by the weight as measured" in page.locator("#dose").inner_text()
    mg = steps.milligrams(page.locator(".second__line").inner_text())
    page = given(walk, room, lot="50 mg/mL", mg=mg)
    assert page.locator("#room").get_attribute("data-phase") == "peak watch"
    assert not page.locator("#end").count()


def test_a_lozenge_is_held_and_then_spat_out(walk: Walk, rooms: dict[str, str]) -> None:
    """The prescriber's minutes count down; what was done is recorded, and ends the dose."""
    page = given(walk, rooms["sublingual"], lot="J-50", mg="100", out=2)
    assert "Hold until" in said(page) and "hold 12 min, then spit" in said(page)
    walk.press(page, "Spat out")
    assert page.locator("#room").get_attribute("data-phase") == "peak watch"
    assert "spat out" in page.locator("#about").inner_text()


def test_a_capsule_is_given_at_once(walk: Walk, rooms: dict[str, str]) -> None:
    page = given(walk, rooms["oral"], lot="J-50", mg="150", out=3)
    assert "150 mg = 3 × capsule of 50 mg" in said(page)
    assert page.locator("#room").get_attribute("data-phase") == "peak watch"


def test_three_nasal_devices_each_after_its_time(walk: Walk, rooms: dict[str, str]) -> None:
    """The next button stays off with its reason; one used too soon is recorded with a task; then the rest."""
    page = given(walk, rooms["intranasal"], lot="J-28", mg="84", out=3)
    assert "1 of 3 devices" in said(page)
    button = page.get_by_role("button", name="Device 2 is used")
    assert button.is_disabled()
    assert "5 min between two devices" in page.locator("[data-why]").inner_text()
    for number in (2, 3):
        lot = page.locator("#device-device_lot")
        lot.select_option(lot.locator("option", has_text="J-28").first.get_attribute("value"))
        page.get_by_text("It was used before the time").click()
        page.get_by_label("It has happened already").check()
        walk.press(page, "Record it")
        assert f"Nasal device {number} used" in said(page)
    assert page.locator("#room").get_attribute("data-phase") == "peak watch"
    assert "5 min between two devices" in said(page)


def test_the_button_opens_by_the_clock_of_the_page(walk: Walk, rooms: dict[str, str], chromium: Any) -> None:
    """Waiting five minutes is the browser's: its clock runs on, and the button opens by itself."""
    page = walk.tab("monitor")
    page.goto(walk.demo.address + rooms["intranasal"])
    page.evaluate(
        """() => { const form = document.createElement('form');
        form.dataset.opens = new Date(0).toISOString();
        form.innerHTML = '<p data-why></p><button disabled data-open-button>x</button>';
        document.querySelector('.room-head').append(form); }"""
    )
    page.locator(".room-head [data-open-button]:enabled").wait_for()
    assert "is over" in page.locator(".room-head [data-why]").inner_text()
