"""The weeks after a dose, on a desk and on a phone, in light and dark, with axe looking on."""

from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.walk import Walk, faults_of, said

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path",
    [
        "<chart>integration/",
        "<chart>integration/session/thought-record/",
        "/integration/circle/group-circle/",
    ],
)
def test_a_page_of_the_weeks_after(chromium: Any, demo: Demo, path: str) -> None:
    assert faults_of(chromium, demo, "therapist", path, stage="integration") == []


def test_a_session_is_recorded_on_a_phone(chromium: Any, demo: Demo) -> None:
    """What was left out is asked for beside what was typed; then it stands under its dose."""
    walk = Walk(chromium, demo)
    page = walk.tab("therapist")
    page.set_viewport_size({"width": 390, "height": 844})
    walk.to("therapist", demo.chart_at(page, "integration") + "integration/")
    page.get_by_role("link", name="Values and behaviour change").click()
    page.get_by_label("What matters to the patient here").fill("Being there for my brother")
    walk.press(page, "Record the session")
    walk.look(page)
    assert page.get_by_label("What matters to the patient here").input_value() == "Being there for my brother"
    page.get_by_label("dose", exact=False).first.check()
    page.get_by_label("What would be different").fill("Call him on Sundays")
    page.get_by_label("How long").fill("50")
    walk.press(page, "Record the session")
    walk.look(page)
    assert "What would be different Call him on Sundays" in said(page)
    walk.close()
    assert walk.faults == []


def test_a_step_is_agreed_and_the_patient_says_how_it_went(chromium: Any, demo: Demo) -> None:
    """From the therapist's page to the patient's phone and back, by the keyboard's own names of things."""
    walk = Walk(chromium, demo)
    phone = walk.tab("patient")
    phone.set_viewport_size({"width": 390, "height": 844})
    page = walk.tab("therapist")
    page.goto(f"{demo.address}/charts/?q=Summerhayes")
    chart = page.locator("tbody th a").first.get_attribute("href")
    page.goto(f"{demo.address}{chart}integration/")
    page.get_by_text("Write down an insight").click()
    form = page.locator("form[action$='/insight/']")
    form.get_by_label("dose", exact=False).first.check()
    form.get_by_label("What came up").fill("The piano is still there")
    form.get_by_label("The small step").fill("Lift the lid once")
    form.get_by_label("When", exact=False).first.fill("on Sunday")
    walk.press(page, "Write down the insight")
    walk.to("patient", "/me/steps/")
    phone.get_by_role("link", name="Lift the lid once, on Sunday").click()
    walk.look(phone)
    assert "“The piano is still there”" in said(phone)
    phone.get_by_label("Partly").check()
    phone.get_by_label("In your own words").fill("I sat beside it")
    walk.press(phone, "Save how it went")
    assert "Partly: “I sat beside it”" in said(phone)
    walk.to("patient", "/me/")
    walk.to("therapist", f"{chart}integration/")
    assert "Partly: “I sat beside it” (the patient)" in said(page)
    walk.close()
    assert walk.faults == []
