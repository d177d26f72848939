"""Which finding, task and score an answer of the intake is shown beside."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.asking import AnswerSaved, IntakeSent
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.screening import HistoryAnswered, Problem, Score
from openkap.clinical.forms import Question
from openkap.clinical.intake_read import rests_on, rests_on_score, run_of, score_beside, tasks_of
from openkap.clinical.rules import Finding
from openkap.clinical.runs import finish_id
from openkap.clinical.status import assess
from openkap.clinical.tasks import safety_tasks_for_answer
from tests.clinical.charts import adopted, person

AT = datetime(2026, 5, 14, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUN = str(uuid4())


def entry(fact: Any, at: datetime = AT, *, id: UUID | None = None) -> Entry:
    return Entry(id or uuid4(), "chart:1", 1, fact, at, at, "ada", "portal")


SENT = entry(IntakeSent(run=RUN, version="v", answered=3))


def chart(*entries: Entry) -> Chart:
    return fold("chart:1", [entry(person(), AT - 24 * HOUR), *entries])


def finding(of: Chart, rule: str) -> Finding:
    return next(f for f in assess(of, adopted(), AT + HOUR).findings if f.rule.id == rule)


@pytest.mark.parametrize(
    ("text", "values", "rests"), [("", ("yes",), True), ("", ("no",), False), ("Other?", ("yes",), False)]
)
def test_a_yes_to_the_rules_own_question(text: str, values: tuple[str, ...], rests: bool) -> None:
    """And neither a no, nor a yes to another question."""
    said = HistoryAnswered(question="aneurysm", answer="yes", said_by="patient")
    found = finding(chart(SENT, entry(said)), "aneurysm")
    question = Question("aneurysm", text or found.rule.ask, "yes-no")
    assert rests_on(found, question, values, "", SENT) is rests


@pytest.mark.parametrize(
    ("lines", "becomes", "later", "rests"),
    [
        (("asthma", "schizophrenia"), "problem", timedelta(0), True),
        (("asthma",), "problem", timedelta(0), False),
        (("schizo",), "problem", timedelta(0), False),
        (("schizophrenia",), "medicine", timedelta(0), False),
        (("schizophrenia",), "problem", HOUR, False),
    ],
)
def test_a_line_among_the_data_of_the_finding(
    lines: tuple[str, ...], becomes: str, later: timedelta, rests: bool
) -> None:
    """The whole line, of that kind, written by this very intake."""
    said = Problem(text="schizophrenia", said_by="patient", verification="unconfirmed")
    found = finding(chart(SENT, entry(said)), "psychosis")
    sent = entry(SENT.fact, AT + later)
    assert rests_on(found, Question("illnesses-list", "x", "lines"), lines, becomes, sent) is rests


def test_an_item_of_a_score_and_no_other() -> None:
    score = entry(Score(instrument="phq9", total=2, items=(0,) * 8 + (2,)))
    speaking = [
        f for f in assess(chart(score), adopted(), AT + HOUR).findings if rests_on_score(f, "PHQ-9", 9, score)
    ]
    for found in speaking:
        assert not rests_on_score(found, "PHQ-9", 8, score)
        assert not rests_on_score(found, "PHQ-9", 9, entry(score.fact, AT + HOUR))
    assert speaking


def test_the_task_any_answer_opened_in_this_run() -> None:
    """Also the answer that was changed; not the task of another run, nor one that was never opened."""
    opened = safety_tasks_for_answer("phq9", 9, 3, adopted(), sitting=RUN)[0]
    known = chart(entry(opened), entry(TaskOpened(task="x", what="other", rule="suicide-item")))

    def found(*said: tuple[str, ...], run: str = RUN) -> tuple[TaskOpened, ...]:
        return tasks_of(known, adopted(), "phq9", "item-9", said, run)

    assert found(("3",), ("0",)) == (opened,)
    assert found(("3",), ("3",)) == (opened,)
    assert found(("2",)) == found(()) == found(("3",), run=str(uuid4())) == ()


def test_the_score_that_goes_with_the_intake() -> None:
    """The patient's last before it was sent, else the first after; never a clinician's."""

    def score(total: int, after: timedelta, by: str = "patient", scale: str = "phq9") -> Entry:
        return entry(Score(instrument=scale, total=total, by=by), AT + after)

    late, later = score(3, HOUR), score(4, 2 * HOUR)
    before = [score(1, -2 * HOUR), score(2, timedelta(0))]
    others = [score(9, -HOUR, by="therapist"), score(8, -HOUR, scale="gad7")]
    assert score_beside(chart(SENT, *others), "phq9", SENT) is None
    assert score_beside(chart(SENT, later, late, *others), "phq9", SENT) == late
    assert score_beside(chart(SENT, *before, late, *others), "phq9", SENT) == before[1]


def test_the_run_a_score_was_filled_in_under() -> None:
    saved = entry(AnswerSaved(form="phq9", version="v", run=RUN, question="item-1", values=("1",)))
    score = entry(Score(instrument="phq9", total=1), id=finish_id(RUN))
    other = entry(Score(instrument="phq9", total=1))
    known = chart(saved, score, other)
    assert run_of(known, score) == RUN
    assert run_of(known, other) == str(other.id)
