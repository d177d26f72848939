"""Giving the dose: the sum, the gate, and a dose that was given already."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.actions import consent, dosing, screening
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.office import Allowed, Override, Refused, TaskOpened
from openkap.clinical.quantity import Kilograms, MgPerMl, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.clinical.tasks import open_tasks
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.policy import NotFound
from tests.actions.day import booked, booked_and_checked, give
from tests.conftest import AT


def missing(refusal: pytest.ExceptionInfo[NotAllowed]) -> set[str]:
    return {reason.rule for reason in refusal.value.because}


def test_a_dose_is_recorded_with_its_whole_sum(ready: Telling) -> None:
    """Plan, weight, mg, concentration, mL, lot and identifiers are in the entry, the permission beside it."""
    visiting = booked_and_checked(ready)
    weight = ready.body.weight
    fact = give(visiting).fact
    assert fact.weight == Kilograms(Decimal(str(weight)))
    assert str(fact.per_kg) == "0.5 mg/kg"
    assert fact.arithmetic.startswith(f"0.5 mg/kg × {weight} kg")
    assert re.search(r"of 50 mg/mL, over 40 min: .* mg/h [=≈] .* mL/h$", fact.arithmetic)
    assert (fact.route, fact.minutes, fact.lot) == ("iv", 40, "L1")
    assert fact.outside_gate == ()
    assert ready.folded().latest(Allowed).fact.action == "start-dose"


@pytest.mark.parametrize("wrong", ["0.01", "-0.01", "100"])
def test_the_milligrams_confirmed_must_be_those_worked_out(ready: Telling, wrong: str) -> None:
    """A hundredth too much or too little is stopped, and the sentence holds both figures."""
    visiting = booked_and_checked(ready)
    right = dosing.preview_dose(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit).amount
    typed = Milligrams(right.value + Decimal(wrong))
    with pytest.raises(BadInput) as fault:
        give(visiting, amount=typed)
    assert fault.value.where == "amount"
    assert str(typed) in str(fault.value)
    assert str(right) in str(fault.value)
    assert ready.folded().latest(DoseGiven) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lot": "L2"}, "lot"),
        ({"identifiers": ("name",)}, "identifiers"),
        ({"identifiers": ("name", "name")}, "identifiers"),
        ({"identifiers": ("name", "shoe size")}, "identifiers"),
        ({"concentration": MgPerMl(Decimal("50.1"))}, "concentration"),
        ({"amount": Milligrams(Decimal(0))}, "amount"),
        ({"visit": "no such visit"}, "visit"),
    ],
)
def test_what_is_typed_at_the_dose_is_checked_by_field(
    ready: Telling, changed: dict[str, object], field: str
) -> None:
    """A missing lot, one identifier, a vial too strong: the fault names its field and nothing is given."""
    visiting = booked_and_checked(ready)
    with pytest.raises(BadInput) as fault:
        give(visiting, **changed)
    assert fault.value.where == field
    assert ready.folded().latest(DoseGiven) is None


def test_too_early_at_the_door_names_every_check(ready: Telling) -> None:
    """Booked and nothing else: each check of the day is named, and the refusal is kept."""
    with pytest.raises(NotAllowed) as refusal:
        give(booked(ready), amount=Milligrams(Decimal(35)))
    assert missing(refusal) >= {
        "dose-needs-arrival",
        "blood-pressure-before-dose",
        "weight-today",
        "fasting-today",
        "escort-today",
        "suicide-check-today",
        "identity-today",
    }
    assert ready.folded().latest(Refused).fact.action == "start-dose"


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ("escort", "escort-today"),
        ("fasting", "fasting-today"),
        ("suicide-check", "suicide-check-today"),
        ("identity", "identity-today"),
        ("medicines", "medicines-today"),
        ("room-ready", "room-ready-today"),
    ],
)
def test_one_no_among_the_checks_closes_the_gate(ready: Telling, item: str, rule: str) -> None:
    """Everything is in order but one: that one alone is named; answered "yes" again, the dose goes in."""
    visiting = booked_and_checked(ready)
    nurse = ready.staff.monitor
    dosing.check(nurse, ready.chart, at=AT, visit=visiting.visit, item=item, answer="no")
    with pytest.raises(NotAllowed) as refusal:
        give(visiting)
    assert missing(refusal) == {rule}
    later = AT + timedelta(seconds=1)
    dosing.check(nurse, ready.chart, at=later, visit=visiting.visit, item=item, answer="yes")
    assert give(visiting, later=timedelta(seconds=2)).fact.amount


@pytest.mark.parametrize(("minutes", "open_"), [(15, True), (16, False)])
def test_blood_pressure_grows_old(ready: Telling, minutes: int, *, open_: bool) -> None:
    """Fifteen minutes old it counts, sixteen minutes old it is missing."""
    visiting = booked(ready)
    visiting.arrived(AT - timedelta(minutes=29))
    visiting.signs(AT - timedelta(minutes=minutes))
    if open_:
        assert give(visiting).fact.amount
    else:
        with pytest.raises(NotAllowed) as refusal:
            give(visiting)
        assert missing(refusal) == {"blood-pressure-before-dose"}


def pressed(visiting: Visiting, systolic: int, diastolic: int) -> None:
    signs = {"systolic": Decimal(systolic), "diastolic": Decimal(diastolic)}
    telling = visiting.telling
    at = AT - timedelta(minutes=1)
    dosing.chart_vitals(telling.staff.monitor, telling.chart, at=at, visit=visiting.visit, **signs)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "open_"), [(140, 90, True), (141, 90, False), (140, 91, False)]
)
def test_the_limit_of_blood_pressure(ready: Telling, systolic: int, diastolic: int, *, open_: bool) -> None:
    """140/90 may start; one millimetre above it in either number may not."""
    visiting = booked_and_checked(ready)
    pressed(visiting, systolic, diastolic)
    if open_:
        assert give(visiting).fact.amount
    else:
        with pytest.raises(NotAllowed) as refusal:
            give(visiting)
        assert missing(refusal) == {"blood-pressure-before-dose"}
        assert f"{systolic}/{diastolic}" in str(refusal.value)


def test_a_prescriber_may_go_past_the_pressure_and_nobody_else(ready: Telling) -> None:
    """The nurse may not; the prescriber may, with a reason; then the dose goes in."""
    visiting = booked_and_checked(ready)
    pressed(visiting, 150, 88)
    rule = {"rule": "blood-pressure-before-dose", "reason": "Nervous; 138/84 at home this morning"}
    with pytest.raises(BadInput, match="only a prescriber"):
        dosing.override(ready.staff.monitor, ready.chart, at=AT, **rule)
    with pytest.raises(BadInput, match="reason"):
        dosing.override(ready.staff.prescriber, ready.chart, at=AT, **rule | {"reason": " "})
    dosing.override(ready.staff.prescriber, ready.chart, at=AT, **rule)
    assert give(visiting, later=timedelta(seconds=1)).fact.amount
    assert len(ready.folded().facts(Override)) == 1


@pytest.mark.parametrize("rule", ["weight-today", "no-such-rule"])
def test_nobody_goes_past_what_has_no_way_past(ready: Telling, rule: str) -> None:
    """A rule that names no role for it, or no rule at all, cannot be overridden by anyone."""
    with pytest.raises(BadInput) as fault:
        dosing.override(ready.staff.prescriber, ready.chart, at=AT, rule=rule, reason="x")
    assert fault.value.where == "rule"


def test_an_open_safety_task_holds_the_dose_until_a_person_closes_it(ready: Telling) -> None:
    """Item 9 marked on the day: no dose, not even once the task is taken; only closing it ends the task."""
    from openkap.actions import office

    visiting = booked_and_checked(ready)
    at = AT - timedelta(minutes=2)
    screening.record_score(
        ready.staff.therapist, ready.chart, at=at, instrument="phq9", items=(1, 1, 1, 1, 1, 1, 1, 1, 1)
    )
    (task,) = open_tasks(ready.folded(), AT)
    with pytest.raises(NotAllowed) as refusal:
        give(visiting)
    assert "open-safety-task" in missing(refusal)
    office.take_task(ready.staff.prescriber, ready.chart, at=AT, task=task.task)
    with pytest.raises(NotAllowed):
        give(visiting)
    closing = {"outcome": "No intent, safety plan reviewed", "follow_up": "Call tomorrow"}
    office.close_task(ready.staff.prescriber, ready.chart, at=AT, task=task.task, **closing)
    assert open_tasks(ready.folded(), AT) == ()


def test_a_second_dose_at_one_visit_is_stopped(ready: Telling) -> None:
    """The dose of a visit is one entry; another is a correction, not a second dose."""
    visiting = booked_and_checked(ready)
    give(visiting)
    with pytest.raises(BadInput, match="already recorded"):
        give(visiting, later=timedelta(minutes=1))


def test_a_dose_already_given_is_recorded_whatever_the_gate_says(ready: Telling) -> None:
    """Nothing checked: the dose is in the ledger with each reason beside it, and a task is open."""
    visiting = booked(ready)
    given = give(
        visiting,
        amount=Milligrams(Decimal(35)),
        already_given=True,
        lot="",
        identifiers=(),
        concentration=None,
    )
    assert len(given.fact.outside_gate) > 5
    assert any("weighed" in reason for reason in given.fact.outside_gate)
    task = ready.folded().latest(TaskOpened)
    assert task is not None
    assert "35 mg" in task.fact.what
    assert ready.folded().latest(Refused) is None


def test_a_dose_already_given_in_order_opens_no_task(ready: Telling) -> None:
    """Charted ten minutes late, but the gate was open then: permission recorded, nothing to look at."""
    visiting = booked_and_checked(ready)
    then = AT + timedelta(minutes=2)
    entry = give(visiting, later=timedelta(minutes=25), already_given=True, effective_at=then)
    assert entry.effective_at == then
    assert entry.fact.outside_gate == ()
    assert ready.folded().latest(Allowed).fact.action == "start-dose"
    assert open_tasks(ready.folded(), AT + timedelta(minutes=25)) == ()


def test_a_vial_too_strong_already_given_says_so(ready: Telling) -> None:
    """Undiluted 100 mg/mL in a vein is in the ledger as it happened, with the limit beside it."""
    given = give(booked_and_checked(ready), concentration=MgPerMl(Decimal(100)), already_given=True)
    assert given.fact.outside_gate == (
        "100 mg/mL is stronger than 50 mg/mL, the most for intravenous infusion",
    )


def test_another_amount_already_given_says_both(ready: Telling) -> None:
    """What went in stands as it was, the planned sum beside it, and no arithmetic claims to agree."""
    visiting = booked_and_checked(ready)
    fact = give(visiting, amount=Milligrams(Decimal(99)), already_given=True).fact
    assert fact.amount == Milligrams(Decimal(99))
    assert any("99 mg was given where the plan says" in reason for reason in fact.outside_gate)
    assert fact.arithmetic == ""


def test_a_dose_without_any_visit_is_still_a_dose(record: Telling) -> None:
    """Nothing was booked or planned: with its route it is recorded; without one the field is named."""
    fields = {"visit": "", "amount": Milligrams(Decimal(30)), "lot": "", "already_given": True}
    with pytest.raises(BadInput) as fault:
        dosing.start(record.staff.monitor, record.chart, at=AT, **fields)
    assert fault.value.where == "route"
    entry = dosing.start(record.staff.monitor, record.chart, at=AT, route="im", **fields)
    assert entry.fact.route == "im"
    assert entry.fact.visit
    assert record.status(AT).course.lifetime_mg == 30


def test_the_preview_writes_nothing_and_waits_for_the_weight(ready: Telling, patient: object) -> None:
    """No sum before the patient was weighed; the same line as the dose after; closed to the patient."""
    visiting = booked(ready)
    look = {"at": AT, "visit": visiting.visit}
    assert dosing.preview_dose(ready.staff.monitor, ready.chart, **look) is None
    visiting.arrived(AT - timedelta(minutes=20))
    before = ready.folded().seq
    assert str(ready.body.weight) in dosing.preview_dose(ready.staff.monitor, ready.chart, **look).line
    assert ready.folded().seq == before
    with pytest.raises(NotFound):
        dosing.preview_dose(patient, ready.chart, **look)


def test_a_withdrawn_consent_closes_the_gate(ready: Telling) -> None:
    """Consent taken back on the day stops the dose by name."""
    visiting = booked_and_checked(ready)
    consent.withdraw(
        ready.staff.therapist, ready.chart, at=AT, document="ketamine-treatment", said="Not today"
    )
    with pytest.raises(NotAllowed) as refusal:
        give(visiting)
    assert missing(refusal) == {"dose-needs-consent"}


def test_a_slow_clock_does_not_give_a_second_dose(ready: Telling) -> None:
    """A dose from a clock five milliseconds behind, under another id: one dose, and it is said."""
    visiting = booked_and_checked(ready)
    give(visiting, later=timedelta(milliseconds=5), id=uuid4())
    with pytest.raises(BadInput, match="already recorded"):
        give(visiting, id=uuid4())
    assert len(ready.folded().facts(DoseGiven)) == 1


def test_a_task_opened_a_moment_ago_stops_a_dose_asked_for_before_it(ready: Telling) -> None:
    """The request was older than the answer it waited for: the gate counts the answer."""
    visiting, later = booked_and_checked(ready), AT + timedelta(milliseconds=5)
    items = (0,) * 8 + (1,)
    screening.record_score(ready.staff.therapist, ready.chart, at=later, instrument="phq9", items=items)
    with pytest.raises(NotAllowed) as refusal:
        give(visiting)
    assert "safety-task" in " ".join(missing(refusal))
    refused = ready.folded().latest(Refused)
    assert refused is not None
    assert refused.recorded_at == later
