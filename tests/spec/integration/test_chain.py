"""Integration: insight → intention → small action → how it went, each tied to the dose it came from."""

from datetime import UTC, datetime
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.insight import InsightNoted, StepAgreed, StepTold
from openkap.clinical.insights import WENT, began_with, homework, insights, steps
from tests.clinical.charts import DAY, HOUR, adopted, and_then, course_facts, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
NOTED = InsightNoted(insight="i1", visit="v1", words="The garden was there", intention="To be outside")
STEP = StepAgreed(step="s1", visit="v1", what="Ten minutes outside", when="tomorrow", insight="i1")
WORK = StepAgreed(step="h1", visit="v2", what="Write three lines", when="each evening")


def told(went: str, words: str = "", step: str = "s1") -> StepTold:
    return StepTold(step=step, went=went, words=words)


def case(*facts: tuple[datetime, Any], at: datetime = AT + 30 * DAY) -> Case:
    return Case(and_then(without(course_facts(AT, 2)), *facts), adopted(), at)


def test_the_chain_belongs_to_its_dose() -> None:
    """An insight with its steps under one dose; homework under the dose it was given after."""
    chain = case((AT + DAY, NOTED), (AT + DAY, STEP), (AT + 8 * DAY, WORK))
    (insight,) = insights(chain, "v1")
    assert [step.fact.what for step in insight.steps] == ["Ten minutes outside"]
    assert insights(chain, "v2") == () and len(insights(chain)) == 1
    assert [step.fact.step for step in homework(chain, "v2")] == ["h1"]
    assert homework(chain, "v1") == ()
    assert began_with(steps(chain)[0], chain.chart) == "The garden was there"
    assert began_with(steps(chain)[1], chain.chart) == ""


@pytest.mark.parametrize(
    ("told_of_it", "went", "waits"),
    [
        ((), "", True),
        (("not-yet",), "not-yet", True),
        (("partly",), "partly", True),
        (("done",), "done", False),
        (("set-aside",), "set-aside", False),
        (("done", "not-yet"), "not-yet", True),
        (("not-yet", "partly", "done"), "done", False),
    ],
)
def test_a_step_waits_until_it_is_done_or_no_longer_fits(
    told_of_it: tuple[str, ...], went: str, *, waits: bool
) -> None:
    """The last that was told counts, and all of it stays to be read."""
    facts = [(AT + (2 + day) * DAY, told(each)) for day, each in enumerate(told_of_it)]
    (step,) = steps(case((AT + DAY, STEP), *facts))
    assert (step.went, step.waits) == (went, waits)
    assert [entry.fact.went for entry in step.told] == list(told_of_it)


def test_what_was_told_late_counts_when_it_happened() -> None:
    """Charted on Friday of Monday: what was told of Wednesday is the last."""
    late = ((AT + 3 * DAY, told("done")), (AT + 2 * DAY, told("not-yet")))
    (step,) = steps(case((AT + DAY, STEP), *late))
    assert step.went == "done"


def test_nothing_counts_before_it_happened() -> None:
    """Asked of a moment in the past, the chain is what it was then."""
    facts = ((AT + DAY, NOTED), (AT + DAY, STEP), (AT + 3 * DAY, told("done")))
    (before,) = steps(case(*facts, at=AT + 3 * DAY - HOUR))
    assert before.waits
    assert steps(case(*facts, at=AT + DAY - HOUR)) == ()


def test_the_words_for_how_it_went_are_few() -> None:
    """Done, partly, not yet; and a step may stop fitting without anybody having failed."""
    assert WENT == ("done", "partly", "not-yet", "set-aside")
