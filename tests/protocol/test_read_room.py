"""What the room offers: each broken line is refused by file and key, and what ships is whole."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import load as loading
from openkap.protocol.load import ProtocolFault, load
from tests.clinical.charts import adopted

PACKAGE = Path(loading.__file__).parent
EVENT = '[[event]]\nid = "sang"\nsays = "Sang"\ngroup = "patient"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (EVENT + 'key = "s"\n', "'s' is not a small letter of its own"),
        (EVENT + 'key = "Q"\n', "'Q' is not a small letter of its own"),
        (EVENT + 'means = "given"\n', "what is about a permission says which"),
        (EVENT + 'asks = "any"\n', "nothing else asks for one"),
        (EVENT + 'term = "boredom"\n', "'boredom' is not a term"),
        (EVENT.replace("sang", "spoke"), "'spoke' is used twice"),
        (EVENT.replace("patient", "moon"), "'moon' is not one of"),
        (
            '[[grade]]\ngrade = 5\nword = "a"\nsays = "b"\nbasis = "assumed"\nsources = ["practice"]',
            "own from 1",
        ),
        ('[[medicine]]\nid = "tea"\nsays = "Tea"\ndose = "1 cup"\n', "this key is not known here"),
    ],
)
def test_what_is_broken_is_named(folder: Path, more: str, said: str) -> None:
    """A dose beside a rescue medicine is no key at all: none is shipped."""
    (folder / "dosing" / "planted.toml").write_text(more, encoding="utf-8")
    with pytest.raises(ProtocolFault, match="planted.toml") as fault:
        load(folder)
    assert said in str(fault.value)


def test_what_ships_is_whole() -> None:
    """Five grades, the ladder ends with the emergency call, and letters leave v and x to the page."""
    room = adopted().room
    assert [grade.grade for grade in room.grades] == [1, 2, 3, 4, 5]
    assert [step.leads for step in room.ladder][-1] == "emergency"
    keys = [event.key for event in room.events if event.key]
    assert len(keys) == len(set(keys))
    assert not {"v", "x"} & set(keys)
    assert {sign.id for sign in room.signs} <= {event.id for event in room.events}
