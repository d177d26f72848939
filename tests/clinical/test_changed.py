"""What is new since a decision: findings that came, went or rest on other data, and what can be told now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical import preparation
from openkap.clinical.case import Case
from openkap.clinical.changed import Changed, Moved, changed, facts_since, is_new
from openkap.clinical.chart import Chart
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.screening import HistoryAnswered, Problem, Result, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.clinical.rules import Finding, Unknown
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


RULE = adopted().rule("heart-failure")
FINDING, OPEN = Finding(RULE, ()), Unknown(RULE, "an answer", "patient")
NOTHING = Changed(
    decided=written((1, SUITABLE)).entries[-1],
    appeared=(),
    gone=(),
    moved=(),
    opened=(),
    closed=(),
    facts=(),
    other_protocol=False,
)


@pytest.mark.parametrize(
    ("told", "differs"),
    [
        ({}, False),
        ({"facts": (NOTHING.decided,), "other_protocol": True}, False),
        ({"appeared": (FINDING,)}, True),
        ({"gone": (FINDING,)}, True),
        ({"moved": (Moved(FINDING, FINDING),)}, True),
        ({"opened": (OPEN,)}, True),
        ({"closed": (OPEN,)}, True),
    ],
)
def test_any_one_difference_is_a_change(told: dict[str, Any], differs: bool) -> None:
    """Facts that move nothing, and another protocol by itself, are none."""
    assert bool(replace(NOTHING, **told)) is differs


@pytest.mark.parametrize(
    ("signed_under", "other"), [(None, False), (adopted().hash, False), ("as it was", True)]
)
def test_another_protocol_is_told_where_the_signature_names_one(
    signed_under: str | None, other: bool
) -> None:
    """An old entry names none, and nothing is guessed."""
    told = since(written((1, replace(SUITABLE, protocol=signed_under))))
    assert told.other_protocol is other
    assert told.decided.fact.protocol == signed_under


def test_what_was_written_since_is_told_newest_first() -> None:
    """By when it happened; of one instant, what was written last. What was known before is left out."""
    facts = [Result(what="ecg", value=value) for value in ("negative", "positive", "indeterminate")]
    chart = written((9, FAILURE), (5, SUITABLE), (2, facts[0]), (3, WORSE), (2, facts[1]), (1, facts[2]))
    assert [entry.fact for entry in since(chart).facts] == [facts[2], facts[1], facts[0], WORSE]


def test_each_decision_is_held_against_its_own_past() -> None:
    """Of two on one chart, whichever is asked about first."""
    chart = written((9, SUITABLE), (5, FAILURE), (3, SUITABLE))
    case = Case(chart, adopted(), AT)
    first, second = chart.all(ScreeningDecided)
    for _ in range(2):
        assert "heart-failure" in rules(changed(case, first).appeared)
        assert not changed(case, second)
    assert [len(facts_since(case, one)) for one in (first, second)] == [1, 0]
    (finding,) = (f for f in case.screening.findings if f.rule.id == "heart-failure")
    assert [is_new(finding, case, one, ()) for one in (first, second)] == [True, False]
    assert not is_new(finding, case, first, ("heart-failure",))


BIPOLAR = Problem(text="Bipolar disorder", codes=(Code("icd10cm", "F31.30"),))
MANIC = Problem(text="Bipolar disorder, manic", codes=(Code("icd10cm", "F31.10"),))


@pytest.mark.parametrize(
    ("rule", "before", "after", "new"),
    [
        ("heart-failure", [FAILURE], [], False),
        ("heart-failure", [FAILURE], [WORSE], False),
        ("heart-failure", [FAILURE, PAST], [], False),
        ("heart-failure", [FAILURE, PAST], [WORSE], True),
        ("heart-failure", [], [FAILURE], True),
        ("bipolar", [BIPOLAR, Override(rule="bipolar", reason="on lithium")], [MANIC], False),
    ],
    ids=[
        "it stood",
        "it stood on less",
        "gone past, the same",
        "gone past on less",
        "it came up",
        "gone past by one of two",
    ],
)
def test_a_finding_is_new_when_it_did_not_stand_at_the_signature(
    rule: str, before: list[Any], after: list[Any], new: bool
) -> None:
    """It stood on whatever it rested then, unless somebody had gone past it on less than there is now."""
    earlier = [(20.0 - n, fact) for n, fact in enumerate(before)]
    chart = written(*earlier, (9, SUITABLE), *((5.0 - n, fact) for n, fact in enumerate(after)))
    case = Case(chart, adopted(), AT)
    (mark,) = chart.all(ScreeningDecided)
    (finding,) = (found for found in case.screening.findings if found.rule.id == rule)
    assert is_new(finding, case, mark, ()) is new
