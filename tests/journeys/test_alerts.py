"""Alerts in the room, in a browser: they arrive by themselves, in a hidden tab too, and silence is told."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.test_live_room import tab

pytestmark = pytest.mark.browser

SOON = 30_000
THROTTLED = """
const sooner = setInterval;
globalThis.setInterval = (does, ms) => sooner(does, Math.max(ms, 60000));
const later = setTimeout;
globalThis.setTimeout = (does, ms) => later(does, Math.max(ms, 60000));
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
Object.defineProperty(document, "hidden", { get: () => true });
"""
"""What Chromium does to a tab that has been hidden for five quiet minutes: timers run once a minute."""


def chart(page: Any, pressure: str = "124/78", oxygen: str = "98") -> None:
    systolic, diastolic = pressure.split("/")
    page.get_by_label("Systolic").fill(systolic)
    page.get_by_label("Diastolic").fill(diastolic)
    page.get_by_label("Heart rate").fill("72")
    page.get_by_label("SpO₂ %").fill(oxygen)
    page.get_by_label("5 readily").check(force=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Record vital signs").click()


def alert(page: Any, says: str) -> Any:
    return page.locator("#bar .alert", has_text=says)


def acknowledge_all(page: Any) -> None:
    """Normal values, and every name given: the room is quiet for the next test."""
    chart(page)
    page.wait_for_timeout(2000)
    while page.locator("#bar").get_by_role("button", name="Acknowledge").count():
        with page.expect_navigation():
            page.locator("#bar").get_by_role("button", name="Acknowledge").first.click()


@contextmanager
def quiet_after(chromium: Any, demo: Demo) -> Iterator[Any]:
    """A tablet in the room; whatever was raised in it is acknowledged at the end."""
    with tab(chromium, demo) as page:
        yield page
        acknowledge_all(page)


def test_pressure_that_rises_is_told_in_steps(chromium: Any, demo: Demo) -> None:
    """First to watch, then to call: one alert each, the vitals in sight, over only when it is over."""
    with quiet_after(chromium, demo) as page:
        chart(page, "168/98")
        alert(page, "limit for watching").wait_for(timeout=SOON)
        chart(page, "186/121")
        alert(page, "limit for a call").wait_for(timeout=SOON)
        first = page.locator("#bar .alert").first
        assert "▲▲▲ Now:" in first.inner_text()
        assert "186 mmHg (limit: at least 180)" in first.inner_text()
        tiles, bar = page.locator("#tiles").bounding_box(), page.locator("#bar").bounding_box()
        assert tiles["y"] + tiles["height"] < bar["y"]
        chart(page, "130/80")
        alert(page, "stays here until somebody acknowledges it").first.wait_for(timeout=SOON)


def test_oxygen_that_falls_is_told_and_silenced_for_two_minutes(chromium: Any, demo: Demo) -> None:
    with quiet_after(chromium, demo) as page:
        chart(page, oxygen="88")
        alert(page, "limit for acting").wait_for(timeout=SOON)
        with page.expect_navigation():
            alert(page, "limit for acting").get_by_role("button", name="Silence 2 min").click()
        left = alert(page, "limit for acting").locator(".alert__quiet b")
        assert re.fullmatch(r"[12]:\d\d", left.inner_text())
        page.wait_for_timeout(2100)
        assert re.fullmatch(r"1:\d\d", left.inner_text())


def test_two_nurses_acknowledge_at_once(chromium: Any, demo: Demo) -> None:
    """Both press before either hears of the other: both are told, and one name stands on both screens."""
    with quiet_after(chromium, demo) as one:
        context = chromium.new_context(viewport={"width": 1180, "height": 820}, reduced_motion="reduce")
        other = context.new_page()
        demo.sign_in(other, "prescriber")
        other.goto(one.url)
        chart(one, "188/122")
        for page in (one, other):
            alert(page, "limit for a call").wait_for(timeout=SOON)
        for page in (one, other):
            alert(page, "limit for a call").locator("form").first.evaluate("form => form.submit()")
        for page in (one, other):
            page.get_by_text(re.compile("Acknowledged with your name|acknowledged this first")).wait_for(
                timeout=SOON
            )
        told = [page.get_by_text(re.compile("that stands")).count() for page in (one, other)]
        assert sorted(told) == [0, 1]
        one.reload()
        stands = [
            alert(page, "limit for a call").locator(".alert__told").inner_text() for page in (one, other)
        ]
        assert stands[0].partition("; also by")[0] == stands[1].partition("; also by")[0]
        context.close()


def asked(page: Any, hidden: Any, what: str) -> None:
    """Until it is so in the hidden tab, asked from outside: a question that waits in there waits a minute."""
    for _ in range(SOON // 500):
        if hidden.evaluate(what):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"not so after {SOON} ms: {what}")


def test_a_tab_that_was_hidden_still_sounds_and_gives_its_receipt(chromium: Any, demo: Demo) -> None:
    """Its timers run once a minute, as after six minutes behind another tab; what is pushed is not slowed."""
    with quiet_after(chromium, demo) as page:
        page.locator("#sound summary").click()
        page.get_by_label("Aloud: the patient hears it").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Record how it sounds").click()
        hidden = page.context.new_page()
        hidden.add_init_script(THROTTLED)
        hidden.goto(page.url)
        hidden.locator("h1").click()
        asked(page, hidden, "openkapSounding.state() === 'on'")
        receipts: list[str] = []
        hidden.on("request", lambda request: "alerts/seen" in request.url and receipts.append(request.url))
        chart(page, oxygen="87")
        asked(page, hidden, "openkapSounding.playing === 'high'")
        page.wait_for_timeout(500)
        assert receipts
        hidden.close()
        page.locator("#sound summary").click()
        page.get_by_label(re.compile("Silent in this room; the second")).check()
        with page.expect_navigation():
            page.get_by_role("button", name="Record how it sounds").click()


def engine_of(demo: Demo) -> int:
    """The process that evaluates the alerts of this demonstration."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, told = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"openkap.config.engine" in command and f"OPENKAP_HOME={demo.home}".encode() in told:
            return int(folder.name)
    pytest.skip("the process list cannot be read here")


def test_an_engine_that_stands_still_is_told_and_one_that_dies_comes_back(chromium: Any, demo: Demo) -> None:
    """The screen says within seconds that nothing is evaluated; then the gap itself is an alert."""
    with quiet_after(chromium, demo) as page:
        page.get_by_text("Connected", exact=True).wait_for(timeout=SOON)
        engine = engine_of(demo)
        os.kill(engine, signal.SIGSTOP)
        try:
            page.get_by_text("Prompts and alerts are not running.").wait_for(timeout=SOON)
            assert page.locator("#bar").is_hidden()
        finally:
            os.kill(engine, signal.SIGKILL)
        alert(page, "Prompts and alerts were not running for a while").wait_for(timeout=SOON)
        assert page.locator("#fail").is_hidden()
        assert engine_of(demo) != engine


def test_the_second_screen_takes_over(chromium: Any, demo: Demo) -> None:
    """It shows every open room; the silent room's alert sounds here."""
    with quiet_after(chromium, demo) as page:
        board = page.context.new_page()
        board.goto(f"{demo.address}/rooms/")
        chart(page, "188/122")
        room = board.locator(".rooms__one--high", has_text="188/122")
        room.locator(".alert[data-sounds]", has_text="limit for a call").first.wait_for(timeout=SOON)
        board.close()
