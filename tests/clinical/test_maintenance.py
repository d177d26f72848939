"""The long run as the status shows it; the protocol's sentences are in tests/spec/maintenance."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given as examples
from hypothesis import strategies as st

from openkap.clinical.case import Case
from openkap.clinical.entries.screening import Score
from openkap.clinical.maintenance import course, liver, points, urinary
from tests.clinical.charts import (
    DAY,
    adopted,
    and_then,
    chart_of,
    course_facts,
    ended,
    given,
    person,
    plan,
    ready_chart,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def test_a_course_before_its_first_dose() -> None:
    """Planned, nothing given, nothing to judge."""
    told = course(Case(ready_chart(AT), adopted(), AT))
    assert (told.doses, told.planned, told.lifetime_mg, told.response) == (0, 6, Decimal(0), {})
    assert [(point.instrument, point.total, point.band) for point in told.scores] == [
        ("phq9", 16, "moderately severe")
    ]
    assert course(Case(chart_of([(AT, person())]), adopted(), AT)).planned == 0


def test_a_second_plan_adds_to_the_doses_before_it() -> None:
    """Three given, then a plan of two more: five are planned."""
    chart = and_then(without(course_facts(AT, 3)), (AT + 20 * DAY, plan(sessions=2)))
    assert course(Case(chart, adopted(), AT + 21 * DAY)).planned == 5


def test_exposure_is_what_went_in_not_what_was_ordered() -> None:
    """An infusion stopped at 12 mg of 35 counts 12."""
    chart = and_then(
        ready_chart(AT, "iv"), (AT, given("v1", route="iv")), (AT + DAY / 100, ended("v1", "12"))
    )
    assert course(Case(chart, adopted(), AT + DAY)).lifetime_mg == Decimal(12)


@examples(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_exposure_is_the_sum_of_all_doses(amounts: list[int]) -> None:
    """Whatever was given, added up; the recent part never exceeds it."""
    facts = [(AT + n * 9 * DAY, given(f"v{n}", str(mg))) for n, mg in enumerate(amounts)]
    told = course(Case(chart_of([(AT - DAY, person()), *facts]), adopted(), AT + 80 * DAY))
    assert told.lifetime_mg == sum(amounts) and told.last_30_days_mg <= told.lifetime_mg


def test_scores_come_oldest_first_and_unknown_instruments_are_left_out() -> None:
    """A late entry stands at the time it is about."""
    chart = chart_of(
        [
            (AT - 9 * DAY, person()),
            (AT, Score(instrument="phq9", total=9)),
            (AT - DAY, Score(instrument="gad7", total=15)),
            (AT, Score(instrument="cesd", total=15)),
        ]
    )
    told = points(Case(chart, adopted(), AT))
    assert [(point.instrument, point.band) for point in told] == [("gad7", "severe"), ("phq9", "mild")]


def test_the_urinary_question_is_late_after_its_time() -> None:
    """On the ninetieth day it is not late; a day on it is. Liver tests are never late while unset."""
    chart = without(course_facts(AT, 1))
    assert urinary(Case(chart, adopted(), AT + 90 * DAY)) == ()
    assert len(urinary(Case(chart, adopted(), AT + 91 * DAY))) == 1
    assert liver(Case(chart, adopted(), AT + 999 * DAY)) == ()
