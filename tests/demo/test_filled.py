"""The synthetic clinic once it is filled: all stages, honestly labelled, work to do, and a whole ledger."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.office import Refused
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.status import assess
from openkap.demo import clinic as demo_clinic
from openkap.demo.clinic import Staff
from openkap.demo.seed import seed
from openkap.records import read
from openkap.records.models import ChartRow, EntryRow, TaskRow, User, VisitRow
from openkap.records.policy import principal_of
from openkap.records.verify import verify
from tests.clinical.charts import adopted
from tests.filled import Filled

STAGES = {"screening", "preparation", "dosing", "integration", "maintenance"}


@pytest.fixture(scope="module")
def filled(
    filled_demo: Filled, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Staff]:
    """The whole clinic as `openkap demo` filled it: in this file its database stands for the tests'."""
    home = filled_demo.copy(tmp_path_factory.mktemp("seed") / "home")
    key = home / "keys" / "openkap.key"
    tests = connections["default"]
    ours = tests.copy()
    ours.settings_dict["NAME"] = home / "data" / "openkap.sqlite3"
    ours.settings_dict["OPTIONS"]["key_file"] = key
    with django_db_blocker.unblock(), override_settings(OPENKAP=replace(settings.OPENKAP, key_file=key)):
        connections["default"] = ours
        try:
            yield demo_clinic.staff(demo_clinic.found())
        finally:
            ours.close()
            connections["default"] = tests


@pytest.fixture(scope="module")
def at(filled: Staff) -> datetime:
    """The moment it was filled at: eighteen minutes after the dose that runs."""
    return VisitRow.objects.get(phase="dosing").dose_at + timedelta(minutes=18)


def test_forty_two_people_stand_in_all_five_stages(filled: Staff) -> None:
    """Some in each stage, and nowhere a lone one."""
    stages = Counter(ChartRow.objects.filter(clinic=filled.clinic.id).values_list("stage", flat=True))
    assert set(stages) == STAGES
    assert sum(stages.values()) == 42
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


def test_today_has_something_to_do(filled: Staff, filled_demo: Filled, at: datetime) -> None:
    """Three visits today and more, one with the dose running, one held back by its blood pressure.

    Nobody has worked out the sum for that one yet, so no second person has confirmed it either.
    """
    assert filled_demo.began <= at <= filled_demo.served
    assert VisitRow.objects.filter(starts_at__date=at.date()).count() >= 3
    blocked = VisitRow.objects.get(phase="checked")
    chart = read.chart(filled.prescriber, str(blocked.chart_id), log=False)
    because = assess(chart, adopted(), at).gates["start-dose"].because
    assert [reason.rule for reason in because] == ["blood-pressure-before-dose", "dose-second-person"]


def test_somebody_needs_attention(filled: Staff, at: datetime) -> None:
    """An answer about self-harm that nobody has taken, and integration that is overdue."""
    (task,) = TaskRow.objects.all()
    assert task.taken_by == ""
    overdue = [
        due
        for row in read.charts(filled.prescriber)
        for due in assess(read.chart(filled.prescriber, str(row.chart), log=False), adopted(), at).due
        if due.overdue(at) and "ntegration" in due.what
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


def test_a_second_start_fills_nothing(filled: Staff, at: datetime) -> None:
    """The clinic that is there is used as it is."""
    before = EntryRow.objects.count()
    said: list[str] = []
    assert seed(at, tell=said.append) == filled.clinic
    assert EntryRow.objects.count() == before
    assert said == ["the demonstration clinic is already filled"]
