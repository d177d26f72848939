"""An id that is sent again: the same act is acknowledged, and nothing else is."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.actions import dosing, preparation, screening
from openkap.actions.door import IdReused, together
from openkap.clinical.entries.dosing import DoseGiven, VisitBooked
from openkap.clinical.quantity import Milligrams
from openkap.demo.telling import Telling
from tests.actions.day import booked, booked_and_checked, give
from tests.conftest import AT

LATER = AT + timedelta(minutes=2)


def test_the_id_of_an_event_never_acknowledges_a_dose(ready: Telling) -> None:
    """Two forms of one page carried one id: the dose is refused by it, not called recorded."""
    visiting, id = booked_and_checked(ready), uuid4()
    dosing.observe(ready.staff.monitor, ready.chart, at=AT, id=id, visit=visiting.visit, event="tears")
    with pytest.raises(IdReused):
        give(visiting, id=id, amount=Milligrams(Decimal(999)))
    with pytest.raises(IdReused):
        give(visiting, id=id)
    assert ready.folded().latest(DoseGiven) is None


def test_the_id_of_an_event_never_acknowledges_another_kind_with_the_same_fields(ready: Telling) -> None:
    """Every field that was sent agrees, and the act is another all the same."""
    visit, id, nurse = booked(ready).visit, uuid4(), ready.staff.monitor
    dosing.check(nurse, ready.chart, at=AT, id=id, visit=visit, item="escort", answer="yes")
    with pytest.raises(IdReused):
        dosing.stop(nurse, ready.chart, at=AT, id=id, visit=visit, reason="x")
    with pytest.raises(IdReused):
        dosing.close_visit(nurse, ready.chart, at=AT, id=id, visit=visit)


def test_another_person_is_not_acknowledged_for_what_they_did_not_write(ready: Telling) -> None:
    """The same words under the same id by somebody else are refused."""
    id = uuid4()
    preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, id=id, words="once")
    with pytest.raises(IdReused):
        preparation.set_intention(ready.staff.prescriber, ready.chart, at=AT, id=id, words="once")


def test_another_dose_under_the_id_of_the_first_is_refused(ready: Telling) -> None:
    """The same dose is acknowledged; another lot or another moment of giving is not."""
    visiting, id = booked_and_checked(ready), uuid4()
    first = give(visiting, id=id)
    assert give(visiting, id=id, later=timedelta(minutes=2)) == first
    for changed in ({"lot": "L2"}, {"effective_at": AT - timedelta(minutes=1)}):
        with pytest.raises(IdReused):
            give(visiting, id=id, later=timedelta(minutes=2), **changed)


def test_what_was_worked_out_here_is_acknowledged_again(ready: Telling) -> None:
    """Pounds, a booking without an id of its own, a score with its task: sent twice, stored once."""
    visit, nurse = booked(ready).visit, ready.staff.monitor
    sent = [
        (dosing.weigh, {"visit": visit, "value": Decimal(170), "unit": "lb"}),
        (dosing.book, {"starts_at": LATER, "room": "Room 2", "route": "iv"}),
        (screening.record_score, {"instrument": "phq9", "items": (0,) * 8 + (2,)}),
    ]
    for act, fields in sent:
        id = uuid4()
        first = act(nurse, ready.chart, at=AT, id=id, **fields)
        seq = ready.folded().seq
        assert act(nurse, ready.chart, at=LATER, id=id, **fields) == first
        assert ready.folded().seq == seq
    assert len(ready.folded().facts(VisitBooked)) == 2


def test_a_form_of_many_answers_is_acknowledged_whole(ready: Telling) -> None:
    """Both answers again: both entries. A form that is longer than what is stored is another form."""
    visit, id = booked(ready).visit, uuid4()
    both = [(dosing.observe, {"visit": visit, "event": event}) for event in ("tears", "nausea")]
    first = together(ready.staff.monitor, ready.chart, both, at=AT, id=id)
    assert together(ready.staff.monitor, ready.chart, both, at=LATER, id=id) == first
    with pytest.raises(IdReused):
        together(ready.staff.monitor, ready.chart, [*both, both[0]], at=LATER, id=id)
