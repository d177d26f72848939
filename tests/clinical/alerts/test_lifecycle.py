"""From onset to over: raised once, seen, acknowledged by name, silenced for a while, escalated, cleared."""

from datetime import timedelta

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from openkap.clinical.alerts.judge import Heard
from openkap.clinical.alerts.lifecycle import Alert, history, standing
from openkap.clinical.entries.alerts import (
    AlertAcknowledged,
    AlertCleared,
    AlertEscalated,
    AlertRaised,
    AlertSeen,
    AlertSilenced,
)
from openkap.clinical.entries.dosing import VisitStopped
from tests.clinical.alerts.room import VISIT, Room, minute


def crisis() -> tuple[Room, str]:
    """A room with one high alert, raised at minute 10."""
    room = Room()
    room.full_set(10, systolic=190, diastolic=125)
    (fact,) = room.step(10)
    assert fact.alert == "pressure-crisis"
    return room, str(room.entries[-1].id)


def listed(room: Room, at: float) -> list[tuple[str, str]]:
    return [(a.fact.alert, a.state) for a in standing(room.chart, VISIT, minute(at))]


def the(room: Room, raised: str, at: float) -> Alert:
    return next(a for a in history(room.chart, VISIT, minute(at)) if a.raised == raised)


def test_one_condition_is_one_alert() -> None:
    """However often it is looked at, and however often the value comes again."""
    room, _ = crisis()
    assert room.owed(10) == ()
    room.full_set(10.4, systolic=195, diastolic=130)
    assert room.owed(10.4) == ()
    assert listed(room, 10.4) == [("pressure-crisis", "active")]


def test_a_high_one_stays_until_somebody_acknowledges_it() -> None:
    """Cleared it is latched and sounds on; acknowledged it is over."""
    room, raised = crisis()
    room.full_set(14)
    (fact,) = [f for f in room.step(14) if isinstance(f, AlertCleared)]
    assert (fact.raised, fact.because) == (raised, "the condition no longer holds")
    assert listed(room, 14) == [("pressure-crisis", "latched")]
    assert the(room, raised, 14).sounds(minute(14))
    room.write(15, AlertSeen(visit=VISIT, raised=raised, alert="x", screen="Room 1"))
    assert listed(room, 15) == [("pressure-crisis", "latched")]
    room.write(16, AlertAcknowledged(visit=VISIT, raised=raised, alert="x"))
    assert listed(room, 16) == []


def test_acknowledging_silences_and_never_clears() -> None:
    """It is listed as active until the value says otherwise; the first name stands."""
    room, raised = crisis()
    room.write(11, AlertAcknowledged(visit=VISIT, raised=raised, alert="x"), who="ines")
    room.write(11, AlertAcknowledged(visit=VISIT, raised=raised, alert="x"), who="tomas")
    found = the(room, raised, 11)
    assert (found.state, found.sounds(minute(11))) == ("active", False)
    assert [receipt.who for receipt in found.acknowledged] == ["ines", "tomas"]
    room.full_set(12)
    room.step(12)
    assert listed(room, 12) == []


def test_what_cleared_unseen_stays_listed() -> None:
    """A low one that came and went behind everybody's back is shown until a screen told of it."""
    room = Room()
    room.full_set(10, systolic=166)
    (fact,) = room.step(10)
    assert (fact.alert, fact.priority) == ("pressure-emergent", "low")
    raised = str(room.entries[-1].id)
    room.full_set(10.4)
    room.step(10.4)
    assert listed(room, 10.4) == [("pressure-emergent", "unseen")]
    assert not the(room, raised, 10.4).sounds(minute(10.4))
    room.write(11, AlertSeen(visit=VISIT, raised=raised, alert="x", screen="Room 1"))
    assert listed(room, 11) == []


def test_a_silence_ends_by_itself() -> None:
    room, raised = crisis()
    room.write(11, AlertSilenced(visit=VISIT, raised=raised, alert="x", until=minute(13)))
    found = the(room, raised, 11)
    assert not found.sounds(minute(13) - timedelta(microseconds=1))
    assert found.sounds(minute(13))
    assert found.state == "active"


@pytest.mark.parametrize(
    ("seconds", "seen", "acknowledged", "gone_to"),
    [
        (29, False, False, []),
        (30, False, False, ["second screen"]),
        (30, True, False, []),
        (60, False, False, ["second screen", "call list"]),
        (60, True, False, ["call list"]),
        (60, True, True, []),
        (60, False, True, []),
    ],
)
def test_without_an_answer_it_goes_on(
    seconds: int, seen: bool, acknowledged: bool, gone_to: list[str]
) -> None:
    """To the second screen without a receipt, to the call list without a name; each once."""
    room, raised = crisis()
    if seen:
        room.write(10.1, AlertSeen(visit=VISIT, raised=raised, alert="x", screen="Room 1"))
    if acknowledged:
        room.write(10.1, AlertAcknowledged(visit=VISIT, raised=raised, alert="x"))
    at = 10 + seconds / 60
    assert [f.to for f in room.step(at) if isinstance(f, AlertEscalated)] == gone_to
    assert room.owed(at) == ()


