"""What is said where nobody watches: the findings that stop treatment there, and the questions left open."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openkap.clinical.at_home import home_finding, home_unanswered
from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.words import Measured
from openkap.clinical.rules import Asked, Present, Rule
from tests.clinical.charts import DAY, adopted, chart_of, person
from tests.clinical.one_rule import AT, rule

THERE = Present("chart-opened")
SHOWN = (Measured("chart opened", "on file", (AT - DAY).isoformat()),)


def case(*rules: Rule, gone_past: str = "") -> Case:
    """Somebody with nothing else on file, under these rules alone."""
    past = [(AT, Override(rule=gone_past, reason="weighed"))] if gone_past else []
    chart = chart_of([(AT - timedelta(days=1), person()), *past])
    return Case(chart, replace(adopted(), rules=rules), AT)


@pytest.mark.parametrize(
    ("then", "at_home", "says"),
    [
        ("exclude", "", "Stops treatment: Something"),
        ("stabilise", "", "Settle first: Something"),
        ("decide", "", ""),
        ("warn", "", ""),
        ("decide", "exclude", "Stops treatment: Something"),
        ("decide", "stabilise", "Settle first: Something"),
        ("warn", "decide", ""),
    ],
)
def test_what_stops_treatment_at_home_is_told_by_its_grade(then: str, at_home: str, says: str) -> None:
    """By the rule that found it, for a prescriber, and nobody goes past it here."""
    found = home_finding(case(rule(THERE, then=then, at_home=at_home)))
    assert found == ((Bar(says, SHOWN, "q", "prescriber", ""),) if says else ())


def test_what_was_gone_past_counts_only_where_the_home_is_not_stricter() -> None:
    """The same reason holds at home for a rule that is the same there."""
    same = rule(THERE, then="stabilise", override="prescriber")
    assert home_finding(case(same, gone_past="q")) == ()
    assert len(home_finding(case(replace(same, at_home="exclude"), gone_past="q"))) == 1
    assert len(home_finding(case(same, gone_past="other"))) == 1


def test_each_finding_is_told() -> None:
    """Worst first."""
    rules = (rule(THERE, id="a", then="stabilise"), rule(THERE, id="b", then="exclude"))
    assert [bar.rule for bar in home_finding(case(*rules))] == ["b", "a"]


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, ""),
        (1, "A question that could stop treatment at home has no answer: Something"),
        (2, "2 questions that could stop treatment at home have no answer"),
    ],
)
def test_open_questions_are_one_sentence(count: int, says: str) -> None:
    """Only those that would exclude at home; they cannot be gone past, they can be answered."""
    rules = [rule(Asked(), id=f"{n}", then="decide", at_home="exclude") for n in range(count)]
    others = (rule(Asked(), id="x", then="stabilise"), rule(THERE, id="y", then="exclude"))
    assert home_unanswered(case(*rules, *others)) == ((Bar(says, override=""),) if says else ())
