"""The kinetic models load whole with their sources; a broken file is refused by file and key."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import load as loading
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.load import load
from openkap.protocol.read_kinetics import load_kinetics, published

PACKAGE = Path(loading.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


def broken(folder: Path, name: str, old: str, new: str) -> str:
    file = folder / "kinetics" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProtocolFault) as caught:
        load_kinetics(folder)
    return str(caught.value)


def test_every_model_and_route_has_its_source_and_basis() -> None:
    shelf = published()
    assert shelf is published()
    assert set(shelf.models) == {"otto", "k20", "perez", "simons", "domino", "clements"}
    assert {"iv", "im", "oral", "sublingual", "intranasal"} <= set(shelf.routes)
    for one in (*shelf.models.values(), *shelf.routes.values()):
        assert one.sources and one.basis and one.title
        assert all(parameter.basis for parameter in one.parameters.values())
    assert all(model.population and model.misfits for model in shelf.models.values())


def test_hours_become_minutes() -> None:
    """95.2 L/h and 1.45 /h and 0.32 h, as printed."""
    shelf = published()
    assert shelf.models["otto"].parameters["CL"].value == pytest.approx(95.2 / 60)
    assert shelf.models["otto"].parameters["CL"].unit == "L/min"
    assert shelf.routes["oral"].parameters["kG"].value == pytest.approx(1.45 / 60)
    assert shelf.routes["oral"].parameters["D"].value == pytest.approx(19.2)
    assert shelf.models["simons"].parameters["CL"].value == 1.48


def test_the_rules_load_without_a_look_at_the_models(folder: Path) -> None:
    """But their files are part of the hash of what a director adopts."""
    before = load(folder).hash
    (folder / "kinetics" / "otto.toml").write_text("title = 5\n", encoding="utf-8")
    assert load(folder).hash != before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("otto.toml", "value = 133", "value = -133", "line 23: parameters: V1: value: -133 is below zero"),
        ("otto.toml", "value = 133", "value = 0", "parameters: V1: value: this is zero"),
        ("otto.toml", 'unit = "L",', 'unit = "mL",', "parameters: V1: unit: 'mL' is not one of L, L/h"),
        ("otto.toml", "variance = 0.084177", 'variance = "much"', "V1: variance: 'much' is not a number"),
        ("otto.toml", "variance = 0.084177", "variance = 0.08, cv_percent = 3", "at most one of variance"),
        ("otto.toml", "variance = 0.084177", "varience = 0.08", "V1: varience: this key is not known here"),
        ("otto.toml", "value = 0.02261", "value = 0.9", "more than the two variances allow"),
        ("otto.toml", 'by = "Q1"', 'by = "Q9"', "flow 2: by: 'Q9' is not a parameter of this model"),
        ("otto.toml", 'from = "central"', 'from = "blood"', "from: 'blood' is not a compartment"),
        ("otto.toml", '"central", "slow"', '"central"', "between: this is not two compartments"),
        ("otto.toml", 'slow = "V2"', 'slow = "CL"', "compartments: slow: 'CL' is not a volume"),
        ("otto.toml", 'slow = "V2"', 'slow = ""', "'slow' has no volume to divide it by"),
        ("otto.toml", '"otto21", "fanta15"', '"otto21", "hearsay"', "'hearsay' is not in sources.toml"),
        ("otto.toml", "weight_kg = [50, 100]", "weight_kg = [100, 50]", "weight_kg: this is not two rising"),
        ("otto.toml", 'drug = "esketamine"', 'drug = "racemic"', "a model of the racemate takes it in one"),
        ("perez.toml", 'over = "Dsw"', 'over = "D"', "over: 'D' is not a parameter of this route"),
        ("perez.toml", '"not nose"', '"not ear"', "share: 'ear' is not a parameter here"),
        ("perez.toml", "value = 0.54", "value = 1.54", "a spread on the logit needs a share between 0 and 1"),
        ("absorption.toml", 'model = "otto"', 'model = "atto"', "'atto' is not a model of this folder"),
        ("absorption.toml", 'id = "im"', 'id = "iv"', "id: 'iv' is used twice"),
        ("effects.toml", "onset_share = 0.25", "", "experience: onset_share: this is missing"),
        ("effects.toml", 'effect_model = "k20"', 'effect_model = "k21"', "'k21' is not a model of this"),
    ],
)  # fmt: skip
def test_a_fault_names_file_and_key(folder: Path, name: str, old: str, new: str, said: str) -> None:
    told = broken(folder, name, old, new)
    assert said in told
    assert f"kinetics/{name}" in told


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "kinetics" / "effects.toml").unlink()
    with pytest.raises(ProtocolFault, match=r"kinetics/effects\.toml: this file is missing"):
        load_kinetics(folder)
