"""A dose is tried too early, again and again, and each time the page says what is missing. None is given."""

from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys import steps
from tests.journeys.walk import Walk, said

pytestmark = pytest.mark.browser


def booked_room(walk: Walk) -> str:
    """The room of somebody of the demonstration who is booked and prepared, and has not arrived."""
    page = walk.tab("monitor")
    for number in range(20):
        chart = walk.demo.chart_at(page, "dosing", number=number)
        page.goto(f"{walk.demo.address}{chart}visits/")
        booked = page.locator(".k-lines li").filter(has_text=": booked")
        if booked.count():
            return booked.first.get_by_role("link").get_attribute("href")
    raise AssertionError("nobody in the demonstration is booked")


def refused(walk: Walk, page: Any, missing: str, *, look: bool = False) -> None:
    """The dose is tried; the page says what is missing, who can settle it, and that nothing was given."""
    steps.give(walk, page, "35")
    if look:
        walk.look(page)
    told = page.locator(".k-refused").inner_text()
    assert "This cannot be done yet" in told
    assert missing in told
    assert "can settle this" in told
    assert page.get_by_label("Say the milligrams aloud").input_value() == "35"
    assert page.locator("#room").get_attribute("data-phase") in ("booked", "arrived", "checked")
    page.goto(page.url.partition("start/")[0])


def test_a_dose_too_early_is_told_what_is_missing(chromium: Any, demo: Demo) -> None:
    """Seven points from the empty chair to the last reading, each with its own reason."""
    walk = Walk(chromium, demo)
    room = booked_room(walk)
    page = walk.to("monitor", room)
    refused(walk, page, "not been checked in", look=True)
    steps.arrive(walk, page)
    refused(walk, page, "suicide")
    steps.answer(walk, page, "check", escort="no")
    refused(walk, page, "No adult is confirmed to take the patient home")
    steps.answer(walk, page, "check")
    steps.hear(page)
    refused(walk, page, "not been weighed")
    steps.weigh(walk, page)
    refused(walk, page, "blood pressure")
    steps.vitals(walk, page, "168/98")
    refused(walk, page, "168/98")
    assert "Go past this with a reason" not in said(page)
    steps.vitals(walk, page, "124/78")
    withdraw(walk, room)
    page = walk.to("monitor", room)
    refused(walk, page, "onsent")
    walk.close()
    assert walk.faults == []


def withdraw(walk: Walk, room: str) -> None:
    """On the day itself the patient changes their mind."""
    page = walk.to("prescriber", room.partition("visits/")[0] + "preparation/")
    page.get_by_text("The patient takes this consent back").first.click()
    page.locator("#withdraw-ketamine-treatment-said").fill("Not today")
    with page.expect_navigation():
        page.locator("form", has=page.locator("#withdraw-ketamine-treatment-said")).get_by_role(
            "button"
        ).click()
