"""Kinds of session: what ships, and each way a file of one can be wrong."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import load as loading
from openkap.protocol.load import ProtocolFault, load
from openkap.protocol.read_sessions import FOLDER
from tests.clinical.charts import adopted

PACKAGE = Path(loading.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    skip = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=skip))


def test_every_file_is_a_kind_in_its_place() -> None:
    """The patient's own lead comes first; every form asks for something."""
    kinds = adopted().sessions
    assert set(kinds) == {path.stem for path in (PACKAGE / FOLDER).glob("*.toml")}
    assert next(iter(kinds)) == "open"
    assert [name for name, kind in kinds.items() if kind.together] == ["group-circle"]
    assert all(any(part.required for part in kind.parts) for kind in kinds.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("place = 5", "place = 1", "open has this place already"),
        ("place = 5\n", "", "place: this is missing"),
        ("required = true", "", "a session without a required part could be recorded empty"),
        ('id = "now"', 'id = "matters"', "'matters' is used twice"),
        ("long = true", 'long = "yes"', "'yes' is not true or false"),
        ('hint = "Something', 'tip = "Something', "tip: this key is not known here"),
        ('sources = ["kew23", "practice"]', 'sources = ["hearsay"]', "'hearsay' is not in sources.toml"),
        ('sources = ["kew23", "practice"]', "sources = []", "this names no source"),
        ('basis = "assumed"', 'basis = "hoped"', "is not one of"),
        ("says = ", "tells = ", "tells: this key is not known here"),
    ],
)
def test_a_broken_one_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    """One sentence with the file and the key."""
    path = folder / FOLDER / "values.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ProtocolFault) as fault:
        load(folder)
    assert said in str(fault.value)
    assert f"{FOLDER}/values.toml" in str(fault.value)


@pytest.mark.parametrize("place", ["integration/sessions/more/deep.toml", "integration/other/kind.toml"])
def test_a_file_where_none_belongs_is_a_fault(folder: Path, place: str) -> None:
    """A file nobody reads is a session somebody believes in."""
    (folder / place).parent.mkdir()
    shutil.copy(folder / FOLDER / "values.toml", folder / place)
    with pytest.raises(ProtocolFault, match="no file belongs here"):
        load(folder)
