"""A practice on a phone whose network goes away: the timer runs on, and what was told is sent once."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import Demo
from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser


def test_the_timer_needs_no_network(chromium: Any, demo: Demo) -> None:
    """Begun with a network, done and written down without one, found on the list when it is back."""
    walk = Walk(chromium, demo)
    page = walk.tab("patient")
    page.set_viewport_size({"width": 360, "height": 740})
    page.clock.install()
    page.goto(f"{demo.address}/me/practice/slow-breathing/")
    walk.look(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="2 minutes").click()
    step = page.locator("#timer-step")
    assert not page.get_by_role("button", name="5 minutes").is_visible()
    assert step.inner_text() == "Breathe in"
    page.clock.run_for(4_100)
    assert step.inner_text() == "Breathe out"
    page.clock.run_for(6_000)
    assert step.inner_text() == "Breathe in"
    assert page.get_by_role("timer").inner_text() == "1:50"
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    assert page.get_by_role("timer").inner_text() == "1:50"
    walk.look(page)
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(111_000)
    assert page.get_by_label("How many minutes was it?").input_value() == "2"
    assert page.evaluate("document.activeElement.id") == "after-title"
    page.get_by_label("How was it?").fill("Slower than I thought")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Kept on this phone: 1.").wait_for()
    page.clock.run_for(20_000)
    page.context.set_offline(False)
    page.clock.run_for(6_000)
    expect(page.locator("#practice-waits")).to_be_empty()
    page.goto(f"{demo.address}/me/practice/")
    walk.look(page)
    assert page.get_by_text("Slower than I thought").count() == 1
    assert walk.faults == []
    walk.close()
