"""The task for somebody who went silent is opened once, by whichever process looks first."""

from datetime import datetime, timedelta

import pytest

from openkap.actions import insights, integration, office
from openkap.actions.outreach import Outreach
from openkap.clinical.entries.office import TaskClosed, TaskOpened
from openkap.clinical.status import assess
from openkap.demo.telling import Telling
from openkap.records import decoded
from openkap.records.in_force import in_force
from openkap.records.models import TaskRow
from openkap.records.policy import Principal
from tests.actions.day import dosed
from tests.conftest import AT

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def silent(ready: Telling) -> datetime:
    """When silence after the dose just given becomes a task."""
    visit = dosed(ready)
    given = next(one.dose_at for one in ready.status(AT).visits if one.id == visit.visit)
    return given + 48 * HOUR


def test_it_opens_once_and_stands_in_every_list(ready: Telling, silent: datetime) -> None:
    """Two processes at the same moment write one task between them; a minute early nothing is written."""
    first, second = Outreach(), Outreach()
    assert first.step(silent - 2 * timedelta(minutes=1)) == []
    (entry,) = first.step(silent)
    assert isinstance(entry.fact, TaskOpened) and (entry.author, entry.via) == ("system", "outreach")
    assert second.step(silent) == []
    assert first.step(silent + HOUR) == []
    assert [row.task for row in TaskRow.objects.all()] == [entry.fact.task]
    told = assess(ready.folded(), in_force(ready.folded().person.clinic), silent + HOUR)
    assert [task.rule for task in told.tasks] == ["silent-after-dose"]


def test_it_looks_once_a_minute(ready: Telling, silent: datetime) -> None:
    """A look that is too soon after the last one is none."""
    looking = Outreach()
    assert looking.step(silent - SECOND) == []
    assert looking.step(silent + 58 * SECOND) == []
    assert len(looking.step(silent + 59 * SECOND)) == 1


def test_whoever_was_reached_is_left_alone(ready: Telling, silent: datetime) -> None:
    """Even at the last moment."""
    visit = ready.status(AT).visits[0].id
    integration.contact(ready.staff.therapist, ready.chart, at=silent - SECOND, visit=visit, reached=True)
    assert Outreach().step(silent) == []


def test_whoever_wrote_is_left_alone(ready: Telling, silent: datetime, patient: Principal) -> None:
    """What the patient tells on their own page is heard."""
    staff, chart = ready.staff, ready.chart
    given = {"what": "Write three lines", "when": "each evening"}
    step = insights.give_homework(staff.therapist, chart, at=silent - 3 * HOUR, **given).fact.step
    fields = {"step": step, "went": "partly", "via": "portal"}
    insights.tell_step(patient, chart, at=silent - 2 * HOUR, **fields)
    assert Outreach().step(silent) == []


def test_a_person_takes_it_and_closes_it(ready: Telling, silent: datetime) -> None:
    """With what came of it; then nobody is asked again."""
    (entry,) = Outreach().step(silent)
    task, monitor = entry.fact.task, ready.staff.monitor
    office.take_task(monitor, ready.chart, at=silent + HOUR, task=task)
    closing = {"outcome": "Her sister answered: she sleeps", "follow_up": "A call tomorrow at nine"}
    office.close_task(monitor, ready.chart, at=silent + HOUR, task=task, **closing)
    assert isinstance(decoded.chart(f"chart:{ready.chart}").entries[-1].fact, TaskClosed)
    assert Outreach().step(silent + 2 * HOUR) == []
