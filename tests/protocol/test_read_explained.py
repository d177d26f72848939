"""The texts for patients: each with its basis, and a fault names file and key."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import read_explained
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.load import shipped

SHIPPED = Path(read_explained.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what the texts are read from."""
    shutil.copy(SHIPPED / "sources.toml", tmp_path)
    shutil.copytree(SHIPPED / "explained", tmp_path / "explained")
    return tmp_path


def test_every_route_of_the_program_is_a_way() -> None:
    """Nobody whose route ships is left without a page."""
    told = read_explained.explained()
    assert set(told.ways) == set(shipped().routes)
    assert all(
        way.regimen is None or way.regimen.drug == shipped().routes[way.id].drug for way in told.ways.values()
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("expect.toml", 'sources = ["ktc20"', 'sources = ["hearsay"', "'hearsay' is not in sources.toml"),
        ("expect.toml", "mg = 200", "mg = -200", "-200 is below zero"),
        ("expect.toml", "weight_kg = 70", "weight_kg = 0", "this is zero"),
        ("expect.toml", 'id = "evening"', 'id = "dusk"', "where start, strongest, fading, home, evening"),
        ("expect.toml", 'drug = "esketamine"', 'drug = "ketamin"', "'ketamin' is not one of"),
        ("how-it-works.toml", 'heading = "In short"', 'header = "In short"', "this key is not known here"),
    ],
)
def test_a_fault_is_named(folder: Path, file: str, old: str, new: str, says: str) -> None:
    """With its file; nothing is read by halves."""
    path = folder / "explained" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProtocolFault) as fault:
        read_explained.load_explained(folder)
    assert f"explained/{file}" in str(fault.value) and says in str(fault.value)
