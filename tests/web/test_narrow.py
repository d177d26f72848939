"""On a narrow phone: a word without end widens no page, and what is pressed often is large enough."""

from typing import Any

import pytest

from tests.browser import Demo

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}
LONG = "w" * 300
FINGER_PX = 44


def test_a_word_without_end_widens_no_page(page: Any, demo: Demo) -> None:
    """What somebody typed, on each page that tells it again."""
    page.set_viewport_size(PHONE)
    demo.sign_in(page, "prescriber")
    chart = demo.address + demo.chart_at(page, "screening")
    page.goto(f"{chart}screening/history/")
    page.locator("summary", has_text="Add a treatment").click()
    form = page.locator("form[action$='/history/trial/']")
    for name in ("treatment", "adherence", "outcome", "this_episode", "adequate"):
        form.locator(f"[name={name}] + label").first.click()
    for name in ("what", "reason"):
        form.locator(f"[name={name}]").fill(LONG)
    form.get_by_role("button").click()
    page.wait_for_load_state()
    assert LONG in page.locator("#main").inner_text()
    for path in ("screening/history/", "screening/", ""):
        page.goto(chart + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


@pytest.mark.parametrize(
    ("role", "path"),
    [("director", "/protocol/draft/"), ("patient", "/me/ready/")],
)
def test_back_and_out_are_as_large_as_a_finger(page: Any, demo: Demo, role: str, path: str) -> None:
    """The two that stand on every page."""
    page.set_viewport_size(PHONE)
    demo.sign_in(page, role)
    page.goto(demo.address + path)
    for what in (page.locator(".k-back a"), page.get_by_role("button", name="Sign out")):
        box = what.first.bounding_box()
        assert box["height"] >= FINGER_PX and box["width"] >= FINGER_PX


def test_the_draft_of_a_protocol_is_sound(page: Any, demo: Demo) -> None:
    """Folded and unfolded, in four views."""
    from tests.web.test_browser import VIEWS, seen

    demo.sign_in(page, "director")
    page.goto(f"{demo.address}/protocol/draft/")
    for stage in page.locator(".draft-stage:not([open]) > summary").all()[::-1]:
        stage.click()
    for scheme, _, height in VIEWS:
        for width in (360, 1280):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            assert seen(page, width) == []
