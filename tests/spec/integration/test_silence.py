"""Integration: somebody from whom nothing comes after a dose is looked for until a person closes the task."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries.dosing import Arrived
from openkap.clinical.entries.insight import StepTold
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.office import TaskClosed
from openkap.clinical.silence import outreach
from openkap.clinical.tasks import open_tasks
from tests.clinical.charts import DAY, HOUR, adopted, and_then, course_facts, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DUE, SILENT = AT + 24 * HOUR, AT + 48 * HOUR
NOTHING = without(course_facts(AT, 1), "call", "session")
WROTE = StepTold(step="s", went="partly")


def opened(chart: Chart, at: datetime) -> list[str]:
    return [task.what for task in outreach(Case(chart, adopted(), at))]


def by_portal(chart: Chart, at: datetime) -> Chart:
    """Something the patient wrote by themselves."""
    longer = and_then(chart, (at, WROTE))
    return fold(longer.subject, [*longer.entries[:-1], replace(longer.entries[-1], via="portal")])


def test_a_day_after_the_call_was_due_nothing_is_silence() -> None:
    """The call is due at 24 h; at 48 h the task opens, not a second before."""
    assert opened(NOTHING, SILENT - SECOND) == []
    assert opened(NOTHING, SILENT) == ["Nothing has been heard since dose 1"]


@pytest.mark.parametrize(
    ("fact", "at", "silent"),
    [
        (NextDayContact(visit="v1", reached=True), AT + 20 * HOUR, False),
        (NextDayContact(visit="v1", reached=True), SILENT - SECOND, False),
        (NextDayContact(visit="v1", reached=False), AT + 30 * HOUR, True),
        (NextDayContact(visit="v0", reached=True), AT + 20 * HOUR, True),
        (IntegrationHeld(visit="v1", approach="open", minutes=50), AT + 40 * HOUR, False),
        (Arrived(visit="v2", identifiers=("name", "birth date")), DUE + HOUR, False),
        (Arrived(visit="v2", identifiers=("name", "birth date")), DUE, True),
        (CourseClosed(reason="moved away"), AT + 30 * HOUR, False),
        (WROTE, AT + 30 * HOUR, True),
    ],
)
def test_what_counts_as_heard(fact: Any, at: datetime, *, silent: bool) -> None:
    """Reached, met or arrived; a call that reached nobody, or what the staff wrote, is no sign of life."""
    assert bool(opened(and_then(NOTHING, (at, fact)), SILENT)) is silent


@pytest.mark.parametrize(
    ("after_due", "silent"), [(-SECOND, True), (timedelta(0), True), (SECOND, False), (23 * HOUR, False)]
)
def test_what_the_patient_writes_counts_once_the_call_was_due(after_due: timedelta, *, silent: bool) -> None:
    """Words written in the evening of the dose say nothing of the day after."""
    assert bool(opened(by_portal(NOTHING, DUE + after_due), SILENT)) is silent


def test_only_the_last_dose_is_looked_at() -> None:
    """Somebody who came for the next dose was heard; before any dose nobody is looked for."""
    two = without([fact for fact in course_facts(AT, 2) if fact[0] not in ("call", "session")])
    assert opened(two, AT + 7 * DAY + HOUR) == []
    assert opened(two, AT + 9 * DAY) == ["Nothing has been heard since dose 2"]
    assert opened(without(course_facts(AT, 0)), AT + 9 * DAY) == []


def test_it_opens_once_and_only_a_person_closes_it() -> None:
    """Reached at last: the task stays until somebody says what came of it, and does not open again."""
    (task,) = outreach(Case(NOTHING, adopted(), SILENT))
    late = and_then(NOTHING, (SILENT, task), (SILENT + HOUR, NextDayContact(visit="v1", reached=True)))
    assert opened(late, SILENT + DAY) == []
    assert [one.task for one in open_tasks(late, SILENT + DAY)] == ["silent-v1"]
    closed = and_then(NOTHING, (SILENT, task), (SILENT + HOUR, TaskClosed(task="silent-v1", outcome="well")))
    assert open_tasks(closed, SILENT + DAY) == ()
    assert opened(closed, SILENT + DAY) == []
