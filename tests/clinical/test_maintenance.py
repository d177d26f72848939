"""The long run as the status shows it; the protocol's sentences are in tests/spec/maintenance."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from openkap.clinical.answers import Due, ScorePoint
from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.screening import Measurement, Score
from openkap.clinical.maintenance import (
    closed,
    course,
    doses,
    doses_since_review,
    due,
    liver,
    points,
    response,
    review,
    urinary,
)
from openkap.clinical.protocol import Number, Protocol
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
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
    late = (Bar("Urinary symptoms have not been asked about in time"),)
    assert urinary(Case(chart, adopted(), AT + 90 * DAY + MINUTE)) == late
    assert liver(Case(chart, adopted(), AT + 999 * DAY)) == ()


def every(span: timedelta) -> Protocol:
    """The protocol of a clinic that repeats liver tests so often."""
    own = Number("liver-tests-every", span, "", "local", ())
    return replace(adopted(), numbers={**adopted().numbers, own.id: own})


@pytest.mark.parametrize("what", ["alt", "ast", "alp", "ggt"])
def test_liver_tests_are_late_after_the_time_the_clinic_set(what: str) -> None:
    """From the last of any of the four, or from the first dose."""
    chart, protocol = without(course_facts(AT, 1)), every(10 * DAY)
    late = (Bar("Liver tests have not been repeated in time"),)
    assert liver(Case(chart, protocol, AT + 10 * DAY)) == ()
    assert liver(Case(chart, protocol, AT + 10 * DAY + MINUTE)) == late
    tested = and_then(chart, (AT + DAY, Measurement(what=what, value=Decimal(20), unit="U/L")))
    assert liver(Case(tested, protocol, AT + 11 * DAY)) == ()
    assert liver(Case(tested, protocol, AT + 11 * DAY + MINUTE)) == late
    assert liver(Case(chart_of([(AT, person())]), protocol, AT + 99 * DAY)) == ()


@pytest.mark.parametrize(
    ("instrument", "total", "items", "sex", "band"),
    [
        ("audit-c", 3, (1, 1, 1), "female", "at or above the cut-off"),
        ("audit-c", 3, (1, 1, 1), "male", "below the cut-off"),
        ("cssrs", 3, (1, 1, 0, 1, 0, 0), "female", "high"),
        ("cssrs", 3, (), "female", ""),
    ],
)
def test_a_score_has_the_word_for_this_person(
    instrument: str, total: int, items: tuple[int, ...], sex: str, band: str
) -> None:
    """By sex where the bands differ, by the answers where there is a triage."""
    score = Score(instrument=instrument, total=total, items=items)
    chart = chart_of([(AT - DAY, person(sex=sex)), (AT, score)])
    assert points(Case(chart, adopted(), AT)) == (ScorePoint(instrument, AT, total, band),)


@pytest.mark.parametrize(
    ("scores", "changed", "word"),
    [
        ([(0, 16), (14, 8)], {}, "response"),
        ([(-9, 9), (0, 16), (14, 8)], {}, "response"),
        ([(0, 16), (14, 8), (15, 12)], {}, "no response"),
        ([(0, 16)], {"recall": timedelta(0)}, "too early"),
        ([(1, 16)], {"recall": timedelta(0)}, "too early"),
        ([], {}, "too early"),
        ([(0, 16), (1, 8)], {"recall": timedelta(0)}, "response"),
        ([(0, 16), (1, 8)], {"recall": DAY}, "response"),
        ([(0, 16), (1, 8)], {"recall": DAY + MINUTE}, "too early"),
        ([(0, 16), (14, 40)], {"meaningful_change": None}, "no response"),
        ([(0, 16), (14, 1)], {"remission_below": None}, "response"),
        ([(0, 16), (14, 4)], {"remission_below": 5}, "remission"),
        ([(0, 16), (14, 5)], {"remission_below": 5}, "response"),
        ([(0, 20), (14, 15)], {"response_percent": 25}, "response"),
        ([(0, 20), (14, 16)], {"response_percent": 25}, "no response"),
    ],
)
def test_what_one_instrument_says_of_a_course(
    scores: list[tuple[int, int]], changed: dict[str, Any], word: str
) -> None:
    """The last score up to the first dose, and the newest after it, by the instrument's own definitions."""
    scale = replace(adopted().instruments["phq9"], **changed)
    told = [ScorePoint("phq9", AT + day * DAY, total, "") for day, total in scores]
    assert response(Case(ready_chart(AT), adopted(), AT + 30 * DAY), scale, told, AT) == word


