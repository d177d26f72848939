"""The running session: what the simulated monitor does as time goes on."""

from datetime import timedelta

import pytest

from openkap.actions import dosing
from openkap.clinical.entries.dosing import DoseEnded, DoseGiven, VisitClosed, VitalSigns
from openkap.demo import clinic as demo_clinic
from openkap.demo.seed import fill, people
from openkap.demo.session import Session
from openkap.demo.visiting import MONITOR
from openkap.records import read
from openkap.records.verify import verify
from tests.conftest import AT

YEAR = timedelta(days=365)


@pytest.fixture
def session(db: None) -> Session:
    staff = demo_clinic.staff(demo_clinic.make("UTC"))
    demo_clinic.adopt(staff, AT - YEAR)
    fill(staff, next(person for person in people() if person.story == "live"), AT)
    return Session.of_the_clinic()


def run(session: Session, minutes: int, *, every: int = 5) -> None:
    for minute in range(0, minutes + 1, every):
        session.step(AT + timedelta(minutes=minute))


def readings(session: Session) -> list[object]:
    visit = session.telling.folded().latest(DoseGiven).fact.visit
    return read.readings(session.telling.staff.monitor, session.telling.chart, visit)


def test_it_sends_synthetic_values(session: Session) -> None:
    """Each moment brings pulse and saturation, the cuff once a minute; all say that they are synthetic."""
    for seconds in (0, 3, 6):
        session.step(AT + timedelta(seconds=seconds))
    sent = readings(session)[-8:]
    assert sorted(reading.signal for reading in sent) == sorted(
        ["systolic", "diastolic"] + ["heart-rate", "spo2"] * 3
    )
    assert {reading.source for reading in sent} == {MONITOR}


def test_it_charts_ends_and_sees_the_patient_home(session: Session) -> None:
    """Two and a half hours alone: signs charted, the infusion ended, the visit closed, the ledger whole."""
    before = len(session.telling.folded().facts(VitalSigns))
    last = session.telling.folded().latest(DoseGiven).fact.visit
    run(session, 150)
    chart = session.telling.folded()
    assert len(chart.facts(VitalSigns)) >= before + 8
    assert chart.latest(DoseEnded, visit=last) is not None
    assert chart.latest(VisitClosed, visit=last) is not None
    assert verify() == []


def test_something_is_always_running(session: Session) -> None:
    """After a rest the next session begins, time after time, past reviews and past the end of a plan."""
    doses = len(session.telling.folded().facts(DoseGiven))
    run(session, 60 * 16, every=10)
    chart = session.telling.folded()
    assert len(chart.facts(DoseGiven)) >= doses + 5
    assert all(fact.outside_gate == () for fact in chart.facts(DoseGiven))


def test_what_staff_do_by_hand_stands(session: Session) -> None:
    """Stopped by the nurse: nothing is sent, and nothing new begins before the rest is over."""
    visit = session.telling.folded().latest(DoseGiven).fact.visit
    telling = session.telling
    dosing.stop(telling.staff.monitor, telling.chart, at=AT, visit=visit, reason="By hand")
    count = len(readings(session))
    run(session, 10)
    assert len(readings(session)) == count
    assert telling.folded().latest(DoseGiven).fact.visit == visit
    session.step(AT + timedelta(minutes=10, seconds=1))
    assert telling.folded().latest(DoseGiven).fact.visit != visit
