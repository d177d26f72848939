"""One real record, imported and carried through all five stages by clicking, each step by whoever does it."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys import steps
from tests.journeys.walk import Walk, said, unfold

pytestmark = pytest.mark.browser

SYNTHEA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "fhir" / "synthea"
RECORD = "Birgit_Schmeler_*.json.gz"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record with a finding that a clinician can decide about."""
    found = sorted(SYNTHEA.glob(RECORD))
    if not found:
        pytest.skip(f"There is no {RECORD} here: the walk needs the shared Synthea records.")
    plain = tmp_path / found[0].name.removesuffix(".gz")
    plain.write_bytes(gzip.decompress(found[0].read_bytes()))
    return plain


def test_a_real_record_goes_through_all_five_stages(chromium: Any, demo: Demo, record: Path) -> None:
    """Screening, preparation, dosing, integration, maintenance: and axe finds nothing on the way."""
    walk = Walk(chromium, demo)
    chart = steps.import_record(walk, record)
    steps.add_therapist(walk, chart)
    steps.screen(walk, chart)
    steps.prepare(walk, chart)
    room = steps.book(walk, chart)
    dose(walk, room)
    go_home(walk, room)
    integrate(walk, chart)
    maintain(walk, chart)
    page = walk.to("prescriber", f"/charts/{chart}/")
    rail = re.sub(r"\s+", " ", page.locator(".k-rail").inner_text()).lower()
    assert "1 of 1 dose" in rail
    walk.close()
    assert walk.faults == []


def dose(walk: Walk, room: str) -> None:
    """Before the dose, the dose, and what is seen during it."""
    page = walk.to("monitor", room)
    steps.arrive(walk, page)
    steps.answer(walk, page, "check")
    steps.hear(page)
    steps.weigh(walk, page, "154.3", "lb")
    assert "(154.3 lb)" in said(page)
    steps.vitals(walk, page)
    assert "2 things stand in the way of the dose" in said(page)
    milligrams = steps.milligrams(steps.work_out(walk, page))
    walk.look(page)
    steps.second(walk, room, milligrams)
    page = walk.to("monitor", room)
    assert "Nothing is recorded as taken out of the drug cupboard" in said(page)
    steps.draw(walk, page)
    assert "Everything the clinic asks for is in place" in said(page)
    walk.look(page)
    steps.give(walk, page, milligrams)
    assert page.locator("#room").get_attribute("data-phase") == "dosing"
    walk.look(page)
    page.get_by_role("button", name="Tears", exact=True).click()
    page.locator("#last").get_by_text("Seen: tears", exact=True).wait_for()
    steps.vitals(walk, page, "131/82")
    page.get_by_label("How much went in").fill(milligrams)
    page.get_by_role("checkbox", name="It ended early").check()
    page.get_by_label("If it ended early, why").fill("The pump finished before time")
    with page.expect_navigation():
        page.locator("#end").get_by_role("button", name="End the dose").click()


def go_home(walk: Walk, room: str) -> None:
    """Too early is told; the prescriber answers for it; then leaving and closing, two acts."""
    page = walk.to("monitor", room)
    steps.answer(walk, page, "discharge")
    steps.score_recovery(walk, page)
    leave(walk, page)
    assert "This cannot be done yet" in said(page)
    prescriber = walk.to("prescriber", room)
    for _ in range(5):
        if not prescriber.get_by_text("Go past this with a reason").count():
            break
        unfold(prescriber)
        prescriber.get_by_label("Your reason").first.fill(
            "Awake, steady, seen by me, going home with a nurse"
        )
        with prescriber.expect_navigation():
            prescriber.get_by_role("button", name="Sign and go past it").first.click()
    page = walk.to("monitor", room)
    leave(walk, page)
    assert "The visit is still open until you close it" in said(page)
    steps.account(walk, page)
    walk.look(page)
    walk.press(page, "Close the visit")
    assert "The visit is closed" in said(page)
    walk.look(page)


def leave(walk: Walk, page: Any) -> None:
    page.get_by_label("Who takes the patient home").fill("Her sister")
    page.get_by_label("The written instructions were given").check()
    walk.press(page, "Discharge the patient")


def integrate(walk: Walk, chart: str) -> None:
    page = walk.to("therapist", f"/charts/{chart}/integration/")
    page.get_by_role("link", name="Open integration").click()
    page.get_by_label("dose 1").check()
    page.get_by_label("What came up").fill("It was quiet, and the quiet was not empty")
    page.get_by_label("What is carried").fill("Call my sister on Sunday")
    page.get_by_label("How long").fill("50")
    walk.look(page)
    walk.press(page, "Record the session")
    unfold(page)
    contact = page.locator("#contact")
    contact.get_by_label("dose 1").check()
    contact.get_by_label("Yes").check()
    walk.press(page, "Record the call")
    assert "Call my sister on Sunday" in said(page)
    walk.look(page)


def maintain(walk: Walk, chart: str) -> None:
    page = walk.to("prescriber", f"/charts/{chart}/maintenance/")
    review = page.locator("#review")
    review.get_by_label("Stop", exact=True).check()
    review.get_by_role("group", name="Urinary symptoms").get_by_label("No", exact=True).check()
    review.get_by_role("group", name="Any worry").get_by_label("No", exact=True).check()
    review.get_by_label("Why", exact=True).fill("One dose was planned, and it was given")
    walk.press(page, "Sign the review")
    unfold(page)
    page.get_by_label("Why the course ends").fill("Done as planned")
    walk.press(page, "Close the course")
    assert "Course closed" in said(page)
    walk.look(page)
