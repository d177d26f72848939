"""A private note on a phone: a passphrase, the sheet, a server killed while one writes, sealed in the end."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import Demo
from tests.filled import Filled
from tests.journeys.test_room_walks import Server
from tests.journeys.walk import VIEWS, Walk, said

pytestmark = pytest.mark.browser
WORDS = "four words of mine"


@pytest.fixture
def server(filled_demo: Filled, tmp_path: Any, chromium: Any) -> Iterator[Server]:
    made = Server(filled_demo.copy(tmp_path / "home"))
    yield made
    made.end()


def look(walk: Walk, page: Any) -> None:
    """In both colour schemes, on a desk and at last on a phone."""
    for width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        walk.look(page)


def opened(walk: Walk, page: Any) -> None:
    page.get_by_label("Your passphrase for notes").fill(WORDS)
    walk.press(page, "Open my notes")


def status(page: Any, says: str) -> None:
    page.locator("#note-kept", has_text=says).wait_for()


def begun(walk: Walk, demo: Demo) -> Any:
    """The passphrase is chosen and the sheet written."""
    page = walk.tab("therapist")
    page.goto(f"{demo.address}{demo.chart_at(page, 'integration')}integration/")
    page.get_by_role("link", name="Open your private notes").click()
    look(walk, page)
    page.get_by_role("textbox", name="A passphrase").fill(WORDS)
    page.get_by_label("The same once more").fill("four words of mint")
    walk.press(page, "Lock my notes with it")
    assert "the two are not the same" in said(page)
    look(walk, page)
    page.get_by_role("textbox", name="A passphrase").fill(WORDS)
    page.get_by_label("The same once more").fill(WORDS)
    walk.press(page, "Lock my notes with it")
    look(walk, page)
    page.get_by_role("button", name="I have written it down").click()
    page.get_by_label("Your note").wait_for()
    return page


def test_a_note_outlives_the_server(server: Server, chromium: Any) -> None:
    """Kept as it is typed; after the kill it says so, and goes on once the notes are open again."""
    walk = Walk(chromium, server.demo)
    page = begun(walk, server.demo)
    text = page.get_by_label("Your note")
    text.fill("He reminds me of my brother")
    status(page, "Kept at")
    look(walk, page)
    server.kill()
    text.press_sequentially(", and I was short with him")
    status(page, "the clinic cannot be reached")
    server.start()
    status(page, "your notes are closed again")
    walk.look(page)
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Open your notes in another tab").click()
    opened(walk, other.value)
    assert other.value.get_by_label("Your note").input_value() == "He reminds me of my brother"
    other.value.close()
    status(page, "Kept at")
    walk.press(page, "Seal the note")
    look(walk, page)
    assert "He reminds me of my brother, and I was short with him" in said(page)
    walk.press(page, "Close my notes")
    look(walk, page)
    assert "brother" not in said(page)
    walk.close()
    assert walk.faults == []
