"""Opening a chart, the care team, and tasks."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from openkap.actions import office, screening
from openkap.clinical.entries.incoming import IncomingPerson, IncomingRecord
from openkap.clinical.entries.office import ChartRegistered, TaskClosed, TaskTaken
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.refusal import BadInput
from openkap.clinical.tasks import open_tasks
from openkap.demo.telling import Telling
from openkap.records import read
from openkap.records.policy import NotFound, Principal
from openkap.records.verify import verify
from tests.conftest import AT

PERSON: dict[str, Any] = {
    "family_name": "Berg",
    "given_name": "Ada",
    "birth_date": date(1980, 1, 1),
    "sex": "female",
}


def open_chart(who: Principal, **changed: Any) -> str:
    """As a record with nothing in it but the person opens one."""
    person = IncomingPerson(**PERSON | changed)
    record = IncomingRecord(person=person, facts=(), not_understood=(), source="x", sha256=uuid4().hex * 2)
    return screening.import_record(who, record, at=AT)


def test_whoever_opens_a_chart_cares_for_it(people: dict[str, Principal]) -> None:
    """The therapist who opened it may read it; it is registered with the clinic, and the ledger is whole."""
    chart = open_chart(people["therapist"])
    opened = read.chart(people["therapist"], chart)
    assert opened.person == ChartOpened(clinic=people["therapist"].clinic, **PERSON)
    from openkap.records import decoded

    clinic = decoded.chart(f"clinic:{people['therapist'].clinic}")
    assert [fact.chart for fact in clinic.facts(ChartRegistered)] == [chart]
    assert verify() == []


@pytest.mark.parametrize("role", ["monitor", "manager", "auditor"])
def test_who_may_not_open_a_chart(people: dict[str, Principal], role: str) -> None:
    """Only prescribers and therapists may."""
    with pytest.raises(NotFound):
        open_chart(people[role])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sex": "f"}, "sex"),
        ({"family_name": "", "given_name": ""}, "family_name"),
        ({"birth_date": AT.date() + timedelta(days=1)}, "birth_date"),
    ],
)
def test_a_person_nobody_can_be_is_refused(
    people: dict[str, Principal], changed: dict[str, Any], field: str
) -> None:
    """An unknown sex, no name at all, born tomorrow; born today is taken."""
    with pytest.raises(BadInput) as fault:
        open_chart(people["prescriber"], **changed)
    assert fault.value.where == field
    assert read.charts(people["prescriber"]) == []
    assert open_chart(people["prescriber"], birth_date=AT.date())


def test_a_therapist_may_read_only_while_on_the_team(ready: Telling) -> None:
    """Joined: the chart opens. Left: it is as if it were not there."""
    newcomer = Principal(user=str(uuid4()), name="N", role="therapist", clinic=str(ready.staff.clinic.id))
    prescriber = ready.staff.prescriber
    joins = {"user": newcomer.user, "name": "N", "role": "therapist"}
    office.join_care_team(prescriber, ready.chart, at=AT, **joins)
    assert read.chart(newcomer, ready.chart)
    with pytest.raises(BadInput, match="already"):
        office.join_care_team(prescriber, ready.chart, at=AT, **joins)
    office.leave_care_team(prescriber, ready.chart, at=AT, user=newcomer.user, reason="Moved away")
    with pytest.raises(NotFound):
        read.chart(newcomer, ready.chart)
    with pytest.raises(BadInput, match="not on the care team"):
        office.leave_care_team(prescriber, ready.chart, at=AT, user=newcomer.user, reason="again")


@pytest.mark.parametrize(("name", "value"), [("role", "manager"), ("user", ""), ("name", " ")])
def test_a_care_team_is_made_of_named_clinicians(ready: Telling, name: str, value: str) -> None:
    """A manager does not join one, and nobody joins without an id and a name."""
    fields = {"user": "u", "name": "N", "role": "monitor"} | {name: value}
    with pytest.raises(BadInput) as fault:
        office.join_care_team(ready.staff.prescriber, ready.chart, at=AT, **fields)
    assert fault.value.where == name


def test_a_task_is_taken_by_name_and_closed_with_its_outcome(ready: Telling) -> None:
    """Open, taken, closed; a task that is not open can be neither."""
    prescriber = ready.staff.prescriber
    screening.record_score(prescriber, ready.chart, at=AT, instrument="phq9", items=(0,) * 8 + (1,))
    (task,) = open_tasks(ready.folded(), AT)
    office.take_task(prescriber, ready.chart, at=AT, task=task.task)
    assert open_tasks(ready.folded(), AT)[0].taken_by == prescriber.user
    closing = {"outcome": "Spoke; no intent", "follow_up": "Call tomorrow"}
    for left_out in closing:
        with pytest.raises(BadInput, match=left_out):
            office.close_task(prescriber, ready.chart, at=AT, task=task.task, **closing | {left_out: ""})
    office.close_task(prescriber, ready.chart, at=AT, task=task.task, **closing)
    assert open_tasks(ready.folded(), AT) == ()
    for act, more in ((office.take_task, {}), (office.close_task, closing)):
        with pytest.raises(BadInput, match="not open"):
            act(prescriber, ready.chart, at=AT, task=task.task, **more)
    assert len(ready.folded().facts(TaskTaken)) == len(ready.folded().facts(TaskClosed)) == 1


def test_an_answer_edited_down_leaves_its_task(record: Telling) -> None:
    """Raised at the answer; sent with a lower one, and again with none: the same task stays open."""
    monitor, sitting = record.staff.monitor, "0f9a2f6c-1b52-4a8e-9a55-3f1d2f9b6a01"
    told = {"instrument": "phq9", "items": (None,) * 8 + (2,), "sitting": sitting}
    screening.raise_worry(monitor, record.chart, at=AT, **told)
    (task,) = open_tasks(record.folded(), AT)
    for items in ((0,) * 9, (0,) * 8 + (1,)):
        sent = {"instrument": "phq9", "items": items, "sitting": sitting}
        screening.record_score(monitor, record.chart, at=AT, **sent)
    assert open_tasks(record.folded(), AT) == (task,)
    assert "more than half the days" in task.what


def test_a_high_risk_is_closed_only_after_a_plan(record: Telling) -> None:
    """Spoken with is not enough: a screener or a safety plan comes first."""
    prescriber, closing = record.staff.prescriber, {"outcome": "Spoke", "follow_up": "Seen tomorrow"}
    items = (0, 1, 0, 1, 0, 0)
    screening.record_score(prescriber, record.chart, at=AT, instrument="cssrs", items=items)
    (task,) = open_tasks(record.folded(), AT)
    with pytest.raises(BadInput, match="a C-SSRS or a safety plan"):
        office.close_task(prescriber, record.chart, at=AT, task=task.task, **closing)
    office.make_safety_plan(prescriber, record.chart, at=AT, words="Call Ann, then 988; pills locked away")
    office.close_task(prescriber, record.chart, at=AT, task=task.task, **closing)
    assert open_tasks(record.folded(), AT) == ()


def test_a_sitting_that_is_no_id_is_refused(record: Telling) -> None:
    """A form's id comes back from a page, so it is looked at."""
    with pytest.raises(BadInput, match="sitting"):
        screening.raise_worry(
            record.staff.monitor, record.chart, at=AT, instrument="cssrs", items=(1,), sitting="x"
        )
