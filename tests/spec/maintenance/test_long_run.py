"""Maintenance: response by published definitions, exposure, and when to look again."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.screening import Measurement, Score
from openkap.clinical.maintenance import closed, course, due
from openkap.clinical.protocol import Number
from tests.clinical.charts import DAY, adopted, and_then, course_facts, given, plan, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def scored(baseline: int, later: int, *, after: timedelta = 14 * DAY, instrument: str = "phq9") -> str:
    """What the instrument says with a baseline before, and one score so long after, the first dose."""
    chart = and_then(
        without(course_facts(AT, 1), "score"),
        (AT, Score(instrument=instrument, total=baseline)),
        (AT + after, Score(instrument=instrument, total=later)),
    )
    return course(Case(chart, adopted(), AT + 30 * DAY)).response[instrument]


@pytest.mark.parametrize(
    ("baseline", "later", "word"),
    [
        (16, 8, "response"),
        (16, 9, "no response"),
        (15, 7, "response"),
        (15, 8, "no response"),
        (16, 5, "response"),
        (16, 4, "remission"),
        (10, 5, "response"),
        (9, 4, "not judged"),
        (16, 20, "no response"),
        (16, 21, "worse"),
    ],
)
def test_response_is_half_and_remission_is_below_five(baseline: int, later: int, word: str) -> None:
    """A drop by 50 % of a baseline of 10 or more; PHQ-9 below 5; worse by a meaningful change of 5."""
    assert scored(baseline, later) == word


@pytest.mark.parametrize(("after", "word"), [(14 * DAY, "response"), (14 * DAY - SECOND, "too early")])
def test_a_score_counts_when_its_two_weeks_lie_after_the_first_dose(after: timedelta, word: str) -> None:
    """Asked sooner, half of what it asks about was before the dose."""
    assert scored(16, 8, after=after) == word


def test_getting_worse_is_told_at_once() -> None:
    """Safety does not wait two weeks."""
    assert scored(16, 22, after=DAY) == "worse"


def test_a_score_of_this_minute_counts() -> None:
    """What was answered at the very moment is known at that moment."""
    chart = and_then(
        without(course_facts(AT, 1), "score"),
        (AT, Score(instrument="phq9", total=16)),
        (AT + 20 * DAY, Score(instrument="phq9", total=4)),
    )
    assert course(Case(chart, adopted(), AT + 20 * DAY)).response == {"phq9": "remission"}
    assert course(Case(chart, adopted(), AT + 20 * DAY - SECOND)).response == {"phq9": "too early"}


def test_gad7_has_its_own_meaningful_change() -> None:
    """Four points up on the GAD-7 is worse; three is not."""
    assert scored(12, 16, instrument="gad7") == "worse"
    assert scored(12, 15, instrument="gad7") == "no response"


def test_without_a_baseline_there_is_nothing_to_compare() -> None:
    """A first score after the first dose is not a baseline."""
    chart = and_then(without(course_facts(AT, 1), "score"), (AT + DAY, Score(instrument="phq9", total=3)))
    assert course(Case(chart, adopted(), AT + 30 * DAY)).response == {"phq9": "too early"}


@pytest.mark.parametrize(
    ("at", "recent"),
    [(AT + 30 * DAY - SECOND, "175"), (AT + 30 * DAY, "140")],
)
def test_exposure_counts_a_lifetime_and_thirty_days(at: datetime, recent: str) -> None:
    """Five weekly doses of 35 mg: after exactly thirty days the first no longer counts as recent."""
    told = course(Case(without(course_facts(AT, 5)), adopted(), at))
    assert (told.lifetime_mg, told.last_30_days_mg) == (Decimal(175), Decimal(recent))


def test_exposure_outlives_a_course() -> None:
    """A closed course ends the count of doses, not the lifetime of the bladder."""
    chart = and_then(
        without(course_facts(AT, 2)),
        (AT + 10 * DAY, CourseClosed(reason="done")),
        (AT + 20 * DAY, plan(sessions=3)),
        (AT + 21 * DAY, given("v3")),
    )
    told = course(Case(chart, adopted(), AT + 22 * DAY))
    assert (told.doses, told.planned, told.lifetime_mg) == (1, 3, Decimal(105))
    ended = course(Case(chart, adopted(), AT + 11 * DAY))
    assert (ended.doses, ended.planned) == (2, 6)
    assert closed(Case(chart, adopted(), AT + 11 * DAY))
    assert not closed(Case(chart, adopted(), AT + 21 * DAY))


def reviewed(at: datetime, *, urinary: str = "no") -> tuple[datetime, ReviewHeld]:
    return at, ReviewHeld(outcome="continue", reason="helps", urinary_symptoms=urinary, misuse_concern="none")


def rules(case: Case) -> list[str]:
    return [one.rule for one in due(case)]


@pytest.mark.parametrize(("doses", "speaks"), [(2, False), (3, True)])
def test_a_review_is_due_after_three_doses(doses: int, speaks: bool) -> None:
    """By the time the next dose would be given (assumed)."""
    case = Case(without(course_facts(AT, doses)), adopted(), AT + doses * 7 * DAY)
    assert ("review-due" in rules(case)) is speaks
    if speaks:
        assert due(case)[0].at == AT + 21 * DAY


def test_a_review_starts_the_count_again() -> None:
    """Three doses after the last review, not since the beginning."""
    chart = and_then(without(course_facts(AT, 5)), reviewed(AT + 20 * DAY))
    assert "review-due" not in rules(Case(chart, adopted(), AT + 30 * DAY))


def test_the_end_of_a_series_is_reviewed_however_short_it_was() -> None:
    """One planned dose, given: the review is due."""
    case = Case(without(course_facts(AT, 1, sessions=1)), adopted(), AT + 3 * DAY)
    assert due(case)[0].what == "review of the response at the end of the series"


def test_urinary_symptoms_are_asked_every_ninety_days() -> None:
    """Counted from the first dose, then from the last time somebody asked; "not asked" does not count."""
    chart = without(course_facts(AT, 1))
    (first,) = [d for d in due(Case(chart, adopted(), AT + DAY)) if d.rule == "urinary-question-due"]
    assert first.at == AT + 90 * DAY
    for answer, by in (("no", AT + 100 * DAY), ("not asked", AT + 90 * DAY)):
        later = and_then(chart, reviewed(AT + 10 * DAY, urinary=answer))
        (again,) = [d for d in due(Case(later, adopted(), AT + 11 * DAY)) if d.rule == "urinary-question-due"]
        assert again.at == by


def test_liver_tests_have_no_published_interval_and_wait_for_the_director() -> None:
    """Unset, nothing is due; set to 180 days they are due from the last test on."""
    protocol, chart = adopted(), without(course_facts(AT, 1))
    assert "liver-tests-due" not in rules(Case(chart, protocol, AT + 300 * DAY))
    assert any(unset.id == "liver-tests-every" for unset in protocol.unset)
    own = Number("liver-tests-every", 180 * DAY, "", "local", ())
    adapted = dataclasses.replace(protocol, numbers={**protocol.numbers, own.id: own})
    tested = and_then(chart, (AT + DAY, Measurement(what="alt", value=Decimal(20), unit="U/L")))
    for of, by in ((chart, AT + 180 * DAY), (tested, AT + 181 * DAY)):
        (one,) = [d for d in due(Case(of, adapted, AT + 2 * DAY)) if d.rule == "liver-tests-due"]
        assert one.at == by


def test_a_closed_course_owes_nothing() -> None:
    """Whoever has left the program is not chased by it."""
    chart = and_then(without(course_facts(AT, 4)), (AT + 30 * DAY, CourseClosed(reason="done")))
    assert due(Case(chart, adopted(), AT + 300 * DAY)) == ()
