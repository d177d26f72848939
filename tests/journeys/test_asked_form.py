"""A form from elsewhere, from its file to its answers: on a desk and a phone, in light and dark, with axe."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.walk import VIEWS, Walk, said

pytestmark = pytest.mark.browser

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WORDS = ("Not at all", "Several nights", "Most nights")
SCALE = [
    {
        "valueCoding": {"system": "urn:example:nights", "code": f"n{n}", "display": word},
        "extension": [{"url": ORDINAL, "valueDecimal": n}],
    }
    for n, word in enumerate(WORDS)
]
FORM: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "status": "active",
    "url": "http://example.org/Questionnaire/sleep-after-a-dose",
    "version": "1.2.0",
    "title": "Sleep after a dose",
    "item": [
        {"linkId": "t", "type": "display", "text": "Think of the nights since your last visit."},
        {"linkId": "/1", "type": "choice", "text": "Lay awake?", "required": True, "answerOption": SCALE},
        {
            "linkId": "/2",
            "type": "choice",
            "text": "What kept you awake?",
            "repeats": True,
            "answerOption": [{"valueString": "Thoughts"}, {"valueString": "Pain"}],
            "enableWhen": [{"question": "/1", "operator": "!=", "answerCoding": SCALE[0]["valueCoding"]}],
        },
        {"linkId": "/3", "type": "text", "text": "Anything you want to add?"},
        {"linkId": "/4", "type": "integer", "text": "The sum", "readOnly": True},
    ],
}


def look(walk: Walk, page: Any) -> None:
    """axe and the width, on a desk and on a phone."""
    for width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        walk.look(page)


def test_a_form_is_asked_answered_and_read(chromium: Any, demo: Demo, tmp_path: Path) -> None:
    """Refused first, then signed; answered on the patient's pages; read with what it adds up to."""
    walk, file = Walk(chromium, demo), tmp_path / "sleep.json"
    staff = walk.to("prescriber", "/charts/?q=Linnea")
    chart = staff.locator("tbody th a").first.get_attribute("href")
    refuse_and_ask(walk, staff, f"{chart}forms/", file)
    answer(walk)
    staff.goto(f"{demo.address}{chart}forms/")
    look(walk, staff)
    staff.get_by_role("link", name="Sleep after a dose").first.click()
    staff.wait_for_url("**/forms/form-*/")
    look(walk, staff)
    told = said(staff)
    assert "Most nights" in told and "Thoughts" in told and "Left empty" in told
    assert "The scores add up to 2, which is no total" in told
    walk.close()
    assert walk.faults == []


def refuse_and_ask(walk: Walk, staff: Any, forms: str, file: Path) -> None:
    staff.goto(f"{walk.demo.address}{forms}")
    look(walk, staff)
    staff.get_by_role("button", name="Ask a form").click()
    staff.wait_for_url("**/forms/ask/")
    look(walk, staff)
    for tree in (FORM | {"status": "retired"}, FORM):
        file.write_text(json.dumps(tree), encoding="utf-8")
        staff.get_by_label("The file").set_input_files(file)
        walk.press(staff, "Look at the form")
        look(walk, staff)
    assert "The sum" not in said(staff) and "/4: not asked" in said(staff)
    walk.press(staff, "Ask Linnea this form")
    look(walk, staff)
    assert "It waits on their own pages" in said(staff)


def answer(walk: Walk) -> None:
    """By the patient, with the answer that brings one more question."""
    page = walk.to("patient", "/me/")
    look(walk, page)
    page.locator("a", has_text="Answer the questions").first.click()
    page.wait_for_url("**/ask/**")
    assert "Think of the nights" in said(page)
    look(walk, page)
    page.get_by_label("Most nights").check()
    walk.press(page, "Continue")
    page.get_by_label("Thoughts").check()
    look(walk, page)
    walk.press(page, "Continue")
    walk.press(page, "Continue")
    look(walk, page)
    walk.press(page, "Send my answers")
    look(walk, page)
    assert "Your answers are with your team" in said(page)
