"""Walking the product as its people do: a tab for each role, and axe on every page that is looked at."""

import re
from functools import partial
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser import Demo

FULL_NAMES = {
    "director": "Dr Nora Ashdown-Vale",
    "prescriber": "Dr Mara Lindqvist-Rowe",
    "therapist": "Tomas Bellamy-Hart",
}
RULES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
"""All of axe in light; in dark what depends on the colours, for nothing else can differ."""


class Walk:
    """Tabs by role, signed in when first needed. `faults` gathers what axe and the console say on the way."""

    def __init__(self, chromium: Any, demo: Demo) -> None:
        self.chromium, self.demo = chromium, demo
        self.tabs: dict[str, Any] = {}
        self.faults: list[str] = []

    def tab(self, role: str) -> Any:
        if role not in self.tabs:
            context = self.chromium.new_context(
                viewport={"width": 1280, "height": 860}, reduced_motion="reduce", timezone_id="UTC"
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
            self.demo.sign_in(page, role)
            self.tabs[role] = page
        return self.tabs[role]

    def to(self, role: str, path: str) -> Any:
        """Open a page as a role, and look at it in light and in dark."""
        page = self.tab(role)
        page.goto(self.demo.address + path)
        self.look(page)
        return page

    def look(self, page: Any) -> None:
        """axe, in both colour schemes, and nothing wider than the page."""
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme)
            for found in Axe().run(page, options=rules).response["violations"]:
                self.faults.append(f"{page.url} {scheme} {found['id']}: {found['nodes'][0]['html'][:160]}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.faults.append(f"{page.url} scrolls sideways by {wide}")

    def press(self, page: Any, button: str) -> None:
        """Press a button and wait for the page it leads to."""
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()

    def close(self) -> None:
        for page in self.tabs.values():
            page.context.close()


def unfold(page: Any) -> None:
    """Open every folded part, as a person would who reads the whole page."""
    folded = page.locator("main details:not([open]) > summary:visible")
    while folded.count():
        folded.first.click()


def said(page: Any) -> str:
    """What the page says, as one line."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


VIEWS = ((1280, 860), (390, 844))


def faults_of(chromium: Any, demo: Demo, role: str, path: str, *, stage: str = "") -> list[str]:
    """What axe, the width and the console say of one page, on a desk and on a phone, in light and in dark.

    With `stage`, "<chart>" in the path is a chart that is at that stage.
    """
    faults: list[str] = []
    walk = Walk(chromium, demo)
    page = walk.tab(role)
    page.on("console", partial(_heard, faults))
    if stage:
        path = path.replace("<chart>", demo.chart_at(page, stage))
    for width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        walk.to(role, path)
        faults += [f"{width}: {fault}" for fault in walk.faults]
        walk.faults.clear()
    walk.close()
    return faults


def _heard(faults: list[str], message: Any) -> None:
    if message.type == "error":
        faults.append(message.text)
