"""The loader refuses alerts that could not do what they say, naming file, line and key."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol.load import ProtocolFault, load, shipped

SHIPPED = Path(__file__).resolve().parents[2] / "openkap" / "protocol"
LIMITS, WORKFLOW, LADDER = "alerts/limits.toml", "alerts/workflow.toml", "alerts/ladder.toml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("protocol") / "protocol"
    shutil.copytree(SHIPPED, made, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return made


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        (LIMITS, 'priority = "high"', 'priority = "low"', "irreversible minutes is high"),
        (LIMITS, 'priority = "high"', 'priority = "urgent"', "'urgent' is not one of high, medium, low"),
        (LIMITS, 'family = "limit"', 'family = "workflow"', "limits look at values that were charted"),
        (LIMITS, 'family = "limit"', 'family = "device"', "'device' is not one of workflow, limit"),
        (LIMITS, 'delay = "0 s"', 'delay = "5 s"', "what a person charted alerts at once"),
        (LIMITS, '"crisis-pressure[0]"', '"nothing[0]"', "'nothing' is not a number of the protocol"),
        (
            LIMITS,
            '"crisis-pressure[0]"',
            '"crisis-pressure[2]"',
            "is not a number of the protocol, or not of",
        ),
        (LIMITS, '"crisis-pressure[0]"', '"crisis-pressure"', "is not a number of the protocol, or not of"),
        (LIMITS, '"crisis-pressure[0]"', '"charted-late"', "is not a number of the protocol, or not of"),
        (LIMITS, '"crisis-pressure[0]"', '"crisis-pressure[x]"', "does not name a number or a part of one"),
        (LIMITS, '"crisis-pressure[0]"', "180", "180 is not the name of a number"),
        (LIMITS, "systolic = ", "pressure = ", "'pressure' is not one of systolic"),
        (LIMITS, 'moved = ["spo2"]', 'moved = ["mood"]', "'mood' is not one of systolic"),
        (LIMITS, 'code = "BP2"', 'code = "BP1"', "'BP1' is used twice"),
        (LIMITS, 'id = "pressure-event"', 'id = "pressure-crisis"', "'pressure-crisis' is used twice"),
        (LIMITS, 'begins_with = "call-lead"', 'begins_with = "pray"', "'pray' is not a step"),
        (LIMITS, 'phases = ["dosing", ', 'phases = ["asleep", ', "'asleep' is not one of booked"),
        (LIMITS, 'phases = ["recovery"]', "phases = []", "asked in no phase never speaks"),
        (LIMITS, 'group = "pulse"', 'group = "pressure"', "in a group the worst stands first"),
        (LIMITS, 'sources = ["acc-aha", ', 'sources = ["a-friend", ', "'a-friend' is not in sources.toml"),
        (LADDER, 'basis = "assumed"', 'basis = "primary"', "no source of this was itself read"),
        (LIMITS, "at_least = { s", "atleast = { s", "a condition is one of"),
        (
            LIMITS,
            '{ below = { spo2 = "oxygen-look-and-act[0]" } },',
            '{ silent = "check" },',
            "taken together",
        ),
        (WORKFLOW, 'silent = "check"', 'silent = "radio"', "'radio' is not one of check, value"),
        (WORKFLOW, 'delay = "1 min"', 'delay = "2 min"', "not left alone for longer than a minute"),
        (WORKFLOW, ', signal = "spo2"', "", "a signal is named where a value is missing"),
        (WORKFLOW, '"seizure",', '"yawning",', "'yawning' is no event that can be tapped"),
        (WORKFLOW, "technical = true", "technica = true", "this key is not known here"),
        (LADDER, 'until = "seen"', 'until = "later"', "'later' is not one of seen, acknowledged"),
        (LADDER, 'priorities = ["high"]', 'priorities = ["red"]', "'red' is not one of high"),
        (LADDER, 'soon = "later"\nis = "low"', 'soon = "now"\nis = "low"', "stands here twice"),
    ],
)
def test_a_fault_is_refused_and_named(folder: Path, file: str, before: str, after: str, says: str) -> None:
    """One thing wrong at a time; the file is named and the sentence says what it is."""
    path = folder / file
    whole = path.read_text(encoding="utf-8")
    assert before in whole
    path.write_text(whole.replace(before, after, 1), encoding="utf-8")
    try:
        with pytest.raises(ProtocolFault) as refusal:
            load(folder)
    finally:
        path.write_text(whole, encoding="utf-8")
    told = [fault for fault in refusal.value.faults if says in fault]
    assert told, refusal.value.faults
    assert told[0].startswith(file)


def test_nothing_ships_as_a_bare_number() -> None:
    """Every limit is named, so that the director can set it; what nobody published is left open."""
    gaps = {one.id for one in shipped().unset}
    assert {"sedation-call", "oxygen-fall"} <= gaps
    assert not {"sedation-call", "oxygen-fall"} & shipped().numbers.keys()


def test_a_director_sets_what_is_open() -> None:
    """As any other number, by a change with name, day and reason."""
    change = '[[change]]\nnumber = "sedation-call"\nvalue = 4\nby = "Dr Obi"\non = 2026-03-02\nreason = "x"\n'
    made = load(overlay=change)
    assert made.numbers["sedation-call"].value == 4
    assert made.numbers["sedation-call"].basis == "local"
