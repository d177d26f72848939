"""Every page of these rooms in Chromium: light and dark, desk and phone, with axe looking on."""

from typing import Any

import pytest

from tests.browser import Demo

pytestmark = pytest.mark.browser

VIEWS = [
    (scheme, width, height) for scheme in ("light", "dark") for width, height in ((1280, 860), (390, 844))
]
PAGES = {
    "board": "/board/",
    "charts": "/charts/",
    "nobody found": "/charts/?q=nobody-of-that-name",
    "import": "/charts/import/",
    "rule": "/protocol/rules/psychosis/",
}


def walk(page: Any, demo: Demo, role: str, path: str, stage: str = "") -> list[str]:
    """Faults of one page in every view: axe violations, sideways scrolling, console errors."""
    faults: list[str] = []
    if role:
        demo.sign_in(page, role)
    if stage:
        path = demo.chart_at(page, stage) + path
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(demo.address + path)
    for scheme, width, height in VIEWS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{scheme} {width}: {fault}" for fault in seen(page, width)]
    return faults


def seen(page: Any, width: int) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    wide = page.evaluate("document.documentElement.scrollWidth")
    sideways = [f"scrolls sideways: {wide} in {width}"] if wide > width else []
    broken = Axe().run(page).response["violations"]
    return sideways + [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in broken]


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_sound(page: Any, demo: Demo, name: str) -> None:
    """No violation, no sideways scrolling, no error in the console, in four views."""
    assert walk(page, demo, "prescriber", PAGES[name]) == []


def test_sign_in_is_sound(page: Any, demo: Demo) -> None:
    """The sign-in page, before anybody is signed in."""
    assert walk(page, demo, "", "/sign-in/") == []


@pytest.mark.parametrize("stage", ["screening", "dosing", "maintenance"])
def test_charts_are_sound(page: Any, demo: Demo, stage: str) -> None:
    """A chart early, in the middle and late in its course."""
    assert walk(page, demo, "prescriber", "", stage) == []


@pytest.mark.parametrize("role", ["prescriber", "auditor"])
def test_screening_is_sound(page: Any, demo: Demo, role: str) -> None:
    """With every form, and for a reader who may not write."""
    assert walk(page, demo, role, "screening/", "screening") == []


@pytest.mark.parametrize(
    ("person", "page_of"), [("Saffron", "screening/history/"), ("Wilhelmina", "screening/not-now/")]
)
def test_what_is_gathered_and_the_page_to_hand_over_are_sound(
    page: Any, demo: Demo, person: str, page_of: str
) -> None:
    """Every form of the history, and the letter, which is black on white in both themes."""
    demo.sign_in(page, "prescriber")
    page.goto(f"{demo.address}/charts/?q={person}")
    path = page.locator("tbody th a").first.get_attribute("href")
    assert walk(page, demo, "", f"{path}{page_of}") == []


def test_the_picture_checks_can_fail(page: Any) -> None:
    """A page with an unnamed field and a box too wide is reported for both."""
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><input><p style='width:2000px'>x")
    faults = " ".join(seen(page, 1280))
    assert "scrolls sideways" in faults and "label" in faults


def test_a_file_dropped_on_the_page_becomes_a_chart(page: Any, demo: Demo) -> None:
    """Drag and drop sends the file as the button does."""
    demo.sign_in(page, "prescriber")
    page.goto(demo.address + "/charts/import/")
    record = (
        '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient",'
        '"id":"p","name":[{"family":"Dropford","given":["Wren"]}],"gender":"female","birthDate":"1990-05-04"}}]}'
    )
    moved = page.evaluate_handle(
        """text => { const moved = new DataTransfer();
        moved.items.add(new File([text], "wren.json", {type: "application/json"})); return moved; }""",
        record,
    )
    with page.expect_navigation():
        page.dispatch_event("[data-drop]", "drop", {"dataTransfer": moved})
    assert page.get_by_role("heading", level=1).inner_text() == "Wren Dropford has a chart"


def test_an_error_is_announced_and_leads_to_its_field(page: Any, demo: Demo) -> None:
    """After a faulty form the summary has the focus, and its link moves to the box that is meant."""
    demo.sign_in(page, "prescriber")
    page.goto(demo.address + demo.chart_at(page, "screening") + "screening/")
    page.get_by_label("Systolic").fill("a lot")
    page.get_by_role("button", name="Record blood pressure").click()
    page.wait_for_load_state()
    page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
    page.get_by_role("link", name="Systolic:").click()
    assert page.evaluate("document.activeElement.name") == "systolic"
    assert page.get_by_label("Systolic").input_value() == "a lot"
