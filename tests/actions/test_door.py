"""The one way to write: who may, what a refusal leaves behind, what sending twice does."""

import importlib
import pkgutil
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import openkap.actions
from openkap.actions import dosing, planning, preparation, screening
from openkap.actions.door import Action, Conflict, IdReused, NotAllowed, together
from openkap.clinical.entries.dosing import Observed
from openkap.clinical.entries.office import Allowed, Refused
from openkap.clinical.entries.preparation import Intention, PlanApproved
from openkap.clinical.quantity import MgPerKg
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records import policy
from openkap.records.models import AccessRow
from openkap.records.policy import NotFound, Principal
from openkap.records.verify import verify
from tests.actions.day import booked_and_checked, give
from tests.clinical.charts import adopted
from tests.conftest import AT

ACTIONS = {
    f"{module.name}.{value.name}": value
    for module in pkgutil.iter_modules(openkap.actions.__path__)
    for value in vars(importlib.import_module(f"openkap.actions.{module.name}")).values()
    if isinstance(value, Action)
}
PLAN = {
    "indication": "Depression",
    "route": "iv",
    "sessions": 6,
    "every_days": 7,
    "reason": "Usual",
    "minutes": 40,
}
ROLES = ("prescriber", "therapist", "monitor", "manager", "auditor", "patient", "")


def one(role: str, telling: Telling) -> Principal:
    return Principal(user="x", name="X", role=role, clinic=str(telling.staff.clinic.id), chart=telling.chart)


def test_no_refused_role_can_act_at_all(ready: Telling) -> None:
    """Every action says "nothing here" to every role its permission does not name, and writes nothing."""
    before = ready.folded().seq
    tried = [
        (name, role)
        for name, act in ACTIONS.items()
        for role in ROLES
        if not policy.may(one(role, ready), act.permission)
    ]
    for name, role in tried:
        with pytest.raises(NotFound):
            ACTIONS[name](one(role, ready), ready.chart, at=AT)
    assert len(tried) > 60
    assert ready.folded().seq == before


def test_another_clinic_finds_nothing(ready: Telling) -> None:
    """A prescriber of another clinic is told what somebody asking for no chart at all is told."""
    stranger = Principal(user="x", name="X", role="prescriber", clinic=str(uuid4()))
    with pytest.raises(NotFound) as foreign:
        preparation.set_intention(stranger, ready.chart, at=AT, words="hello")
    with pytest.raises(NotFound) as absent:
        preparation.set_intention(stranger, str(uuid4()), at=AT, words="hello")
    assert str(foreign.value) == str(absent.value)


def test_a_therapist_outside_the_care_team_finds_nothing(ready: Telling) -> None:
    """The same act is open to the therapist on the team and closed to one who is not."""
    assert preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, words="mine").fact
    with pytest.raises(NotFound):
        preparation.set_intention(one("therapist", ready), ready.chart, at=AT, words="not mine")


def test_a_refusal_is_recorded_with_rules_values_and_protocol(record: Telling) -> None:
    """A plan before clearance: told what is missing, and the refusal stands in the ledger."""
    with pytest.raises(NotAllowed) as refusal:
        planning.approve_plan(
            record.staff.prescriber, record.chart, at=AT, mg_per_kg=MgPerKg.parse("0.5", "dose"), **PLAN
        )
    kept = record.folded().latest(Refused)
    assert {reason.rule for reason in refusal.value.because} == {
        "plan-needs-clearance",
        "plan-needs-baseline",
    }
    assert kept is not None
    assert kept.fact.action == "approve-plan"
    assert set(kept.fact.rules) == {"plan-needs-clearance", "plan-needs-baseline"}
    assert kept.fact.because == tuple(reason.says for reason in refusal.value.because)
    assert kept.fact.protocol == adopted().hash
    assert kept.author == record.staff.prescriber.user
    assert record.folded().latest(PlanApproved) is None


def test_a_permission_is_recorded_beside_the_fact(ready: Telling) -> None:
    """The plan that passed has an Allowed entry right behind it, with every rule that was asked."""
    chart = ready.folded()
    plan = chart.latest(PlanApproved)
    assert plan is not None
    allowed = chart.entries[plan.seq]
    assert isinstance(allowed.fact, Allowed)
    assert allowed.fact.action == "approve-plan"
    assert allowed.fact.rules == tuple(r.id for r in adopted().rules if r.gate == "approve-plan")
    assert allowed.fact.protocol == adopted().hash


def test_a_stale_writer_is_shown_what_is_new(ready: Telling) -> None:
    """Two people write from one view: the second is stopped, with the first one's entry in hand."""
    seen = ready.folded().seq
    therapist = ready.staff.therapist
    first = preparation.set_intention(therapist, ready.chart, at=AT, seen=seen, words="first")
    with pytest.raises(Conflict) as conflict:
        preparation.set_intention(therapist, ready.chart, at=AT, seen=seen, words="second")
    assert [entry.id for entry in conflict.value.newer_entries] == [first.id]
    assert ready.folded().latest(Intention).fact.words == "first"


