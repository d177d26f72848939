"""A new patient fills in the whole intake on a phone with nothing but a keyboard, and is never left alone.

In the middle the browser is closed and another one opened; item 9 is answered with "several days".
"""

from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.keys import tab_to
from tests.journeys.walk import VIEWS, Walk, said

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
MOST_PAGES, MOST_STOPS = 200, 150  # the last page has a link for each answer
CLOSED_AFTER = 12  # answers
WORDS = {"text": " Berg", "textarea": ", and vitamin D"}


def on_a_phone(walk: Walk) -> Any:
    """A browser of its own on a small phone, signed in."""
    context = walk.chromium.new_context(viewport=PHONE, reduced_motion="reduce", timezone_id="UTC")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: walk.faults.append(f"{page.url}: {error}"))
    walk.demo.sign_in(page, "new patient")
    return page


def kind_of(page: Any) -> str:
    """What is asked for: "radio", "text", "textarea"; else which page this is."""
    field = page.locator("[name=answer]").first
    if field.count():
        return str(field.evaluate("field => field.type"))
    return str(page.locator("h1").inner_text())


def choose(page: Any) -> None:
    """ "No" where there is one, "several days" for item 9, else the first answer; words where words go."""
    tab_to(page, "[name=answer]")
    kind = kind_of(page)
    if kind != "radio":
        page.keyboard.type(WORDS[kind])
        return
    page.keyboard.press("Space")
    values = page.locator("[name=answer]").evaluate_all("fields => fields.map(field => field.value)")
    wanted = "1" if "phq9/ask/item-9" in page.url else "no" if "no" in values else values[0]
    while page.locator("[name=answer]:checked").get_attribute("value") != wanted:
        page.keyboard.press("ArrowDown")


def onwards(page: Any) -> None:
    """The one large button of every page."""
    before = page.url
    tab_to(page, ".portal-big:not([href^='tel:'], [href^='sms:'])", most=MOST_STOPS)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def test_the_whole_intake_by_keyboard_on_a_phone(chromium: Any, demo: Demo) -> None:
    """Every page once by axe in both colour schemes; help at once after item 9; resumed where it was left."""
    walk = Walk(chromium, demo)
    page, looked, answers, helped = on_a_phone(walk), set(), 0, 0
    for answered_before in ("emergency-name", "medicines-list"):
        page.goto(f"{demo.address}/me/forms/intake/ask/{answered_before}/")
        walk.look(page)
        choose(page)
        onwards(page)
    page.goto(f"{demo.address}/me/intake/")
    for _ in range(MOST_PAGES):
        kind = kind_of(page)
        if kind not in looked:
            walk.look(page)
            looked.add(kind)
        if "with the clinic" in said(page):
            break
        if kind in ("radio", *WORDS):
            choose(page)
            answers += 1
        item_9 = "phq9/ask/item-9" in page.url
        onwards(page)
        if item_9:
            helped += 1
            assert "Please talk to someone now" in said(page)
            assert open_tasks(walk) == 1
        if answers == CLOSED_AFTER:
            left_at = page.url
            page.context.close()
            page = on_a_phone(walk)
            page.goto(f"{demo.address}/me/intake/")
            onwards(page)
            assert page.url == left_at
            answers += 1
    assert "Your intake is with the clinic" in said(page)
    assert helped == 1 and answers > 60
    assert {"radio", "Thank you for telling us", "Look through your answers"} <= looked
    page.context.close()
    read_by_staff(walk)
    walk.close()
    assert walk.faults == []


def read_by_staff(walk: Walk) -> None:
    """All of it on one page, with the task that item 9 opened; on a desk and on a phone."""
    page = walk.tab("prescriber")
    page.goto(f"{walk.demo.address}/charts/?q=Marigold")
    chart = page.locator("tbody th a").first.get_attribute("href")
    page.goto(f"{walk.demo.address}{chart}screening/")
    page.get_by_role("link", name="The intake").click()
    page.wait_for_url("**/screening/intake/")
    assert "Opened a safety task" in said(page) and "Fern Thistlewood" in said(page)
    for width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        walk.look(page)


def open_tasks(walk: Walk) -> int:
    """How many safety tasks of the new patient the prescriber sees, before the questionnaire is finished."""
    page = walk.tab("prescriber")
    page.goto(f"{walk.demo.address}/board/")
    needs = page.locator(".k-needs li").filter(has_text="Marigold Thistlewood")
    return int(needs.filter(has_text="PHQ-9 item 9: several days").count())
