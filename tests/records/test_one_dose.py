"""The lock on a dose: however many press at the same instant, exactly one dose is given."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from openkap.actions import dosing, planning
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.drug import DosePrepared
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.words import BoosterOrder
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.verify import verify
from tests.actions.conftest import ready, staff, telling  # noqa: F401
from tests.actions.day import booked_and_checked
from tests.conftest import AT
from tests.records.test_together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRESSED = 50


def with_boosters(of: Telling) -> None:
    """The plan allows boosters at once: a second tap could pass for one."""
    old = of.folded().latest(PlanApproved).fact
    extra = BoosterOrder(count=3, after_minutes=0, mg_per_kg=old.mg_per_kg, minutes=10)
    plan = {"indication": old.indication, "route": "iv", "sessions": old.sessions, "every_days": 7}
    at = AT - timedelta(hours=2)
    signed = planning.approve_plan(
        of.staff.prescriber,
        of.chart,
        at=at,
        reason="boosters",
        mg_per_kg=old.mg_per_kg,
        minutes=40,
        booster=extra,
        changed_because="boosters",
        **plan,
    )
    name = {"plan_id": str(signed.id), "signed_name": of.staff.therapist.name}
    planning.countersign(of.staff.therapist, of.chart, at=at, **name)


@pytest.mark.parametrize("boosters", [False, True])
def test_of_fifty_who_press_at_once_one_gives_the_dose(ready, boosters):  # noqa: F811
    """Nurses and prescriber, each on a page of their own with an id of its own."""
    if boosters:
        with_boosters(ready)
    visiting = booked_and_checked(ready)
    who = (ready.staff.monitor, ready.staff.prescriber)
    amount = visiting.telling.folded().facts(DosePrepared)[-1].amount
    sent = {"visit": visiting.visit, "amount": amount, "identifiers": ("name", "birth date")}

    def press(number):
        def pressed():
            try:
                return dosing.start(who[number % 2], ready.chart, at=AT, id=uuid4(), **sent)
            except (BadInput, NotAllowed) as refused:
                return refused

        return pressed

    answers = at_once(*(press(number) for number in range(PRESSED)))
    told = Counter(type(answer).__name__ for answer in answers)
    assert told["Entry"] == 1 and sum(told.values()) == PRESSED, told
    assert len(ready.folded().facts(DoseGiven)) == 1
    assert verify() == []


def test_pressed_twice_under_one_id_is_one_dose_for_both_answers(ready):  # noqa: F811
    """The network sent it again and again: everybody hears of the same entry."""
    visiting, id = booked_and_checked(ready), uuid4()
    amount = visiting.telling.folded().facts(DosePrepared)[-1].amount
    sent = {"visit": visiting.visit, "amount": amount, "identifiers": ("name", "birth date"), "id": id}
    nurse = ready.staff.monitor
    answers = at_once(*[lambda: dosing.start(nurse, ready.chart, at=AT, **sent)] * 8)
    assert {getattr(answer, "id", answer) for answer in answers} == {id}
    assert len(ready.folded().facts(DoseGiven)) == 1
