"""The room's script: what is not recorded is never called so, and a form begun keeps what it was begun on."""

import re
from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.test_live_room import tab

pytestmark = pytest.mark.browser
FORM = "form:has(input[name=seen]):has(input.govuk-input)"


def tapped(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_text(f"Recorded: {name.lower()}", exact=True).wait_for()


def seen(page: Any) -> int:
    return int(page.locator(f"{FORM} input[name=seen]").first.input_value())


def test_a_tap_after_signing_out_is_not_called_recorded(chromium: Any, demo: Demo) -> None:
    """The sign-in page answers 200 as well; it is no answer of the room."""
    with tab(chromium, demo) as page:
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Laughter", exact=True).click()
        page.get_by_text(re.compile("^1 entry waits on this tablet. You are signed out")).wait_for()


def test_a_form_begun_is_compared_with_what_it_was_begun_on(chromium: Any, demo: Demo) -> None:
    """Entries that came in meanwhile move the count of an empty form on, and not of one being filled in."""
    with tab(chromium, demo) as page:
        field, before = page.locator(f"{FORM} input.govuk-input").first, seen(page)
        field.fill("1")
        tapped(page, "Laughter")
        page.locator("#last").get_by_text("laughter").first.wait_for()
        page.wait_for_timeout(500)
        assert seen(page) == before
        field.fill("")
        tapped(page, "Tears")
        page.locator("#last").get_by_text("tears").first.wait_for()
        page.wait_for_timeout(500)
        assert seen(page) > before
