"""A real server and a real browser: `openkap demo` in a process of its own, and Chromium to walk through it.

`demo` is the running demonstration clinic, `page` a fresh tab. Without Chromium both skip with a sentence,
unless OPENKAP_REQUIRE_BROWSER=1.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.filled import Filled, address, demonstration

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # a process for each fresh tab is most of what the tab costs
)
PEOPLE = {
    "prescriber": "mara.prescriber",
    "therapist": "tomas.therapist",
    "monitor": "ines.monitor",
    "manager": "ruth.manager",
    "auditor": "paul.auditor",
    "patient": "linnea.patient",
    "new patient": "marigold.patient",
    "director": "nora.director",
}


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration clinic that serves."""

    address: str
    home: Path

    def sign_in(self, page: Any, role: str) -> None:
        """One click; `role` is one of PEOPLE."""
        page.goto(f"{self.address}/sign-in/")
        card = page.locator(f"form[action='/demo/sign-in/{PEOPLE[role]}/']")
        card.get_by_role("button").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)

    def chart_at(self, page: Any, stage: str, *, number: int = 0) -> str:
        """The path of a chart that is at a stage, as the list shows them."""
        page.goto(f"{self.address}/charts/?stage={stage}")
        return page.locator("tbody th a").nth(number).get_attribute("href")


def chromium_path() -> str | None:
    """Where the browser is, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def serving(home: Path) -> Iterator[Demo]:
    """`openkap demo` in that folder, filling it if it is not there yet."""
    with demonstration(home) as said:
        yield Demo(address(said), home)


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration clinic, filled and serving, for the tests of one worker."""
    _browser_or_skip()
    filled: Filled = request.getfixturevalue("filled_demo")  # only where there is a browser
    with serving(filled.copy(tmp_path_factory.mktemp("browser") / "home")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium, for one module: while its loop runs, Django takes every query for one from a coroutine."""
    path = _browser_or_skip()
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh tab of a desktop, signed in nowhere."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    yield context.new_page()
    context.close()


def _browser_or_skip() -> str:
    path = chromium_path()
    if path is None and os.environ.get("OPENKAP_REQUIRE_BROWSER") == "1":
        pytest.fail("There is no Chromium here, and OPENKAP_REQUIRE_BROWSER=1 asks for one.")
    if path is None:
        pytest.skip("There is no Chromium here; install it to walk the pages.")
    return path
