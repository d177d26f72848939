"""A real server and a real browser: `openkap demo` in a process of its own, and Chromium to walk through it.

`demo` is the running demonstration clinic, `page` a fresh tab. Without Chromium both skip with a sentence,
unless OPENKAP_REQUIRE_BROWSER=1.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTS_WITHIN_S = 120
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
_COMMAND = "import sys; from openkap.config.cli import main; sys.exit(main())"
_ADDRESS = re.compile(r"http://localhost:\d+")


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
    """`openkap demo` on a port the system chooses, ended on leaving."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("OPENKAP_")}
    command = [sys.executable, "-u", "-c", _COMMAND, "demo", "--port", "0", "--home", str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, env=keep, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            yield Demo(_address(server), home)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _address(server: "subprocess.Popen[str]") -> str:
    """The address the server prints once it serves; what it said instead, if it never does."""
    said: list[str] = []
    found = threading.Event()

    def listen() -> None:
        for line in server.stdout or ():
            said.append(line)
            if _ADDRESS.search(line):
                found.set()
        found.set()

    threading.Thread(target=listen, daemon=True).start()
    found.wait(STARTS_WITHIN_S)
    address = _ADDRESS.search("".join(said))
    assert address, f"the demonstration did not start:\n{''.join(said[-30:])}"
    return address[0]


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """A demonstration clinic, filled and serving, for the tests of one worker."""
    _browser_or_skip()
    home = Path(tempfile.mkdtemp(prefix="openkap-browser-"))
    try:
        with serving(home) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


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
