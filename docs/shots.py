"""Pictures of the running product for the README: `make shots`.

Starts the demonstration clinic on a port the system chooses, walks to each page in Chromium, and writes
docs/pictures/<page>-<desk or phone>-<light or dark>.png. Names of pages may be given; none means all.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, Demo, chromium_path, serving

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZES = {"desk": (1280, 800), "phone": (390, 844)}
THEMES = ("light", "dark")
ALWAYS_DARK = ("visit",)


def board(demo: Demo, page: Page) -> None:
    demo.sign_in(page, "prescriber")
    page.goto(f"{demo.address}/board/")


def chart(demo: Demo, page: Page) -> None:
    """Somebody far along: every score and dose of a series."""
    demo.sign_in(page, "prescriber")
    page.goto(demo.address + demo.chart_at(page, "maintenance", number=1))


def screening(demo: Demo, page: Page) -> None:
    demo.sign_in(page, "prescriber")
    page.goto(demo.address + demo.chart_at(page, "screening") + "screening/")


def visit(demo: Demo, page: Page) -> None:
    """The room where a dose is running, with its chart drawn."""
    demo.sign_in(page, "monitor")
    page.goto(f"{demo.address}/board/")
    page.locator(".k-visit", has_text="minute").locator("a").first.click()
    page.wait_for_load_state()
    page.wait_for_timeout(1500)


def patient(demo: Demo, page: Page) -> None:
    demo.sign_in(page, "patient")
    page.goto(f"{demo.address}/me/")


def protocol(demo: Demo, page: Page) -> None:
    """What is in force, what a director set, what stays off."""
    demo.sign_in(page, "director")
    page.goto(f"{demo.address}/protocol/")


def intake(demo: Demo, page: Page) -> None:
    """A new patient in the middle of the intake."""
    demo.sign_in(page, "new patient")
    page.goto(f"{demo.address}/me/intake/")


PAGES: dict[str, Callable[[Demo, Page], None]] = {
    "board": board,
    "chart": chart,
    "screening": screening,
    "visit": visit,
    "patient": patient,
    "protocol": protocol,
    "intake": intake,
}


def take(demo: Demo, browser: Browser, name: str) -> None:
    """One page in every size and theme."""
    for size, (width, height) in SIZES.items():
        viewport: Any = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, device_scale_factor=1.5, reduced_motion="reduce")
        page = context.new_page()
        PAGES[name](demo, page)
        for theme in THEMES[name in ALWAYS_DARK :]:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=PICTURES / f"{name}-{size}-{theme}.png")
        context.close()


def main(names: list[str]) -> int:
    path = chromium_path()
    if path is None:
        sys.stderr.write("There is no Chromium here; install it to take the pictures.\n")
        return 1
    if unknown := sorted(set(names) - set(PAGES)):
        sys.stderr.write(f"{unknown[0]} is not a page here; choose from {', '.join(PAGES)}.\n")
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="openkap-shots-") as home,
        serving(Path(home)) as demo,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in names or PAGES:
            take(demo, browser, name)
            sys.stdout.write(f"{name}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
