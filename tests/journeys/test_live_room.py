"""The room while it is live: data comes by itself, silence is said in words, and nothing needs a script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.walk import said

pytestmark = pytest.mark.browser

TABLET = {"width": 1180, "height": 820}


@contextmanager
def tab(chromium: Any, demo: Demo, **options: Any) -> Iterator[Any]:
    """A tablet on its side, signed in as the session monitor, in the room where a dose is running."""
    context = chromium.new_context(viewport=TABLET, reduced_motion="reduce", **options)
    page = context.new_page()
    demo.sign_in(page, "monitor")
    page.goto(demo.address + live_room(page, demo))
    yield page
    context.close()


def live_room(page: Any, demo: Demo) -> str:
    """The room whose session runs by itself."""
    page.goto(f"{demo.address}/board/")
    rooms = page.locator("a[href*='/visits/']")
    for address in [link.get_attribute("href") for link in rooms.all()]:
        page.goto(demo.address + address)
        if page.locator("#room[data-stream]").count() and page.locator(".room-columns--live").count():
            return address
    raise AssertionError("no session is running in the demonstration")


def test_readings_arrive_by_themselves(chromium: Any, demo: Demo) -> None:
    """A tile gets a newer moment without anybody touching the page."""
    with tab(chromium, demo) as page:
        before = page.locator("[data-tile=heart-rate]").get_attribute("data-at")
        for _ in range(60):
            page.wait_for_timeout(500)
            if page.locator("[data-tile=heart-rate]").get_attribute("data-at") != before:
                break
        assert page.locator("[data-tile=heart-rate]").get_attribute("data-at") > before
        assert page.locator("#link").inner_text() == "Connected"


def test_silence_is_said_in_words_and_greys_the_tiles(chromium: Any, demo: Demo) -> None:
    """No stream: soon the page says from when it is. The stream comes back: it says that too."""
    with tab(chromium, demo) as page:
        page.route("**/stream/**", lambda route: route.abort())
        page.reload()
        told = page.get_by_text(re.compile(r"Not connected: what you see is from \d\d:\d\d:\d\d"))
        told.wait_for(timeout=30_000)
        value = page.locator("[data-tile=heart-rate] .tile__value")
        assert "line-through" in value.evaluate("el => getComputedStyle(el).textDecorationLine")
        assert "gradient" in page.locator("[data-tile=heart-rate]").evaluate(
            "el => getComputedStyle(el).backgroundImage"
        )
        page.unroute("**/stream/**")
        page.get_by_text("Connected", exact=True).wait_for(timeout=30_000)


def test_a_tap_that_cannot_be_sent_says_so_and_is_stored_once(chromium: Any, demo: Demo) -> None:
    """Without a network the tap is not lost: it waits on the tablet, which says so, and is sent once."""
    with tab(chromium, demo) as page:
        page.route("**/observe/", lambda route: route.abort())
        page.get_by_role("button", name="Laughter", exact=True).click()
        page.get_by_text(re.compile("^1 entry waits on this tablet")).wait_for()
        page.unroute("**/observe/")
        page.locator("#waiting").wait_for(state="hidden")
        page.locator("#last").get_by_text("Seen: laughter").first.wait_for()


def test_what_is_being_typed_survives_news(chromium: Any, demo: Demo) -> None:
    """Somebody else charts while a nurse types: the list grows, the field keeps its digits."""
    with tab(chromium, demo) as page, tab(chromium, demo) as other:
        page.get_by_label("Systolic").fill("13")
        other.get_by_role("button", name="Silence", exact=True).click()
        page.locator("#last").get_by_text("Seen: silence").first.wait_for()
        assert page.get_by_label("Systolic").input_value() == "13"


def test_the_room_works_without_scripts(chromium: Any, demo: Demo) -> None:
    """It draws itself again every 15 seconds unless told to stand still, and every act is a form."""
    with tab(chromium, demo, java_script_enabled=False) as page:
        assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "15"
        page.get_by_role("link", name="Stand still while I type").click()
        assert not page.locator("meta[http-equiv=refresh]").count()
        page.get_by_role("button", name="Spoke", exact=True).click()
        assert "Recorded: spoke." in said(page)


def test_one_finger_is_enough(chromium: Any, demo: Demo) -> None:
    """Every button and link that acts in the room is at least 44 px high."""
    with tab(chromium, demo) as page:
        small = page.evaluate(
            """() => [...document.querySelectorAll('#room button, #room .pill input, #bar a')]
            .filter(el => el.getClientRects().length)
            .map(el => [el.textContent || el.id, el.getBoundingClientRect().height])
            .filter(([, height]) => height < 44)"""
        )
        assert small == []


def test_the_vitals_are_never_under_the_bar(chromium: Any, demo: Demo) -> None:
    """On a tablet the four tiles stand clear of the bar at the bottom, whatever it says."""
    with tab(chromium, demo) as page:
        tiles = page.locator("#tiles").bounding_box()
        bar = page.locator("#bar").bounding_box()
        assert tiles["y"] + tiles["height"] < bar["y"]


def test_a_check_that_falls_due_is_asked_for_once_a_minute(chromium: Any, demo: Demo) -> None:
    """Time alone changes the page: it draws itself again when a check falls due, and then rests."""
    due = """() => { const due = document.createElement('span'); due.dataset.until = '2026-01-01T00:00Z';
        document.querySelector('.room-head').append(due); }"""
    with tab(chromium, demo) as page:
        page.get_by_text("Connected", exact=True).wait_for()
        drawn: list[str] = []
        page.on("request", lambda request: drawn.append(request.url) if request.url == page.url else None)
        page.evaluate(due)
        page.wait_for_timeout(5000)
        assert 1 <= len(drawn) <= 4
