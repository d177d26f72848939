"""The synthetic clinic: all stages, always the same, honestly labelled, and a whole ledger."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from openkap.clinical.entries import kind_of, to_body
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.office import Refused
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.moments import utc
from openkap.clinical.status import assess
from openkap.demo import clinic as demo_clinic
from openkap.demo.clinic import Staff
from openkap.demo.seed import ADOPTED_BEFORE, fill, people, seed
from openkap.records import read
from openkap.records.accounts import create_clinic, create_user
from openkap.records.models import ChartRow, EntryRow, TaskRow, User, VisitRow
from openkap.records.policy import Principal, principal_of
from openkap.records.verify import verify
from tests.clinical.charts import adopted
from tests.conftest import AT

STAGES = {"screening", "preparation", "dosing", "integration", "maintenance"}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: object) -> Iterator[Staff]:
    """The whole clinic, filled once for this file and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo_clinic.staff(seed(AT, tell=lambda _: None))
        transaction.set_rollback(True)


def test_forty_people_stand_in_all_five_stages(filled: Staff) -> None:
    """Some in each stage, and nowhere a lone one."""
    stages = Counter(ChartRow.objects.filter(clinic=filled.clinic.id).values_list("stage", flat=True))
    assert set(stages) == STAGES
    assert sum(stages.values()) == 40
    assert min(stages.values()) >= 4


def test_every_chart_says_that_it_is_synthetic(filled: Staff) -> None:
    """In the list and in the chart itself."""
    assert not ChartRow.objects.filter(clinic=filled.clinic.id, synthetic=False).exists()
    for row in read.charts(filled.prescriber):
        assert read.chart(filled.prescriber, str(row.chart), log=False).first(ChartOpened).synthetic


def test_the_ledger_is_whole(filled: Staff) -> None:
    """Thousands of entries, each hash recomputed."""
    assert EntryRow.objects.count() > 4000
    assert verify() == []


def test_today_has_something_to_do(filled: Staff) -> None:
    """Three visits today and more, one with the dose running, one held back by its blood pressure."""
    midnight = AT.replace(hour=0)
    visits = VisitRow.objects.filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))
    assert visits.count() >= 3
    running = visits.get(phase="dosing")
    assert AT - running.dose_at == timedelta(minutes=18)
    blocked = visits.get(phase="checked")
    chart = read.chart(filled.prescriber, str(blocked.chart_id), log=False)
    because = assess(chart, adopted(), AT).gates["start-dose"].because
    assert [reason.rule for reason in because] == ["blood-pressure-before-dose"]


def test_somebody_needs_attention(filled: Staff) -> None:
    """An answer about self-harm that nobody has taken, and integration that is overdue."""
    (task,) = TaskRow.objects.all()
    assert task.taken_by == ""
    overdue = [
        due
        for row in read.charts(filled.prescriber)
        for due in assess(read.chart(filled.prescriber, str(row.chart), log=False), adopted(), AT).due
        if due.overdue(AT) and "ntegration" in due.what
    ]
    assert len(overdue) >= 2


def test_no_dose_of_the_clinic_was_given_outside_the_gate(filled: Staff) -> None:
    """The stories went through the real gates: not one refusal, not one dose with a reason beside it."""
    kinds = Counter(EntryRow.objects.values_list("kind", flat=True))
    assert kinds["dose-given"] > 50
    assert kinds[Refused.KIND] == 0
    assert not EntryRow.objects.filter(kind="dose-given", body__contains="outside_gate").exists()
    assert kinds[IntegrationHeld.KIND] > 40


def test_everybody_can_be_signed_in_as(filled: Staff) -> None:
    """Five kinds of staff, a second prescriber and two patients, one of them new; nobody has a password."""
    users = User.objects.filter(clinic=filled.clinic)
    assert sorted(user.role for user in users) == sorted(
        [*demo_clinic.STAFF, "prescriber", "patient", "patient"]
    )
    assert not any(user.has_usable_password() for user in users)
    patient = principal_of(User.objects.get(username="linnea.patient"))
    assert read.chart(patient, patient.chart, permission="portal.read").person.given_name == "Linnea"


def test_a_second_start_fills_nothing(filled: Staff) -> None:
    """The clinic that is there is used as it is."""
    before = EntryRow.objects.count()
    said: list[str] = []
    assert seed(AT, tell=said.append) == filled.clinic
    assert EntryRow.objects.count() == before
    assert said == ["the demonstration clinic is already filled"]


def bodies(staff: Staff, chart: str) -> list[tuple[object, ...]]:
    """The chart without its ids: what was written, when it happened and when it was recorded."""
    visits: dict[str, str] = {}

    def plain(body: dict[str, object]) -> dict[str, object]:
        kept = {k: v for k, v in body.items() if k not in ("clinic", "user", "task", "name", "plan")}
        if "visit" in kept:
            kept["visit"] = visits.setdefault(str(kept["visit"]), f"visit {len(visits) + 1}")
        return kept

    entries = read.chart(staff.prescriber, chart, log=False).entries
    return [(kind_of(e.fact), plain(to_body(e.fact)), e.effective_at, e.recorded_at) for e in entries]


def other_staff(name: str) -> Staff:
    made = create_clinic(name, demonstration=True)
    named: dict[str, Principal] = {
        role: principal_of(create_user(f"{name}-{role}", name=role, role=role, clinic=made))
        for role in ("director", "prescriber", "therapist", "monitor")
    }
    team = Staff(made, **named)
    demo_clinic.adopt(team, utc(AT) - ADOPTED_BEFORE)
    return team


@pytest.mark.parametrize("story", ["live", "self-harm-marked", "between", "suitable"])
def test_the_same_moment_tells_the_same_story(db: None, story: str) -> None:
    """Two clinics filled at one moment hold the same course, entry for entry, whoever came before."""
    person = next(person for person in people() if person.story == story)
    first, second = other_staff("first"), other_staff("second")
    fill(second, people()[0], utc(AT))
    assert bodies(first, fill(first, person, AT)) == bodies(second, fill(second, person, AT))


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_it_can_be_filled_at_any_hour(db: None, hour: int) -> None:
    """At midnight, in the morning, at noon and late: today's visits are today's."""
    now = AT.replace(hour=hour, minute=2)
    staff = other_staff("clinic")
    for person in people():
        if person.story in ("live", "today", "pressure-today", "booked"):
            fill(staff, person, now)
    todays = VisitRow.objects.filter(starts_at__date=now.date())
    assert todays.count() == 4
