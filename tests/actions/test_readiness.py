"""What a patient brings to a dose: written by whoever may, refused where it would widen under the drug."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.actions import readiness
from openkap.actions.door import NotAllowed
from openkap.clinical import holds
from openkap.clinical.case import Case
from openkap.clinical.entries.office import Refused
from openkap.clinical.entries.readiness import HoldsConfirmed, PermissionAnswered, PermissionRehearsed
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound, Principal
from tests.actions.day import booked, dosed
from tests.clinical.charts import adopted
from tests.conftest import AT

LOCK = adopted().span("impaired-after-dose")
HAND = {"permission": "touch-hand"}
FRIEND = {"name": "Paul", "relation": "brother", "phone": "555 0101"}


def answers(of: Telling) -> list[str]:
    return [fact.answer for fact in of.folded().facts(PermissionAnswered) if fact.permission == "touch-hand"]


def test_nothing_is_widened_under_the_drug(ready: Telling, patient: Principal) -> None:
    """From the dose until the lock ends a yes is refused in one sentence and recorded; a no is taken."""
    dosed(ready)
    before = answers(ready)
    for after in (timedelta(0), LOCK - timedelta(seconds=1)):
        for who in (patient, ready.staff.therapist):
            with pytest.raises(NotAllowed) as refusal:
                readiness.answer_permission(who, ready.chart, at=AT + after, answer="granted", **HAND)
            assert [reason.rule for reason in refusal.value.because] == ["permission-needs-sobriety"]
    assert ready.folded().latest(Refused).fact.action == "grant-permission"
    readiness.answer_permission(
        patient, ready.chart, at=AT + LOCK - timedelta(seconds=1), answer="declined", **HAND
    )
    readiness.answer_permission(patient, ready.chart, at=AT + LOCK, answer="granted", **HAND)
    assert answers(ready)[len(before) :] == ["declined", "granted"]


def test_a_touch_is_not_tried_out_under_the_drug(ready: Telling) -> None:
    """Trying it then would widen what counts."""
    dosed(ready)
    before = len(ready.folded().facts(PermissionRehearsed))
    with pytest.raises(NotAllowed):
        readiness.rehearse(ready.staff.therapist, ready.chart, at=AT, note="fine", **HAND)
    readiness.rehearse(ready.staff.therapist, ready.chart, at=AT + LOCK, note="fine", **HAND)
    assert len(ready.folded().facts(PermissionRehearsed)) == before + 1


def test_taking_back_is_always_heard_by_whoever_is_in_the_room(ready: Telling, patient: Principal) -> None:
    """The patient, the therapist and the nurse; under the drug, and when nothing was given."""
    dosed(ready)
    for who in (patient, ready.staff.therapist, ready.staff.monitor):
        readiness.withdraw_permission(who, ready.chart, at=AT, said="shook her head", **HAND)
    assert answers(ready)[-3:] == ["withdrawn"] * 3


def test_the_nurse_asks_for_no_permission(ready: Telling) -> None:
    """Permissions are talked about with the therapist or the prescriber."""
    with pytest.raises(NotFound):
        readiness.answer_permission(ready.staff.monitor, ready.chart, at=AT, answer="granted", **HAND)


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        (readiness.say, {"about": "dreams", "words": "x"}, "about"),
        (readiness.say, {"about": "goals", "words": " "}, "words"),
        (readiness.plan_calm, {"helps": ""}, "helps"),
        (readiness.name_escort, FRIEND | {"name": "", "confirmed": True}, "name"),
        (readiness.name_escort, FRIEND | {"phone": " ", "confirmed": True}, "phone"),
        (readiness.plan_ride, {"way": "own car", "not_driving": True}, "way"),
        (
            readiness.choose_setting,
            {"position": "sofa", "eyeshades": True, "headphones": True, "music": ""},
            "position",
        ),
        (readiness.name_support, FRIEND | {"name": "", "may_call": False}, "name"),
        (readiness.name_support, FRIEND | {"phone": "", "may_call": True}, "phone"),
        (readiness.answer_permission, {"permission": "dance", "answer": "granted"}, "permission"),
        (readiness.answer_permission, {"permission": "observer", "answer": "perhaps"}, "answer"),
        (readiness.withdraw_permission, {"permission": "dance"}, "permission"),
        (readiness.rehearse, {"permission": "observer", "note": "x"}, "permission"),
        (readiness.rehearse, {"permission": "touch-hand", "note": ""}, "note"),
    ],
)
def test_what_cannot_be_is_named(ready: Telling, act: Any, fields: dict[str, Any], field: str) -> None:
    """The field, and nothing written."""
    before = ready.folded().seq
    with pytest.raises(BadInput) as fault:
        act(ready.staff.therapist, ready.chart, at=AT, **fields)
    assert fault.value.where == field
    assert ready.folded().seq == before


def shown(of: Telling) -> tuple[str, ...]:
    return tuple(line.says for line in holds.lines(Case(of.folded(), adopted(), AT)))


def test_the_word_of_the_day_before_covers_the_lines_that_were_shown(
    ready: Telling, patient: Principal
) -> None:
    """The next visit, and every line as it stands; a list that changed meanwhile is read again."""
    visit, lines = booked(ready).visit, shown(ready)
    for fields, field in (
        ({"visit": "another", "lines": lines}, "visit"),
        ({"visit": visit, "lines": lines[1:]}, "lines"),
        ({"visit": visit, "lines": ()}, "lines"),
    ):
        with pytest.raises(BadInput) as fault:
            readiness.confirm_holds(patient, ready.chart, at=AT, **fields)
        assert fault.value.where == field
    readiness.confirm_holds(patient, ready.chart, at=AT, visit=visit, lines=lines)
    assert ready.folded().latest(HoldsConfirmed).fact.lines == lines


def test_nobody_gives_that_word_under_the_drug(ready: Telling, patient: Principal) -> None:
    """It waits until the lock ends, like every other word of the patient's."""
    visiting = dosed(ready)
    with pytest.raises(NotAllowed):
        readiness.confirm_holds(patient, ready.chart, at=AT, visit=visiting.visit, lines=shown(ready))
