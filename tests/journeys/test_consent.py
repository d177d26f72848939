"""The patient on a phone: reads the consent, gets a question wrong, tries again, and takes it all back."""

from typing import Any

import pytest

from openkap.protocol.load import shipped
from tests.browser import Demo
from tests.journeys.walk import Walk, said

pytestmark = pytest.mark.browser

TEXT = shipped().consents["ketamine-treatment"]
ADDRESS = "/me/consent/ketamine-treatment/"


def test_a_patient_reads_errs_tries_again_and_takes_it_back(chromium: Any, demo: Demo) -> None:
    """Part by part to the questions; wrong is explained; taken back in two taps; signed anew by name."""
    walk = Walk(chromium, demo)
    page = walk.tab("patient")
    page.set_viewport_size({"width": 375, "height": 812})
    name = signed_name(walk)
    take_back(walk, page)
    page.goto(f"{demo.address}{ADDRESS}?part={len(TEXT.sections)}")
    page.get_by_role("button", name="Go to the questions").click()
    first, *others = TEXT.questions
    wrong = next(choice for choice in first.choices if choice != first.right)
    answer(walk, page, wrong)
    assert "Not quite, and that is no harm." in said(page) and first.asks in said(page)
    walk.look(page)
    for question in (first, *others):
        answer(walk, page, question.right)
        assert "That is right." in said(page)
    page.get_by_role("button", name="Go to signing").click()
    page.get_by_label("Type your full name to sign").fill(name)
    walk.press(page, "Sign")
    assert "You have signed." in said(page)
    walk.to("patient", f"{ADDRESS}copy/")
    assert TEXT.sha256 in said(page)
    walk.close()
    assert walk.faults == []


def take_back(walk: Walk, page: Any) -> None:
    """One tap to what it means, one to do it."""
    walk.to("patient", ADDRESS)
    page.get_by_role("link", name="Take it back").click()
    walk.look(page)
    walk.press(page, "I take it back")
    assert "You have taken it back." in said(page)


def answer(walk: Walk, page: Any, choice: str) -> None:
    page.get_by_label(choice, exact=True).check()
    walk.press(page, "Answer")


def signed_name(walk: Walk) -> str:
    """The name under the copy of what was signed before."""
    page = walk.to("patient", f"{ADDRESS}copy/")
    return str(page.locator(".consent-signature strong").first.inner_text())
