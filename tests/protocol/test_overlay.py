"""A clinic's own values: who, when and why; what they touch is local from then on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from openkap.clinical.entries.screening import Measurement
from openkap.clinical.screening import screen
from openkap.protocol.load import ProtocolFault, load, shipped
from tests.clinical.charts import chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SIGNED = 'by = "Dr Amara Obi"\non = 2026-03-02\nreason = "Agreed with cardiology"\n'
HARD_STOP = '{ measurement = "blood-pressure", above = { systolic = 160, diastolic = 100 }, within = "30 d" }'


def overlay(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "clinic.toml"
    path.write_text("[[change]]\n" + "\n".join(lines) + "\n" + SIGNED, encoding="utf-8")
    return path


def test_what_ships_unset_is_set_by_the_clinic_and_fires(tmp_path: Path) -> None:
    """The medical director gives the number nobody published."""
    protocol = load(overlay=overlay(tmp_path, 'rule = "bp-hard-stop"', f"when = {HARD_STOP}"))
    assert "bp-hard-stop" not in {one.id for one in protocol.unset}
    reading = [
        Measurement(what=w, value=Decimal(v), unit="mm[Hg]")
        for w, v in (("systolic", 161), ("diastolic", 90))
    ]
    chart = chart_of([(AT - timedelta(days=1), person()), *((AT, one) for one in reading)])
    assert "bp-hard-stop" in {finding.rule.id for finding in screen(chart, protocol, AT).findings}
    assert "bp-hard-stop" not in {finding.rule.id for finding in screen(chart, shipped(), AT).findings}


def test_a_change_is_local_and_carries_who_when_and_why(tmp_path: Path) -> None:
    """The rule keeps its sentence and sources; its basis says whose number it is now."""
    protocol = load(overlay=overlay(tmp_path, 'rule = "breathing"', 'then = "exclude"'))
    changed, before = protocol.rule("breathing"), shipped().rule("breathing")
    assert (changed.then, changed.basis, changed.says) == ("exclude", "local", before.says)
    (change,) = protocol.changes
    assert (change.touches, change.by, change.on) == ("breathing", "Dr Amara Obi", date(2026, 3, 2))
    assert protocol.hash != shipped().hash


def test_a_clinic_may_let_nobody_go_past_a_rule(tmp_path: Path) -> None:
    """Nor is a second person asked for then; a role that is none is still refused."""
    before = next(rule for rule in shipped().rules if rule.override and rule.second)
    rule = f'rule = "{before.id}"'
    after = load(overlay=overlay(tmp_path, rule, 'override = ""')).rule(before.id)
    assert (after.override, after.second, after.when) == ("", "", before.when)
    other = load(overlay=overlay(tmp_path, rule, 'override = "director"')).rule(before.id)
    assert (other.override, other.second) == ("director", before.second)
    with pytest.raises(ProtocolFault, match="'cook' is not one of"):
        load(overlay=overlay(tmp_path, rule, 'override = "cook"'))


def test_a_number_is_changed_in_kind(tmp_path: Path) -> None:
    """A span stays a span."""
    name, number = next((n, v) for n, v in shipped().numbers.items() if isinstance(v.value, timedelta))
    protocol = load(overlay=overlay(tmp_path, f'number = "{name}"', 'value = "5 h"'))
    assert protocol.span(name) == timedelta(hours=5) and protocol.numbers[name].basis == "local"
    with pytest.raises(ProtocolFault, match="not of the kind"):
        load(overlay=overlay(tmp_path, f'number = "{number.id}"', "value = 5"))


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (['rule = "no-such-rule"'], "'no-such-rule' is not a rule"),
        (['number = "no-such-number"', "value = 1"], "'no-such-number' is not a number"),
        (['rule = "breathing"', 'number = "x"'], "exactly one of rule, number and open"),
        (['rule = "bp-hard-stop"'], "its condition must be given"),
        (['rule = "breathing"', 'then = "block"'], "no other becomes one"),
        (['rule = "breathing"', 'says = "other"'], "this key is not known here"),
    ],
)
def test_a_broken_change_is_named(tmp_path: Path, lines: list[str], what: str) -> None:
    """The overlay is held to the same strictness as the protocol."""
    with pytest.raises(ProtocolFault) as caught:
        load(overlay=overlay(tmp_path, *lines))
    (fault,) = caught.value.faults
    assert what in fault and fault.startswith("clinic.toml")


@pytest.mark.parametrize("left_out", ["by", "on", "reason"])
def test_nobody_changes_a_limit_namelessly(tmp_path: Path, left_out: str) -> None:
    """Who, when and why are each asked for."""
    path = overlay(tmp_path, 'rule = "breathing"', 'then = "exclude"')
    kept = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{left_out} =")
    ]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(ProtocolFault, match=rf"{left_out}: .*missing"):
        load(overlay=path)


def test_a_missing_overlay_is_named(tmp_path: Path) -> None:
    """A clinic that names its file and loses it does not start with other limits than it thinks."""
    with pytest.raises(ProtocolFault, match=r"lost\.toml: this file is missing"):
        load(overlay=tmp_path / "lost.toml")
