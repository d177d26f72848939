"""Published observations are refused where they cannot be traced or cannot be meant."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol.fault import ProtocolFault
from openkap.protocol.read_kinetics import published
from openkap.protocol.read_observations import FILE, load_observations, observations

SHIPPED = Path(load_observations.__code__.co_filename).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kinetics").mkdir()
    shutil.copy(SHIPPED / "sources.toml", tmp_path)
    shutil.copy(SHIPPED / FILE, tmp_path / FILE)
    return tmp_path


def test_every_observation_has_its_source() -> None:
    assert all(trial.sources and trial.measured for trial in observations())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('sources = ["wang19"]\n', "", "sources: this is missing"),
        ('sources = ["wang19"]', "sources = []", "this names no source"),
        ('sources = ["wang19"]', 'sources = ["wang20"]', "'wang20' is not in sources.toml"),
        ('id = "wang19"', 'id = "grant81"', "'grant81' is used twice"),
        ('model = "perez"', 'model = "peres"', "'peres' is not a model of this folder"),
        ("sd = 3.4", "sd = -3.4", "-3.4 is below zero"),
        ("sd = 3.4", "sd = 3.4, ci_95 = [1, 2]", "at most one of"),
        ("range = [5, 20]", "range = [20, 5]", "this is not two rising numbers"),
        (", range = [5, 20]", "", "a number or a range is missing"),
        ("at_min = 600, value = 1.8", "value = 1.8", "a level needs its minute"),
        ("end_min = 40 }", "end_min = 0 }", "has no length"),
        ('kind = "share", value = 0.93', 'kind = "part", value = 0.93', "'part' is not one of"),
        ("value = 1620", 'value = 1620, unit = "L/h"', "'L/h' is not one of"),
        ('says = "As for one device"', 'say = "As for one device"', "this key is not known here"),
    ],
)
def test_a_fault_is_told_with_its_place(folder: Path, old: str, new: str, says: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProtocolFault, match="kinetics/observations.toml, line") as fault:
        load_observations(folder, published())
    assert says in str(fault.value)


def test_what_is_shipped_is_read_as_it_stands(folder: Path) -> None:
    assert load_observations(folder, published()) == observations()