def test_a_latched_one_still_goes_on_and_an_unseen_one_does_not() -> None:
    """Nobody answered the high one, whatever the value says now."""
    room, _ = crisis()
    room.full_set(10.1)
    room.step(10.1)
    assert [f.to for f in room.owed(11.1)] == ["second screen", "call list"]
    quiet = Room()
    quiet.full_set(10, systolic=166)
    quiet.step(10)
    quiet.full_set(10.1)
    quiet.step(10.1)
    assert quiet.owed(11.1) == ()


def test_getting_worse_is_a_new_alert_and_getting_better_clears_the_worse_one() -> None:
    """The one beneath is covered meanwhile: neither cleared nor raised again."""
    room = Room()
    room.full_set(10, systolic=166)
    assert [f.alert for f in room.step(10)] == ["pressure-emergent"]
    room.full_set(11, systolic=185, diastolic=121)
    assert [f.alert for f in room.step(11) if isinstance(f, AlertRaised)] == ["pressure-crisis"]
    assert listed(room, 11) == [("pressure-crisis", "active"), ("pressure-emergent", "active")]
    room.full_set(12, systolic=170, diastolic=90)
    cleared = [f.raised for f in room.step(12) if isinstance(f, AlertCleared)]
    assert len(cleared) == 1
    assert listed(room, 12) == [("pressure-crisis", "latched"), ("pressure-emergent", "active")]


def test_what_comes_back_is_raised_anew_and_listed_once() -> None:
    """The new onset is a line of its own; the old one is in the record and no longer on the screen."""
    room, first = crisis()
    room.full_set(12)
    room.step(12)
    room.full_set(14, systolic=190, diastolic=125)
    assert [f.alert for f in room.step(14) if isinstance(f, AlertRaised)] == ["pressure-crisis"]
    assert listed(room, 14) == [("pressure-crisis", "active")]
    assert the(room, first, 14).came_back


def test_a_visit_that_is_over_clears_everything() -> None:
    """The high one stays until somebody has acknowledged it."""
    room, _ = crisis()
    room.write(12, VisitStopped(visit=VISIT, reason="fire"))
    (fact,) = [f for f in room.step(12) if isinstance(f, AlertCleared)]
    assert fact.because == "it is not asked in this phase"
    assert listed(room, 12) == [("pressure-crisis", "latched")]


def test_a_gap_of_the_engine_is_latched() -> None:
    """Raised when it is back, cleared at the next look, shown until somebody acknowledges it."""
    room = Room()
    room.step(5, Heard(away=(minute(4), minute(5))))
    room.step(5.1)
    assert listed(room, 5.1) == [("engine-away", "latched")]


def test_a_missing_value_clears_nothing() -> None:
    """A correction that takes the value away leaves nobody able to tell."""
    room, raised = crisis()
    vital = next(e.id for e in reversed(room.entries) if getattr(e.fact, "systolic", None))
    room.entries = [e for e in room.entries if getattr(e.fact, "KIND", "") != "vital-signs" or e.id == vital]
    room.chart_vitals(10, written=11, corrects=vital, spo2=98)
    assert not any(isinstance(f, AlertCleared) and f.raised == raised for f in room.owed(11))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pressure"), st.integers(80, 220)),
        st.tuples(st.just("oxygen"), st.integers(80, 100)),
        st.tuples(st.just("acknowledge"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.integers(1, 12)),
        st.tuples(st.just("stop"), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40)
@examples(STEPS)
def test_whatever_happens(steps: list[tuple[str, int]]) -> None:
    """Never two active alerts of one rule; nothing owed twice; a high one is only over once acknowledged,
    or when the same came back; every high one nobody acknowledged for a minute has gone on."""
    room, at = Room(), 1.0
    for what, number in steps:
        at += 0.5
        if what == "pressure":
            room.chart_vitals(at, systolic=number, diastolic=70)
        elif what == "oxygen":
            room.chart_vitals(at, spo2=number)
        elif what == "stop":
            room.write(at, VisitStopped(visit=VISIT, reason="x"))
        elif what == "acknowledge":
            shown = standing(room.chart, VISIT, minute(at))
            if number < len(shown):
                room.write(at, AlertAcknowledged(visit=VISIT, raised=shown[number].raised, alert="x"))
        else:
            at += number
        room.step(at)
        assert room.owed(at) == ()
    told = history(room.chart, VISIT, minute(at))
    active = [alert.fact.alert for alert in told if alert.cleared_at is None]
    assert len(active) == len(set(active))
    for alert in told:
        if alert.fact.priority == "high" and alert.state == "over":
            assert alert.acknowledged or alert.came_back
        if alert.state in ("active", "latched") and alert.fact.priority == "high" and not alert.acknowledged:
            gone = {to for to, _ in alert.escalated}
            assert minute(at) - alert.raised_at < timedelta(seconds=60) or "call list" in gone
