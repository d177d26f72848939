"""planning/ is read whole, or refused by file and key."""

from pathlib import Path

import pytest

from tests.protocol.test_load import faults, folder

__all__ = ["folder"]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("indications", 'standing = "mixed"', 'standing = "certain"', "'certain' is not one of"),
        ("indications", 'sources = ["feder21"', 'sources = ["nobody"', "'nobody' is not in sources.toml"),
        ("indications", 'id = "ptsd"', 'id = "ocd"', "'ocd' is used twice"),
        ("series", "sessions = [6, 6]", "sessions = [6, 5]", "not two rising whole numbers from 1 on"),
        ("series", "sessions = [6, 6]", "sessions = [0, 6]", "not two rising whole numbers from 1 on"),
        ("series", 'routes = ["im"]', 'routes = ["nose"]', "'nose' is not a route of routes/"),
        ("response", '"phq9", "madrs"', '"phq8", "madrs"', "'phq8' is not an instrument of instruments/"),
        ("response", "after = 3", "after = 0", "0 is not a new number of doses"),
        ("response", "after = 3", "after = 4", "4 is not a new number of doses"),
        ("considerations", 'medicine = "maoi"', 'medicine = "tea"', "'tea' is not a value set"),
        ("considerations", 'speaks = "against"', 'speaks = "loudly"', "'loudly' is not one of"),
        ("staff", 'id = "acls"', 'id = "als"', "'acls' is not a competence of planning/"),
        ("staff", 'title = "Basic', 'colour = "red"\ntitle = "Basic', "this key is not known here"),
    ],
)
def test_a_fault_is_named(folder: Path, name: str, old: str, new: str, says: str) -> None:
    """A word, a source, a range, a route, a number nobody knows."""
    path = folder / "planning" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(says in fault for fault in faults(folder))
