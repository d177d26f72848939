"""What is new since a decision: findings that came, went or rest on other data, and what can be told now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from openkap.clinical import preparation
from openkap.clinical.case import Case
from openkap.clinical.changed import Changed, changed
from openkap.clinical.chart import Chart
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.screening import HistoryAnswered, Problem, Result, ScreeningDecided
from openkap.clinical.entries.words import Code
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FAILURE = Problem(text="Heart failure", codes=(Code("icd10cm", "I50.9"),))
WORSE = Problem(text="Acute on chronic heart failure", codes=(Code("icd10cm", "I50.23"),))
PAST = Override(rule="heart-failure", reason="compensated for years")
SUITABLE = ScreeningDecided(decision="suitable", reason="x", accepted=("heart-failure",), protocol="old")
Dated = tuple[float, Any]


def written(*facts: Dated) -> Chart:
    """Facts with how many days ago each was written."""
    return chart_of([(AT - 99 * DAY, person()), *((AT - ago * DAY, fact) for ago, fact in facts)])


def since(chart: Chart, at: datetime = AT) -> Changed:
    case = Case(chart, adopted(), at)
    return changed(case, case.latest(ScreeningDecided))


def rules(found: Any) -> set[str]:
    return {one.rule.id for one in found}


def test_nothing_new_is_nothing() -> None:
    """The moment after the decision there is nothing to tell."""
    told = since(written((2, FAILURE), (1, SUITABLE)), AT - DAY)
    assert not told and told.facts == ()


def test_a_new_diagnosis_is_told_with_its_fact() -> None:
    """The finding that appeared, the question it answers, and the entry behind both."""
    told = since(written((2, SUITABLE), (1, FAILURE)))
    assert "heart-failure" in rules(told.appeared) and "heart-failure" in rules(told.closed)
    assert [entry.fact for entry in told.facts] == [FAILURE]
    assert told.other_protocol


def test_a_finding_that_went_is_told() -> None:
    """A test that was missing is there now."""
    told = since(written((2, SUITABLE), (1, Result(what="ecg", value="negative"))))
    assert "ecg-missing" in rules(told.gone)


def test_other_data_behind_the_same_finding_is_told() -> None:
    """Both are kept, so that a page can say what it was and what it is."""
    told = since(written((9, FAILURE), (2, SUITABLE), (1, WORSE)))
    (moved,) = told.moved
    assert len(moved.then.because) == 1 and len(moved.now.because) == 2


def test_time_alone_opens_a_question_again() -> None:
    """An answer that holds thirty days is open again on the thirty-first, with no fact behind it."""
    no = HistoryAnswered(question="mania", answer="no", said_by="patient")
    told = since(written((31, no), (31, SUITABLE)))
    assert "mania" in rules(told.opened) and told.facts == ()
    assert not rules(told.opened) & rules(told.appeared)


def test_what_somebody_went_past_reopens_the_decision_when_it_moves() -> None:
    """The signer knew the old diagnosis and accepted the finding; the newer one they did not know."""
    before = [(9.0, FAILURE), (8.0, PAST), (2.0, SUITABLE)]
    assert preparation.new_findings(Case(written(*before), adopted(), AT)) == ()
    after = preparation.new_findings(Case(written(*before, (1, WORSE)), adopted(), AT))
    assert [finding.rule.id for finding in after] == ["heart-failure"]
    again = [*before, (1.0, WORSE), (0.5, PAST)]
    assert preparation.new_findings(Case(written(*again), adopted(), AT)) == ()


def test_the_past_is_not_rewritten_by_what_came_later() -> None:
    """A fact written after the decision about the time before it is new all the same."""
    chart = written((30, SUITABLE))
    late = chart_of(
        [*((e.effective_at, e.fact) for e in chart.entries), (AT - 60 * DAY, FAILURE)], chart.subject
    )
    assert "heart-failure" in rules(since(late).appeared)
