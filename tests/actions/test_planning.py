"""The plan: signed whole, or refused by field."""

from dataclasses import replace
from typing import Any

import pytest

from openkap.actions import planning
from openkap.clinical.entries.preparation import PlanApproved, PlanCountersigned
from openkap.clinical.quantity import MgPerKg, Milligrams
from openkap.clinical.refusal import BadFields, BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound
from tests.conftest import AT

PLAN: dict[str, Any] = {
    "indication": "Depression",
    "route": "iv",
    "sessions": 6,
    "every_days": 7,
    "reason": "Usual",
    "mg_per_kg": MgPerKg.parse("0.5", "dose"),
    "minutes": 40,
    "changed_because": "Weekly suits her",
}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mg_per_kg": None}, "dose"),
        ({"fixed": Milligrams.parse("100", "dose")}, "dose"),
        ({"mg_per_kg": MgPerKg.parse("0", "dose")}, "mg_per_kg"),
        ({"sessions": 0}, "sessions"),
        ({"every_days": 0}, "every_days"),
        ({"minutes": -1}, "minutes"),
    ],
)
def test_a_plan_with_a_fault_names_it(ready: Telling, changed: dict[str, Any], field: str) -> None:
    """Two doses or none, nothing at all, no sessions: the fault names its field and nothing is signed."""
    before = ready.folded().seq
    with pytest.raises(BadFields) as faults:
        planning.approve_plan(ready.staff.prescriber, ready.chart, at=AT, **PLAN | changed)
    assert [fault.where for fault in faults.value.faults] == [field]
    assert ready.folded().seq == before


def test_every_fault_of_a_plan_is_named_at_once(ready: Telling) -> None:
    """Nobody mends a form one page load at a time."""
    with pytest.raises(BadFields) as faults:
        planning.approve_plan(
            ready.staff.prescriber, ready.chart, at=AT, **PLAN | {"sessions": 0, "every_days": 0}
        )
    assert len(faults.value.faults) == 2


@pytest.mark.parametrize(("name", "value"), [("route", "inhaled"), ("indication", ""), ("reason", " ")])
def test_a_plan_says_what_for_why_and_how(ready: Telling, name: str, value: str) -> None:
    """An unknown route, no indication or no reason is refused by field."""
    with pytest.raises(BadInput) as fault:
        planning.approve_plan(ready.staff.prescriber, ready.chart, at=AT, **PLAN | {name: value})
    assert fault.value.where == name


def test_a_new_plan_stands_beside_the_old_one(ready: Telling) -> None:
    """The latest plan counts; the earlier one stays in the ledger."""
    planning.approve_plan(ready.staff.prescriber, ready.chart, at=AT, **PLAN | {"sessions": 3})
    assert [fact.sessions for fact in ready.folded().facts(PlanApproved)] == [6, 3]
    assert ready.folded().latest(PlanApproved).fact.sessions == 3


def test_the_second_name_is_another_persons_under_the_plan_in_force(ready: Telling) -> None:
    """Not the prescriber's own, not under an earlier plan, not twice, not a blank."""
    approved = planning.approve_plan(ready.staff.prescriber, ready.chart, at=AT, **PLAN)
    old, new = (str(entry.id) for entry in ready.folded().all(PlanApproved))
    therapist = ready.staff.therapist
    for plan_id, name, field, says in (
        (old, "T", "plan", "not in force any more"),
        (new, " ", "signed_name", "nothing is written here"),
    ):
        with pytest.raises(BadInput, match=says) as fault:
            planning.countersign(therapist, ready.chart, at=AT, plan_id=plan_id, signed_name=name)
        assert fault.value.where == field
    with pytest.raises(NotFound):
        planning.countersign(ready.staff.prescriber, ready.chart, at=AT, plan_id=new, signed_name="P")
    both = replace(ready.staff.prescriber, role="therapist")
    with pytest.raises((BadInput, NotFound)):
        planning.countersign(both, ready.chart, at=AT, plan_id=new, signed_name="P")
    planning.countersign(therapist, ready.chart, at=AT, plan_id=new, signed_name="T")
    assert ready.folded().latest(PlanCountersigned).fact.plan == str(approved.id)
    with pytest.raises(BadInput, match="countersigned already"):
        planning.countersign(therapist, ready.chart, at=AT, plan_id=new, signed_name="T")
