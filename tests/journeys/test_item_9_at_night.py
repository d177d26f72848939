"""Three in the morning: somebody marks item 9 at home. Help first, a task with its hour, no false promise."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser import Demo
from tests.filled import Filled
from tests.journeys.keys import tab_to
from tests.journeys.test_room_walks import Server
from tests.journeys.walk import Walk, said
from tests.records.process import run

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
NIGHT = 3
"""The hour it is in the clinic, whenever this test runs."""


def zone_where_it_is_night() -> str:
    """A zone of whole hours; the names of these count the other way round."""
    east = (NIGHT - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


@pytest.fixture
def night(filled_demo: Filled, tmp_path: Any, chromium: Any) -> Iterator[Demo]:
    """The demonstration clinic, moved to where it is three in the morning now."""
    home, zone = filled_demo.copy(tmp_path / "home"), zone_where_it_is_night()
    moved = run(home, f"from openkap.records.models import Clinic; Clinic.objects.update(time_zone={zone!r})")
    assert moved.returncode == 0, moved.stderr
    made = Server(home)
    yield made.demo
    made.end()


def test_item_9_at_three_in_the_morning(night: Demo, chromium: Any) -> None:
    """By keyboard on a small phone; then on the board of whoever looks first, who takes it."""
    walk = Walk(chromium, night)
    context = chromium.new_context(viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    night.sign_in(page, "new patient")
    page.goto(f"{night.address}/me/forms/phq9/ask/item-9/")
    tab_to(page, "[name=answer]")
    page.keyboard.press("Space")
    while page.locator("[name=answer]:checked").get_attribute("value") != "1":
        page.keyboard.press("ArrowDown")
    tab_to(page, ".portal-big:not([href^='tel:'], [href^='sms:'])")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    helped(walk, page)
    context.close()
    taken(walk)
    walk.close()
    assert walk.faults == []


def helped(walk: Walk, page: Any) -> None:
    """The number is the first thing the keyboard comes to; nobody is said to be watching or about to call."""
    walk.look(page)
    told = said(page)
    assert "Please talk to someone now" in told
    assert "Nobody watches these answers around the clock, so please do not wait for them" in told
    assert not re.search(r"we will (call|contact|reach)|will be in touch|is watching", told, re.IGNORECASE)
    first = page.locator("main a").first
    assert first.get_attribute("href") == "tel:988"
    tab_to(page, "[href='tel:988']")
    assert page.locator("h1").count() == 1 and page.get_by_role("heading", level=2).first.is_visible()
    page.reload()
    assert "Please talk to someone now" in said(page)


def taken(walk: Walk) -> None:
    """It stands on the board with its hour at once, and whoever takes it is named there for the others."""
    board = walk.to("prescriber", "/board/")
    need = (
        board.locator(".k-needs li").filter(has_text="PHQ-9 item 9: several days").filter(has_text="Marigold")
    )
    assert need.count() == 1
    with board.expect_navigation():
        need.get_by_role("button").click()
    assert need.get_by_role("button").count() == 0
    board.get_by_role("link", name=re.compile("Marigold")).first.click()
    board.wait_for_url("**/charts/**")
    walk.look(board)
    told = said(board)
    assert re.search(rf"\b0?{NIGHT}:\d\d\b", told), "the task does not say when it was opened"
    assert "Dr Mara Lindqvist-Rowe" in told
