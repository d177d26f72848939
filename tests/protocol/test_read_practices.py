"""Practices: what ships, and each way a file of one can be wrong."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import load as loading
from openkap.protocol.load import ProtocolFault, load
from openkap.protocol.read_practices import FOLDER
from tests.clinical.charts import adopted

PACKAGE = Path(loading.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    skip = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=skip))


def test_every_file_is_a_practice_in_its_place() -> None:
    """Each has minutes to choose from and steps that either all have seconds or none has."""
    every = adopted().practices
    assert set(every) == {path.stem for path in (PACKAGE / FOLDER).glob("*.toml")}
    assert next(iter(every)) == "slow-breathing"
    assert [step.seconds for step in every["slow-breathing"].steps] == [4, 6]
    assert {step.seconds for step in every["five-senses"].steps} == {None}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("place = 1", "place = 2", "breathing-space has this place already"),
        ("seconds = 4\n", "", "either each step has its seconds, or none has"),
        ("seconds = 4", "seconds = 0", "a step takes a second at least"),
        ("minutes = [2, 5, 10]", "minutes = []", "whole minutes from 1 to 60 are meant"),
        ("minutes = [2, 5, 10]", "minutes = [61]", "whole minutes from 1 to 60 are meant"),
        ("minutes = [2, 5, 10]", "minutes = [0]", "whole minutes from 1 to 60 are meant"),
        ("minutes = [2, 5, 10]", "minutes = [true]", "whole minutes from 1 to 60 are meant"),
        ('sources = ["practice"]', "sources = []", "this names no source"),
    ],
)
def test_a_broken_one_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    """One sentence with the file and the key."""
    path = folder / FOLDER / "slow-breathing.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ProtocolFault) as fault:
        load(folder)
    assert said in str(fault.value)
    assert FOLDER in str(fault.value)
