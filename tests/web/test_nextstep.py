"""The one primary button leads to where the next step is done."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

from openkap.clinical import steps
from openkap.clinical.answers import Step
from openkap.web.nextstep import IN_THE_ROOM, PAGES, next_page

CHART = "7145d157-3be9-40af-a37a-7413ffc69fce"


def status(action: str) -> SimpleNamespace:
    visit = SimpleNamespace(id="v-1")
    task = SimpleNamespace(task="t-1", taken_by="")
    return SimpleNamespace(next=Step("x", "monitor", action), visit=visit, tasks=(task,))


def actions() -> set[str]:
    """Every action that steps.py names as the last argument of a Step."""
    tree = ast.parse(Path(steps.__file__).read_text(encoding="utf-8"))
    made = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Step"]
    named = {call.args[2].value for call in made if isinstance(call.args[2], ast.Constant)}
    return named | {"next-day-contact", "hold-integration"}


@pytest.mark.parametrize("action", sorted(actions() - {"none"}))
def test_every_step_has_its_page(action: str) -> None:
    """No step that the program can name is left without an address."""
    found = next_page(status(action), CHART)
    assert found["href"].startswith(f"/charts/{CHART}/") and found["label"]


def test_no_page_for_a_step_that_does_not_exist() -> None:
    """The table holds no action that steps.py never names."""
    assert {*PAGES, *IN_THE_ROOM} <= actions()


def test_when_nothing_is_left_there_is_no_button() -> None:
    """A closed course has no next page."""
    assert next_page(status("none"), CHART) == {"href": "", "label": ""}
