"""Instrument files: each fault is named, no text is here that is not ours, and the licence holder’s slot."""

import shutil
from pathlib import Path

import pytest

from openkap.clinical import scoring
from openkap.protocol import load as loading
from openkap.protocol import slot
from openkap.protocol.load import ProtocolFault, load, shipped

PACKAGE = Path(loading.__file__).parent
NOT_OURS = (
    "madrs", "qids-sr16", "isi", "y-bocs", "wsas", "who5", "dast10", "cadss", "cadss6", "meq30", "icsi",
    "icpi", "bpic-ss", "kset",
)  # fmt: skip

INVENTED = """
licence = "An invented scale for tests: nobody’s property"
stem = "How is the weather?"
answers = ["Fine", "Fair", "Poor", "Bad"]

[[item]]
text = "In the morning"

[[item]]
text = "At noon"

[[item]]
text = "In the evening"
"""
INVENTED_BASE = """
title = "Weather scale"
measures = "weather"
bands = [{ from = 0, word = "dry" }, { from = 5, word = "wet" }]
highest = 9
recall = "1 d"
asks_about = "the last day"
notice = "Invented for tests."
sources = ["practice"]
basis = "assumed"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


@pytest.fixture
def licensed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clinic's own folder, and a scale without items for it to complete."""
    (folder / "instruments" / "weather.toml").write_text(INVENTED_BASE)
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr(slot, "folder", own)
    return own


def faults(folder: Path) -> str:
    with pytest.raises(ProtocolFault) as caught:
        load(folder)
    return "\n".join(caught.value.faults)


@pytest.mark.parametrize("name", NOT_OURS)
def test_no_item_of_somebody_elses_scale_is_here(name: str) -> None:
    """Only a total is taken, and the notice says whose it is."""
    scale = shipped().instruments[name]
    assert (scale.items, scale.stem, scale.licence) == ((), "", "")
    assert scale.notice


@pytest.mark.parametrize("scale", shipped().instruments.values(), ids=lambda scale: scale.id)
def test_whatever_rests_on_memory_says_so(scale: object) -> None:
    """A part on another basis than its file is named, and no part is on a better one than its sources."""
    assert scale.basis in ("primary", "secondary", "assumed")
    assert all(basis != scale.basis for basis in scale.basis_of.values())


def test_codes_that_other_projects_confuse_are_right() -> None:
    """AUDIT-C, not AUDIT; PCL-5, not PCL-C; irritable before afraid in the GAD-7."""
    scales = shipped().instruments
    assert scales["audit-c"].loinc_total == "75626-2"
    assert (scales["pcl5"].loinc_panel, scales["pcl5"].loinc_total) == ("101697-1", "101698-9")
    assert [item.loinc for item in scales["gad7"].items[-2:]] == ["69689-8", "69736-7"]
    assert scales["gad7"].loinc_total == "70274-6"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("phq2.toml", "highest = 6", "highest = 7", "2 items come to 6, not 7"),
        ("phq2.toml", "from = 3", "from = 9", "a band or limit lies above 6"),
        ("phq2.toml", 'recall = "14 d"', "", "recall: this is missing"),
        ("phq2.toml", 'notice = "', 'notes = "', "notice: this is missing"),
        ("pcl5.toml", "items = [6, 7]", "items = [6, 21]", "there is no item 21"),
        ("pcl5.toml", "highest = 8\n", "highest = 9\n", "C comes to 8, not 9"),
        ("cssrs.toml", "items = []", "items = [1]", "so it names no item"),
        ("cssrs.toml", 'how = "triage"', "", "levels are what a triage has"),
        ("cssrs.toml", "{ item = 2, at_least = 1 }", "{ item = 5, at_least = 1 }", "an item before it"),
        ("cssrs.toml", 'codes = ["LA32-8", "LA33-6"]', 'codes = ["LA32-8"]', "1 codes for 2 answers"),
        ("audit-c.toml", "male = [", "man = [", "this is not one of female, male"),
        ("gad7.toml", 'meaningful_change = "a', 'change = "a', "change: this is not one of"),
        ("moaas.toml", 'better = "higher"', 'better = "up"', "'up' is not one of lower, higher, neither"),
        ("who5.toml", "from = 52", "from = 52, upto = 3", "upto: this key is not known here"),
    ],
)  # fmt: skip
def test_a_broken_instrument_is_named(folder: Path, name: str, old: str, new: str, says: str) -> None:
    """File, key and what is wrong with it."""
    path = folder / "instruments" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    said = faults(folder)
    assert f"instruments/{name}" in said
    assert says in said


def test_a_licence_holders_items_complete_a_scale(folder: Path, licensed: Path) -> None:
    """It is asked and added up like any other from then on, and the protocol is another by its hash."""
    bare = load(folder)
    assert not bare.instruments["weather"].items
    (licensed / "weather.toml").write_text(INVENTED)
    whole = load(folder)
    scale = whole.instruments["weather"]
    assert (len(scale.items), scale.stem) == (3, "How is the weather?")
    assert scale.licence.startswith("An invented scale")
    assert scoring.total(scale, (3, 2, 0)) == 5
    assert scale.band(5) == "wet"
    assert whole.hash != bare.hash


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("wether.toml", INVENTED, "'wether' is not an instrument of this protocol"),
        ("phq9.toml", INVENTED, "PHQ-9 comes with its items already"),
        ("weather.toml", INVENTED.replace("licence =", "license ="), "licence: this is missing"),
        ("weather.toml", INVENTED.replace('"Bad"', '"Bad", "Awful"'), "3 items come to 12, not 9"),
        ("weather.toml", INVENTED.partition("[[item]]")[0], "this file adds no item"),
        ("weather.toml", "not = toml = at all", "this is not TOML"),
    ],
)
def test_a_broken_item_file_stops_the_start(
    folder: Path, licensed: Path, name: str, text: str, says: str
) -> None:
    """As loud as a fault of the protocol itself."""
    (licensed / name).write_text(text)
    said = faults(folder)
    assert f"licensed/{name}" in said
    assert says in said


def test_a_folder_that_is_not_there_is_said(folder: Path, licensed: Path) -> None:
    """A named folder that vanished would silently take the items away."""
    licensed.rmdir()
    assert "the folder of licensed instruments is not there" in faults(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("escalation.toml", 'after = "0 min"', 'after = "1 min"', "must rise from 0 min"),
        ("escalation.toml", 'after = "60 min"', 'after = "10 min"', "must rise from 0 min"),
        ("escalation.toml", '"monitor", "prescriber"]', '"night porter"]', "'night porter' is not one of"),
        ("crisis/us.toml", 'number = "988"', 'number = "9-8-8"', "holds something that is not a digit"),
        ("crisis/us.toml", 'way = "text"', 'way = "shout"', "'shout' is not one of call, text"),
    ],
)
def test_a_broken_ladder_or_crisis_text_is_named(
    folder: Path, name: str, old: str, new: str, says: str
) -> None:
    """Nobody should find out at night."""
    path = folder / name
    path.write_text(path.read_text().replace(old, new, 1))
    said = faults(folder)
    assert name in said
    assert says in said
