"""Signing in and the PHQ-9 with nothing but a keyboard, and the focus always to be seen."""

from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.keys import tab_to

pytestmark = pytest.mark.browser


def test_sign_in_and_the_questions_by_keyboard(page: Any, demo: Demo) -> None:
    """Tab, arrows, space and enter: from the sign-in page to "Thank you"."""
    page.goto(f"{demo.address}/sign-in/")
    tab_to(page, "form[action$='linnea.patient/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")
    page.goto(f"{demo.address}/me/forms/phq9/")
    for number in range(1, 11):
        page.wait_for_url(f"**/ask/item-{number}/")
        tab_to(page, "input[name=answer]")
        page.keyboard.press("Space")
        if number < 9:
            page.keyboard.press("ArrowDown")
        chosen = page.evaluate("document.querySelector('input[name=answer]:checked').value")
        assert chosen == ("1" if number < 9 else "0")
        tab_to(page, "button.portal-big")
        page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    tab_to(page, "button.portal-big")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sent/")
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"


def test_the_first_tab_leads_past_the_menu(page: Any, demo: Demo) -> None:
    """The skip link is first, shows itself, and works."""
    page.goto(f"{demo.address}/sign-in/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
