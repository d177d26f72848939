"""The drills that ship, and every way a drill file can be wrong."""

import pytest

from openkap.protocol.drills import FOLDER, drills, load
from openkap.protocol.fault import ProtocolFault


def test_every_drill_expects_what_the_room_can_record():
    assert set(drills()) == {path.stem for path in FOLDER.glob("*.toml")}
    assert all(drill.expected and drill.moments for drill in drills().values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('route = "iv"', 'route = "by mail"'), "is not one of"),
        (('after = "45 s"', 'after = "0 s"'), "the moments must rise"),
        (('after = "0 s"', 'after = "1 s"'), "the first moment is at 0 s"),
        (("spo2 = 93, ", ""), "every moment has the same signals"),
        (("spo2 = 93, ", "spo3 = 93, "), "this key is not known here"),
        (('["medical lead called"]', '["a miracle"]'), "not one of the room's events"),
        (("being = { event", "being = { mood"), "has no field 'mood'"),
        (('entry = "dose-ended"', 'entry = "dose-undone"'), "is not one of"),
        (('within = "4 min"', 'within = "7 min"'), "after the drill is over"),
        (('sources = ["practice", "wells"]', 'sources = ["hearsay"]'), "is not in sources.toml"),
        (('basis = "assumed"', 'basis = "hoped"'), "is not one of"),
    ],
)
def test_a_faulty_drill_is_named(tmp_path, change, says):
    text = (FOLDER / "desaturation.toml").read_text()
    assert change[0] in text
    (tmp_path / "desaturation.toml").write_text(text.replace(*change))
    with pytest.raises(ProtocolFault) as refused:
        load(tmp_path)
    assert says in str(refused.value)
    assert "drills/desaturation.toml" in str(refused.value)


def test_a_drill_that_expects_or_shows_nothing_is_refused(tmp_path):
    head, _, _ = (FOLDER / "fire.toml").read_text().partition("[[moment]]")
    (tmp_path / "fire.toml").write_text(head)
    with pytest.raises(ProtocolFault) as refused:
        load(tmp_path)
    assert "a drill expects something" in str(refused.value)
    assert "a drill shows something" in str(refused.value)
