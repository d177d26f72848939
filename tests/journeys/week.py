"""The staff's side of a patient's first week, through the actions; each function is a program of its own."""

from datetime import UTC, date, datetime, timedelta

from openkap.actions import consent, insights, messages, preparation
from openkap.clinical.entries.dosing import VisitBooked
from openkap.demo import bringing
from openkap.demo.clinic import found, staff
from openkap.demo.telling import COURSE, RISKS, Person, Telling
from openkap.demo.visiting import Visiting
from openkap.records.models import User

ROSALIND = Person("Rosalind", "Fairweather", "female", date(1984, 6, 2), "none", signs_in="rosalind.patient")
PASSWORD = "a phone and a garden"
HOUR = timedelta(hours=1)
COUNTERSIGNED_AFTER = timedelta(minutes=5)
BACK_AT_HOME = 5 * HOUR
"""How long after the hour of her visit she looks at her pages."""


def telling() -> Telling:
    clinic = found()
    assert clinic is not None
    account = User.objects.filter(username=ROSALIND.signs_in).first()
    chart = str(account.chart) if account else ""
    return Telling(staff(clinic), ROSALIND, datetime.now(UTC), chart)


def cleared() -> None:
    """Her record came in yesterday and was found suitable; today she has an account."""
    of = telling()
    of.screened(1)
    of.patient()
    account = User.objects.get(username=ROSALIND.signs_in)
    account.set_password(PASSWORD)
    account.save()


def prepared() -> None:
    """What she signed was explained by both; a session with the therapist; the plan; a visit next day."""
    of, text = telling(), telling().protocol.consents["ketamine-treatment"]
    for who, note in ((of.staff.prescriber, RISKS), (of.staff.therapist, COURSE)):
        of.do(who, consent.explain, of.now, document=text.id, note=note)
    of.do(of.staff.therapist, preparation.hold_preparation, of.now, minutes=60, note=COURSE)
    bringing.words(of, of.now)
    bringing.permissions(of, of.now)
    of.planned(of.now - COUNTERSIGNED_AFTER)
    Visiting(of, of.now + 24 * HOUR - BACK_AT_HOME).booked(of.now)


def dosed() -> None:
    """The visit from door to door, some hours ago."""
    of = telling()
    booked = of.folded().latest(VisitBooked)
    assert booked is not None
    visit = Visiting(of, booked.fact.starts_at, visit=booked.fact.visit)
    visit.to_dose()
    for minute in (10, 20, 30, 40):
        visit.signs(visit.dose_at + timedelta(minutes=minute))
    visit.ended(visit.ends_at)
    visit.left(visit.ends_at + timedelta(minutes=100))


def called() -> None:
    """The call of the next day, a session, and one small step."""
    of = telling()
    visit = of.folded().latest(VisitBooked).fact.visit
    of.contacted(visit, of.now)
    found_out = {"visit": visit, "words": "The garden was still there", "intention": "To go out again"}
    step = ("Sit in the garden for ten minutes", "tomorrow", "")
    of.do(of.staff.therapist, insights.note_insight, of.now, **found_out, step=step)


def answered() -> None:
    of = telling()
    of.do(of.staff.therapist, messages.send, of.now, words="That is good to hear. We talk on Monday")
