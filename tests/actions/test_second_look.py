"""The second person: who may be it, what they type, and everything that voids what they typed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import dosing, planning
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.drug import DoseConfirmed, DosePrepared, SumNotAgreed
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.quantity import MgPerKg, MgPerMl, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from tests.actions.day import booked_and_checked, give
from tests.conftest import AT

SOON = AT + timedelta(seconds=30)


def prepare(visiting: Visiting, **changed: Any) -> DosePrepared:
    telling = visiting.telling
    vial = {"concentration": MgPerMl(Decimal(50)), "lot": "L9"}
    nurse, chart = telling.staff.monitor, telling.chart
    fact: DosePrepared = dosing.prepare_dose(nurse, chart, at=AT, visit=visiting.visit, **vial | changed).fact
    return fact


def confirm(visiting: Visiting, made: DosePrepared, who: str = "prescriber", **changed: Any) -> None:
    telling = visiting.telling
    typed = {"visit": visiting.visit, "calculation": made.calculation, "amount": made.amount}
    dosing.confirm_dose(getattr(telling.staff, who), telling.chart, at=SOON, **typed | changed)


def second_person(refusal: pytest.ExceptionInfo[NotAllowed]) -> str:
    return next(one.says for one in refusal.value.because if one.rule == "dose-second-person")


def test_whoever_worked_it_out_is_not_the_second_person(ready: Telling) -> None:
    """Nor is a therapist; nothing is written, and the gate stays shut."""
    visiting = booked_and_checked(ready)
    made = prepare(visiting)
    with pytest.raises(BadInput, match="you worked this dose out yourself"):
        confirm(visiting, made, "monitor")
    with pytest.raises(Exception, match="nothing here|monitor or prescriber"):
        confirm(visiting, made, "therapist")
    with pytest.raises(NotAllowed) as refusal:
        give(visiting, later=timedelta(minutes=1), lot="L9")
    assert second_person(refusal) == "No second person has confirmed the sum"


@pytest.mark.parametrize("typed", ["0.01", "-0.01", "9"])
def test_another_number_is_kept_and_ends_the_sum(ready: Telling, typed: str) -> None:
    """A hundredth more or less: what to type is not told, and the right number is too late for this sum."""
    visiting = booked_and_checked(ready)
    made = prepare(visiting)
    other = Milligrams(made.amount.value + Decimal(typed))
    with pytest.raises(BadInput, match="that is not the sum") as told:
        confirm(visiting, made, amount=other)
    assert str(made.amount) not in str(told.value)
    (kept,) = ready.folded().all(SumNotAgreed)
    assert (kept.fact.amount, kept.author) == (other, ready.staff.prescriber.user)
    confirmed = len(ready.folded().facts(DoseConfirmed))
    with pytest.raises(BadInput, match="no longer holds: a second person came to other milligrams"):
        confirm(visiting, made)
    assert len(ready.folded().facts(DoseConfirmed)) == confirmed


def test_a_sum_that_was_not_agreed_is_worked_out_anew(ready: Telling) -> None:
    """The same figures again, written after the disagreement, may be confirmed."""
    visiting = booked_and_checked(ready)
    first = prepare(visiting)
    with pytest.raises(BadInput, match="that is not the sum"):
        confirm(visiting, first, amount=Milligrams(Decimal(350)))
    again = prepare(visiting)
    assert again.calculation == first.calculation
    confirm(visiting, again)
    give(visiting, later=timedelta(minutes=1), lot="L9")
    assert ready.folded().facts(DoseGiven)


def test_nothing_typed_is_no_disagreement(ready: Telling) -> None:
    """The sum stands as it was."""
    visiting = booked_and_checked(ready)
    made = prepare(visiting)
    with pytest.raises(BadInput, match="nothing was typed"):
        confirm(visiting, made, amount=None)
    assert not ready.folded().facts(SumNotAgreed)
    confirm(visiting, made)


def test_a_sum_that_is_no_longer_on_the_screen_is_not_confirmed(ready: Telling) -> None:
    """Two tabs: the older one's sum is told to be over."""
    visiting = booked_and_checked(ready)
    old = prepare(visiting)
    prepare(visiting, lot="L10")
    with pytest.raises(BadInput, match="no longer holds"):
        confirm(visiting, old)


def weighed_again(visiting: Visiting) -> None:
    telling = visiting.telling
    kg = Decimal(str(telling.body.weight)) + Decimal("0.1")
    dosing.weigh(telling.staff.monitor, telling.chart, at=SOON, visit=visiting.visit, value=kg, unit="kg")


def weighed_the_same(visiting: Visiting) -> None:
    telling = visiting.telling
    kg = Decimal(str(telling.body.weight))
    dosing.weigh(telling.staff.monitor, telling.chart, at=SOON, visit=visiting.visit, value=kg, unit="kg")


def planned_again(visiting: Visiting) -> None:
    telling = visiting.telling
    old = telling.folded().latest(PlanApproved).fact
    fields = {"indication": old.indication, "route": "iv", "sessions": old.sessions, "every_days": 7}
    signed = planning.approve_plan(
        telling.staff.prescriber,
        telling.chart,
        at=SOON,
        reason="less",
        mg_per_kg=MgPerKg(Decimal("0.6")),
        minutes=40,
        changed_because="less",
        **fields,
    )
    name = telling.staff.therapist.name
    plan = {"plan_id": str(signed.id), "signed_name": name}
    planning.countersign(telling.staff.therapist, telling.chart, at=SOON, **plan)


def worked_out_anew(visiting: Visiting) -> None:
    prepare(visiting, lot="L11")


@pytest.mark.parametrize("change", [weighed_again, weighed_the_same, planned_again, worked_out_anew])
def test_any_change_after_the_confirmation_voids_it(ready: Telling, change: Any) -> None:
    """Weight, plan, lot: also where the milligrams stay the same, for nobody looked at that sum."""
    visiting = booked_and_checked(ready)
    change(visiting)
    with pytest.raises(NotAllowed) as refusal:
        give(visiting, later=timedelta(minutes=1), amount=Milligrams(Decimal(1)))
    assert second_person(refusal).startswith(("The sum no longer holds", "No second person"))
    assert ready.folded().facts(DoseGiven) == []


def test_nothing_is_worked_out_without_lot_or_strength(ready: Telling) -> None:
    visiting = booked_and_checked(ready)
    for changed, where in (
        ({"lot": " "}, "lot"),
        ({"concentration": None}, "concentration"),
        ({"concentration": MgPerMl(Decimal(100))}, "concentration"),
    ):
        with pytest.raises(BadInput) as fault:
            prepare(visiting, **changed)
        assert fault.value.where == where


def test_the_prescriber_may_go_past_the_second_person_by_name(ready: Telling) -> None:
    """Alone at night with somebody in need: a reason, a name, and still the worked out sum."""
    visiting = booked_and_checked(ready)
    made = prepare(visiting)
    past = {"rule": "dose-second-person", "reason": "The second nurse is with an emergency"}
    dosing.override(ready.staff.prescriber, ready.chart, at=SOON, **past)
    fact = give(visiting, later=timedelta(minutes=1)).fact
    assert (fact.lot, fact.calculation) == ("L9", made.calculation)
