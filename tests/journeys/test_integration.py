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
