"""The forecast in Chromium: beside the plan, behind the readings, and the slider of a typical adult."""

from itertools import combinations
from typing import Any

import pytest

from tests.browser import Demo
from tests.web.test_browser import VIEWS, seen, walk

pytestmark = pytest.mark.browser


def in_every_view(page: Any) -> list[str]:
    """Faults of the page as it now stands."""
    faults: list[str] = []
    for scheme, width, height in VIEWS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{scheme} {width}: {fault}" for fault in seen(page, width)]
    return faults


@pytest.mark.parametrize(
    "path", ["expect/", "expect/iv/", "expect/sublingual/", "expect/subcutaneous/", "how-it-works/"]
)
def test_the_pages_for_patients_are_sound(page: Any, demo: Demo, path: str) -> None:
    """With and without a slider."""
    assert walk(page, demo, "patient", f"/me/{path}") == []


def test_the_slider_moves_by_keyboard_and_without_a_network(page: Any, demo: Demo) -> None:
    """Each step is told in words, to eyes and to a screen reader alike."""
    demo.sign_in(page, "patient")
    page.goto(f"{demo.address}/me/how-it-works/")
    page.context.set_offline(True)
    slider, said = page.get_by_label("Time after the start"), page.locator("output")
    assert said.inner_text().startswith("At the start")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("40 minutes after the start")
    assert slider.get_attribute("aria-valuetext") == "40 minutes after the start"
    page.keyboard.press("End")
    assert "do not drive today" in said.inner_text()
    page.context.set_offline(False)


def test_the_plan_shows_its_forecast_as_one_types(page: Any, demo: Demo) -> None:
    """The figure follows the dose; one that cannot be meant stays in its field, with one sentence."""
    demo.sign_in(page, "prescriber")
    page.goto(f"{demo.address}{demo.chart_at(page, 'dosing')}preparation/plan/")
    page.get_by_text("Open the plan to change it").click()
    beside, field = page.locator("[data-preview-here]"), page.get_by_label("By weight", exact=True)
    peak = beside.get_by_text("peaks at")
    peak.wait_for()
    before = peak.inner_text()
    assert beside.locator("svg:visible path").count() >= 3
    assert in_every_view(page) == []
    field.fill("0.9")
    page.wait_for_function("old => !document.body.innerText.includes(old)", arg=before)
    peak.wait_for()
    field.fill("900")
    beside.get_by_text("900 mg/kg is more than").wait_for()
    assert field.input_value() == "900"
    assert peak.count() == 0


def test_the_room_draws_its_forecast_behind_the_readings(page: Any, demo: Demo) -> None:
    """It reaches past this moment, its words are on the page, and its table is open to everybody."""
    demo.sign_in(page, "monitor")
    page.goto(f"{demo.address}/board/")
    page.locator(".k-visit", has_text="minute").locator("a").first.click()
    page.get_by_text("Behind it, a forecast:").wait_for()
    page.wait_for_function("() => globalThis.openkapRoom?.forecast")
    page.get_by_text("Forecast in words and numbers").click()
    assert page.evaluate("openkapRoom.forecast.ends() * 1000 > openkapRoom.now()")
    assert page.locator("#forecast-table tbody tr").count() > 30
    assert in_every_view(page) == []


_KEEP_WORDS = """
const { clearRect, fillText: fill } = CanvasRenderingContext2D.prototype;
globalThis.drawn = new Map();  // of one drawing: a reading may come between two
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  globalThis.drawn.clear();
  clearRect.apply(this, box);
};
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  const wide = this.measureText(text).width, high = parseFloat(this.font);
  const left = this.textAlign === "right" ? x - wide : x;
  const foot = this.textBaseline === "middle" ? y + high / 2 : y;
  if (/[a-z]/.test(text)) globalThis.drawn.set(text, [left, foot - 0.8 * high, left + wide, foot]);
  fill.call(this, text, x, y);
};
"""
_END_FOUR_MINUTES_AGO = """() => {
  globalThis.drawn.clear();
  openkapRoom.page.dataset.endAt = new Date(openkapRoom.now() - 240000).toISOString();
  openkapRoom.page.dispatchEvent(new Event("room:refreshed"));
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_word_of_the_trend_lies_on_another(page: Any, demo: Demo, width: int) -> None:
    """Neither the end of a dose on this moment, nor the forecast on a reading.

    On a phone the word for the end may find no room, and its line stands alone; so may the forecast's peak.
    """
    page.set_viewport_size({"width": width, "height": 860})
    page.add_init_script(_KEEP_WORDS)
    demo.sign_in(page, "monitor")
    page.goto(f"{demo.address}/board/")
    page.locator(".k-visit", has_text="minute").locator("a").first.click()
    page.get_by_text("Behind it, a forecast:").wait_for()
    page.wait_for_function("() => globalThis.openkapRoom?.forecast")
    page.evaluate(_END_FOUR_MINUTES_AGO)
    page.wait_for_function("() => drawn.has('now') && drawn.has('systolic')")
    words = page.evaluate("[...drawn]")
    assert any(text.startswith("forecast") for text, _ in words)
    assert width < 1280 or "end" in dict(words)
    assert [(one, other) for (one, a), (other, b) in combinations(words, 2) if overlap(a, b)] == []


def overlap(a: list[float], b: list[float]) -> bool:
    """Of two boxes: left, top, right, bottom."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