@pytest.mark.parametrize(("doses", "bars"), [(4, ()), (5, ("5 doses",)), (6, ("6 doses",))])
def test_a_course_does_not_go_on_unreviewed(doses: int, bars: tuple[str, ...]) -> None:
    """The protocol names how many doses may pass; the count stands in the sentence."""
    protocol = replace(
        adopted(),
        numbers={
            **adopted().numbers,
            "review-before-more-doses": replace(adopted().numbers["review-before-more-doses"], value=5),
        },
    )
    case = Case(without(course_facts(AT, doses)), protocol, AT + 60 * DAY)
    assert review(case) == tuple(Bar(f"The response has not been reviewed for {said}") for said in bars)


def test_a_review_of_the_moment_of_a_dose_leaves_that_dose_reviewed() -> None:
    """Only what was given after it counts."""
    held = ReviewHeld(outcome="continue", reason="helps", urinary_symptoms="no", misuse_concern="none")
    chart = and_then(without(course_facts(AT, 3)), (AT + 7 * DAY, held))
    assert doses_since_review(Case(chart, adopted(), AT + 30 * DAY)) == 1


def test_all_that_a_course_owes() -> None:
    """Who, by when, and by which rule: the review by the next dose, then the long run."""
    chart = without(course_facts(AT, 3))
    assert due(Case(chart, every(180 * DAY), AT + 15 * DAY)) == (
        Due("review of the response", "prescriber", AT + 21 * DAY, "review-due", "", "maintenance"),
        Due(
            "ask about urinary symptoms",
            "prescriber",
            AT + 90 * DAY,
            "urinary-question-due",
            "",
            "maintenance",
        ),
        Due("repeat the liver tests", "prescriber", AT + 180 * DAY, "liver-tests-due", "", "maintenance"),
    )


def test_doses_without_a_plan_are_reviewed_the_next_day() -> None:
    """A record from elsewhere gives doses and no plan: nothing is planned, so the series is at its end."""
    chart = without(course_facts(AT, 1), "plan")
    (first, *_) = due(Case(chart, adopted(), AT + 2 * HOUR))
    assert (first.what, first.at) == ("review of the response at the end of the series", AT + DAY)


@pytest.mark.parametrize(
    ("looks", "doses", "reviewed_after", "due_now"),
    [
        ((2,), 1, 0, False),
        ((2,), 2, 0, True),
        ((2,), 3, 0, True),
        ((2,), 3, 2, False),
        ((2,), 3, 1, True),
        ((2, 4), 3, 2, False),
        ((2, 4), 4, 2, True),
        ((5,), 4, 0, False),
    ],
)
def test_the_plans_own_looks_come_before_the_protocols_count(
    looks: tuple[int, ...], doses: int, reviewed_after: int, due_now: bool
) -> None:
    """A look that was planned and passed since the last review is owed; one that was held is not."""
    chart = without(course_facts(AT, doses, checkpoints=looks))
    held = ReviewHeld(outcome="continue", reason="helps", urinary_symptoms="no", misuse_concern="none")
    if reviewed_after:
        chart = and_then(chart, (AT + (reviewed_after - 1) * 7 * DAY + HOUR, held))
    owed = [one for one in due(Case(chart, adopted(), AT + 60 * DAY)) if one.rule == "review-due"]
    assert [one.what for one in owed] == (["review of the response"] if due_now else [])


def test_each_course_has_its_own_doses() -> None:
    """Between one closing and the next; the last one too, once it is closed, with all that went before it."""
    facts = [(AT - DAY, person())]
    for n in range(4):
        begins = AT + n * 30 * DAY
        facts += [(begins, plan(sessions=5))] + [
            (begins + k * DAY, given(f"v{n}{k}")) for k in range(1, n + 2)
        ]
        running = Case(chart_of(facts), adopted(), begins + 10 * DAY)
        assert [visit.id for visit in doses(running)] == [f"v{n}{k}" for k in range(1, n + 2)]
        facts.append((begins + 20 * DAY, CourseClosed(reason="done")))
        ended = Case(chart_of(facts), adopted(), begins + 25 * DAY)
        assert closed(ended) and doses(ended) == doses(running)
