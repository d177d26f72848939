"""What a clinic owes: a session in its window, by the therapist who cares for the person, unless booked."""

from datetime import timedelta

import pytest

from openkap.actions import dosing
from openkap.actions import integration as act
from openkap.clinical.placing import Hour
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.models import User
from openkap.replan.owed import free, owed
from tests.conftest import AT

LATER = AT + timedelta(hours=5)


@pytest.fixture
def dosed(ready: Telling) -> Visiting:
    visiting = Visiting(ready, AT).booked(AT - timedelta(days=1))
    visiting.whole()
    return visiting


def found(visiting: Visiting):
    telling = visiting.telling
    return owed(str(telling.staff.clinic.id), telling.protocol, LATER)


def test_a_dose_is_owed_a_session_in_its_window(dosed: Visiting) -> None:
    told = found(dosed)
    (one,) = told.wanted
    visit = dosed.telling.status(LATER).visits[0]
    span = dosed.telling.protocol.span
    assert (one.after, one.until) == (
        visit.dose_at + span("integration-from"),
        visit.dose_at + span("integration-until"),
    )
    tomas = User.objects.get(id=dosed.telling.staff.therapist.user)
    assert one.therapists == (tomas.username,)
    assert told.named[one.id].endswith("integration session after dose 1")
    assert told.booked == frozenset()


def test_what_is_booked_is_not_asked_for_and_takes_its_hour(dosed: Visiting) -> None:
    telling, when = dosed.telling, LATER + timedelta(days=1)
    telling.do(telling.staff.therapist, act.book, LATER, visit=dosed.visit, starts_at=when)
    told = found(dosed)
    assert told.wanted == ()
    ((name, taken),) = told.booked
    assert taken == when
    hours = [
        Hour(name, when + timedelta(minutes=m), when + timedelta(minutes=m + 60)) for m in (-60, -59, 0, 1)
    ]
    assert free([*hours, Hour("other", when, when + timedelta(hours=1))], told.booked) == [
        hours[0],
        hours[3],
        Hour("other", when, when + timedelta(hours=1)),
    ]


def test_what_was_held_is_owed_no_more(dosed: Visiting) -> None:
    dosed.telling.integrated(dosed.visit, LATER - timedelta(minutes=1))
    assert found(dosed).wanted == ()


def test_a_dose_that_is_booked_is_offered_its_session_too(ready: Telling) -> None:
    """From its own hour on; once booked it is offered no more, and a cancelled dose takes it along."""
    visiting = Visiting(ready, AT + timedelta(days=2)).booked(AT)
    (one,) = found(visiting).wanted
    span = ready.protocol.span
    assert one.after == visiting.starts_at + span("integration-from")
    assert one.until == visiting.starts_at + span("integration-until")
    when = visiting.starts_at + timedelta(days=2)
    ready.do(ready.staff.therapist, act.book, LATER, visit=visiting.visit, starts_at=when)
    told = found(visiting)
    assert told.wanted == ()
    assert [session.starts_at for session in told.sessions] == [when]
    dosing.cancel(ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit, reason="Ill")
    told = found(visiting)
    assert (told.wanted, told.sessions) == ((), ())


@pytest.mark.parametrize(("later", "fits"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_session_is_after_its_dose(ready: Telling, later: timedelta, fits: bool) -> None:
    visiting = Visiting(ready, AT + timedelta(days=2)).booked(AT)
    when = {"visit": visiting.visit, "starts_at": visiting.starts_at + later}
    if fits:
        ready.do(ready.staff.therapist, act.book, LATER, **when)
    else:
        with pytest.raises(BadInput):
            ready.do(ready.staff.therapist, act.book, LATER, **when)
