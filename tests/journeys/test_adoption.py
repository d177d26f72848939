"""A medical director settles what nobody has published, but for two things, and is told what stays off."""

from typing import Any

import pytest

from openkap.web.protocol_draft import gaps
from tests.browser import Demo
from tests.journeys.walk import FULL_NAMES, Walk, said

pytestmark = pytest.mark.browser

LEFT = ("pregnancy-test-old", "ecg-every")


def value_for(label: str, place: int) -> str:
    """Something the field takes: a time, a blood pressure, an amount, words."""
    if "such as" in label:
        return label.rpartition("such as ")[2]
    numbers = {"systolic above (mmHg)": "180", "diastolic above (mmHg)": "110", "a whole number": "4"}
    if label.startswith("at most"):
        return "1.5" if place == 0 else ""
    return numbers.get(label, "120" if "(U/L)" in label else "Settled by the director for this test")


def test_a_director_adopts_with_two_gaps_left(chromium: Any, demo: Demo) -> None:
    """The draft is kept, tried on every chart, signed; the page says which two stay off."""
    walk = Walk(chromium, demo)
    page = walk.to("director", "/protocol/")
    page.get_by_role("button", name="Change the protocol").click()
    walk.look(page)
    unfold(page)
    for gap in gaps():
        if gap.open.id not in LEFT:
            for place, (name, label) in enumerate(gap.fields):
                page.locator(f"[name={name}]").fill(value_for(label, place))
    page.get_by_label("Why these values").fill("Agreed in the medicines committee")
    walk.press(page, "Keep the draft and see what changes")
    walk.look(page)
    told = said(page)
    assert "blood pressure is above 180/110 mm[Hg]" in told
    assert "Agreed in the medicines committee" in told
    off = page.locator("section", has=page.locator("#off")).inner_text()
    assert "After how long a negative pregnancy test must be repeated" in off
    assert "how often to repeat an electrocardiogram" in off
    assert off.count("To be set:") == len(LEFT)
    walk.press(page, "Try it on every chart")
    walk.look(page)
    assert "charts asked" in said(page)
    page.get_by_label("Sign with your name").fill("Dr Somebody Else")
    walk.press(page, "Adopt the protocol")
    assert "Type your own name to sign" in said(page)
    page.get_by_label("Sign with your name").fill(FULL_NAMES["director"])
    walk.press(page, "Adopt the protocol")
    assert "2 of its values stay off until they are set" in said(page)
    walk.look(page)
    take_back(walk, page)
    assert walk.faults == []
    walk.close()


def unfold(page: Any) -> None:
    """Every stage open."""
    for stage in page.locator(".draft-stage:not([open]) > summary").all()[::-1]:
        stage.click()


def take_back(walk: Walk, page: Any) -> None:
    """Everything off again, as the other walks through this clinic find it."""
    page.get_by_role("button", name="Change the protocol").click()
    unfold(page)
    for field in page.locator("[name^=gap-]").all():
        field.fill("")
    page.get_by_label("Why these values").fill("Taken back")
    walk.press(page, "Keep the draft and see what changes")
    assert "No longer asked: Blood pressure at which nobody may go ahead" in said(page)
    page.get_by_label("Sign with your name").fill(FULL_NAMES["director"])
    walk.press(page, "Adopt the protocol")
    assert f"{len(gaps())} of its values stay off" in said(page)
