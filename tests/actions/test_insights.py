"""Writing down insights, small steps and homework, and telling how they went."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.actions import insights as act
from openkap.clinical.entries.insight import InsightNoted, StepAgreed, StepTold
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound, Principal
from tests.actions.day import booked, dosed
from tests.conftest import AT

NEXT = AT + timedelta(days=1)
STEP = {"what": "Call my sister", "when": "Sunday evening"}


@pytest.fixture
def visit(ready: Telling) -> str:
    return str(dosed(ready).visit)


def test_an_insight_brings_its_first_step(ready: Telling, visit: str) -> None:
    """One form, two entries, tied together; a second step follows from the same insight."""
    therapist = ready.staff.therapist
    said = {"visit": visit, "words": "I miss her", "intention": "To be near her"}
    step = ("Call my sister", "Sunday evening", "Ada")
    noted = act.note_insight(therapist, ready.chart, at=NEXT, step=step, **said).fact
    act.agree_step(therapist, ready.chart, at=NEXT, insight=noted.insight, what="Write to her", when="today")
    first, second = ready.folded().facts(StepAgreed)
    assert (first.insight, first.visit, first.with_whom) == (noted.insight, visit, "Ada")
    assert (second.insight, second.visit, second.with_whom) == (noted.insight, visit, None)
    assert first.step != second.step
    assert ready.folded().facts(InsightNoted)[0].intention == "To be near her"


def test_an_insight_may_stand_alone(ready: Telling, visit: str) -> None:
    """Nothing has to follow from it yet."""
    act.note_insight(ready.staff.therapist, ready.chart, at=NEXT, visit=visit, words="It was quiet")
    assert ready.folded().facts(InsightNoted)[0].intention is None
    assert ready.folded().facts(StepAgreed) == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"words": " "}, "words"),
        ({"words": "x", "step": ("Walk", "", "")}, "when"),
        ({"words": "x", "step": ("", "Sunday", "")}, "what"),
        ({"words": "x", "step": ("", "", "Ada")}, "what"),
        ({"words": "x", "visit": "none"}, "visit"),
    ],
)
def test_half_a_step_is_refused(ready: Telling, visit: str, given: dict[str, Any], where: str) -> None:
    """What and when belong together; then the insight is not written either."""
    with pytest.raises(BadInput) as fault:
        act.note_insight(ready.staff.therapist, ready.chart, at=NEXT, **{"visit": visit} | given)
    assert fault.value.where == where
    assert ready.folded().facts(InsightNoted) == []


def test_a_step_follows_from_an_insight_of_this_chart(ready: Telling, visit: str) -> None:
    """A made-up one is refused, and so is homework before any dose."""
    with pytest.raises(BadInput, match="no such insight"):
        act.agree_step(ready.staff.therapist, ready.chart, at=NEXT, insight="none", **STEP)
    act.give_homework(ready.staff.therapist, ready.chart, at=NEXT, **STEP)
    assert ready.folded().facts(StepAgreed)[0].visit == visit


def test_homework_follows_a_dose(ready: Telling) -> None:
    """Only booked is not given."""
    booked(ready)
    with pytest.raises(BadInput, match="no dose was given yet"):
        act.give_homework(ready.staff.therapist, ready.chart, at=NEXT, **STEP)


def test_the_patient_tells_how_it_went(ready: Telling, visit: str, patient: Principal) -> None:
    """In their own words; the therapist may write it down too, and nobody else."""
    step = act.give_homework(ready.staff.therapist, ready.chart, at=NEXT, **STEP).fact.step
    act.tell_step(patient, ready.chart, at=NEXT, step=step, went="partly", words="She did not answer")
    act.tell_step(ready.staff.therapist, ready.chart, at=NEXT, step=step, went="done")
    assert [(told.went, told.words) for told in ready.folded().facts(StepTold)] == [
        ("partly", "She did not answer"),
        ("done", ""),
    ]
    with pytest.raises(NotFound):
        act.tell_step(ready.staff.monitor, ready.chart, at=NEXT, step=step, went="done")
    with pytest.raises(NotFound):
        act.give_homework(patient, ready.chart, at=NEXT, **STEP)


@pytest.mark.parametrize(("step", "went", "where"), [("none", "done", "step"), ("", "failed", "went")])
def test_what_nobody_agreed_is_refused(ready: Telling, visit: str, step: str, went: str, where: str) -> None:
    """A step of another chart is none of this one; there is no word for failing."""
    made = act.give_homework(ready.staff.therapist, ready.chart, at=NEXT, **STEP).fact.step
    with pytest.raises(BadInput) as fault:
        act.tell_step(ready.staff.therapist, ready.chart, at=NEXT, step=step or made, went=went)
    assert fault.value.where == where