def test_sending_twice_stores_once(ready: Telling) -> None:
    """The same id and words again, a minute later and from a stale view, answers with the stored entry."""
    id, therapist = uuid4(), ready.staff.therapist
    seen = ready.folded().seq
    first = preparation.set_intention(therapist, ready.chart, at=AT, seen=seen, id=id, words="once")
    later = AT + timedelta(minutes=1)
    again = preparation.set_intention(therapist, ready.chart, at=later, seen=seen, id=id, words="once")
    assert again == first
    assert ready.folded().seq == seen + 1


def test_an_id_stands_for_one_entry(ready: Telling) -> None:
    """Other words under a used id are refused, and the first words stand."""
    id = uuid4()
    preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, id=id, words="once")
    with pytest.raises(IdReused):
        preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, id=id, words="other")
    assert ready.folded().latest(Intention).fact.words == "once"


def test_a_resent_dose_is_not_refused_by_its_own_first_sending(ready: Telling) -> None:
    """The gate closes once a dose is given; the same dose sent again is still acknowledged."""
    visiting = booked_and_checked(ready)
    id = uuid4()
    first = give(visiting, id=id)
    assert give(visiting, id=id, later=timedelta(minutes=2)) == first
    assert len(ready.folded().facts(type(first.fact))) == 1


@pytest.mark.parametrize(("seconds", "taken"), [(0, True), (1, False)])
def test_nothing_is_charted_before_it_happens(ready: Telling, seconds: int, *, taken: bool) -> None:
    """A late entry keeps both times; one second in the future is refused."""
    fields = {"at": AT, "effective_at": AT + timedelta(seconds=seconds), "words": "x"}
    if taken:
        entry = preparation.set_intention(ready.staff.therapist, ready.chart, **fields)
        assert (entry.effective_at, entry.recorded_at) == (AT, AT)
    else:
        with pytest.raises(BadInput, match="effective_at"):
            preparation.set_intention(ready.staff.therapist, ready.chart, **fields)


@pytest.mark.parametrize("bad", ["a\0b", "half \ud800 a character", "x" * 20_001])
def test_text_that_cannot_be_kept_is_refused_by_field(ready: Telling, bad: str) -> None:
    """NUL, half a character and endless text are refused with the field named, and nothing is written."""
    before = ready.folded().seq
    with pytest.raises(BadInput) as fault:
        preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, words=bad)
    assert fault.value.where == "words"
    assert ready.folded().seq == before


def test_a_form_of_many_answers_is_all_or_nothing(ready: Telling) -> None:
    """Two answers are one append; with one bad answer among them, none is kept."""
    visiting = booked_and_checked(ready)
    nurse, before = ready.staff.monitor, ready.folded().seq
    good = (dosing.observe, {"visit": visiting.visit, "event": "tears"})
    bad = (dosing.observe, {"visit": "no such visit", "event": "tears"})
    with pytest.raises(BadInput):
        together(nurse, ready.chart, [good, bad], at=AT)
    assert ready.folded().seq == before
    assert len(together(nurse, ready.chart, [good, good], at=AT, seen=before)) == 2
    assert len(ready.folded().facts(Observed)) == 2


def test_a_form_asks_for_the_permission_of_each_part(ready: Telling) -> None:
    """A therapist may answer a question but not decide, so the form with both is refused whole."""
    before = ready.folded().seq
    acts = [
        (screening.answer_history, {"question": adopted().rules[0].id, "answer": "no"}),
        (screening.decide, {"decision": "deferred", "reason": "x"}),
    ]
    with pytest.raises(NotFound):
        together(ready.staff.therapist, ready.chart, acts, at=AT)
    assert ready.folded().seq == before


def test_the_ledger_is_whole_after_refusals_and_conflicts(record: Telling) -> None:
    """A refusal is an entry like any other: the chain verifies."""
    with pytest.raises(NotAllowed):
        dosing.book(record.staff.monitor, record.chart, at=AT, starts_at=AT, room="Room 1", route="iv")
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_a_denied_write_is_in_the_access_log(ready: Telling) -> None:
    """By role and by care team: one row each, kept although nothing else was."""
    before = AccessRow.objects.count()
    for role in ("auditor", "therapist"):
        with pytest.raises(NotFound):
            preparation.set_intention(one(role, ready), ready.chart, at=AT, words="not mine")
    rows = AccessRow.objects.order_by("id")[before:]
    assert [(row.role, row.permission, row.allowed) for row in rows] == [
        ("auditor", "intention.set", False),
        ("therapist", "intention.set", False),
    ]


def test_the_head_is_held_before_the_chart_is_read(ready: Telling) -> None:
    """What is asked of the heads first is the one question that PostgreSQL answers with a lock."""
    with CaptureQueriesContext(connection) as asked:
        preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, words="mine")
    heads = [query["sql"] for query in asked if "records_headrow" in query["sql"]]
    assert "ORDER BY" in heads[0]
    assert connection.vendor == "sqlite" or "FOR UPDATE" in heads[0]
