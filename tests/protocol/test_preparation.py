"""Permissions, holds and lines of the checklist: each broken one is refused by file and key."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import load as loading
from openkap.protocol.load import ProtocolFault, load
from tests.clinical.charts import adopted

PACKAGE = Path(loading.__file__).parent
BASIS = 'basis = "assumed"\nsources = ["practice"]\n'
SAMPLE = f"""
[[permission]]
id = "dance"
group = "touch"
says = "Dancing"
document = "touch"
rehearsed = true
{BASIS}
[[hold]]
id = "tea"
says = "No tea with {{medicine}}"
before = "1 h"
medicines = ["stimulant"]
{BASIS}
[[line]]
id = "dance"
title = "Dance"
rules = ["permissions-asked"]
shows = {{ fact = "permission-answered", where = {{ permission = "dance" }} }}
lead = "1 d"
place = "permissions"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


def plant(folder: Path, content: str) -> None:
    (folder / "preparation" / "planted.toml").write_text(content, encoding="utf-8")


def test_the_sample_loads_beside_what_ships(folder: Path) -> None:
    """The file that the tests below break is whole."""
    plant(folder, SAMPLE)
    protocol = load(folder)
    assert protocol.permissions["dance"].document == "touch"
    assert protocol.holds[-1].medicines == ("stimulant",)
    assert protocol.readiness[-1].rules == ("permissions-asked",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('group = "touch"', 'group = "dance"', "'dance' is not one of touch, recording, people"),
        ('document = "touch"', 'document = "dance"', "'dance' is not a consent of consents/"),
        ("rehearsed = true\n", "", "rehearsed: this is missing"),
        ('says = "No tea with {medicine}"', 'says = "No tea"', "it goes with medicines"),
        ('medicines = ["stimulant"]\n', "", "it goes with medicines"),
        ('medicines = ["stimulant"]', 'medicines = ["tea"]', "'tea' is not a value set of codes/"),
        ('before = "1 h"', 'before = "soon"', "'soon' is not a span of time"),
        ('rules = ["permissions-asked"]', 'rules = ["dance"]', "rules: 'dance' is not a rule"),
        ('rules = ["permissions-asked"]', "rules = []", "a line without a rule could never wait"),
        ('fact = "permission-answered"', 'fact = "dance"', "'dance' is not a kind of entry"),
        ('place = "permissions"\n', "", "place: this is missing"),
        ('id = "dance"\ntitle', 'id = "dance"\ncolour = "red"\ntitle', "colour: this key is not known here"),
    ],
)
def test_a_broken_one_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    """One sentence with the file and the key."""
    assert old in SAMPLE
    plant(folder, SAMPLE.replace(old, new))
    with pytest.raises(ProtocolFault) as caught:
        load(folder)
    assert any(line.startswith("preparation/planted.toml") and said in line for line in caught.value.faults)


def test_every_prompt_is_a_line_of_the_checklist() -> None:
    """A rule that only asks and is asked nowhere would be a rule somebody believes in."""
    listed = {rule for item in adopted().readiness for rule in item.rules}
    assert {rule.id for rule in adopted().rules if rule.then == "prompt"} <= listed
