"""How scores moved, and what their recall lets nobody claim."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.change import Followed, followed
from openkap.clinical.entries.screening import Score
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def told(name: str, *scores: tuple[float, int], doses: tuple[float, ...] = ()) -> tuple[Followed, ...]:
    """Scores and doses, each so many days after AT."""
    facts = [(AT + DAY * day, Score(instrument=name, total=total)) for day, total in scores]
    chart = chart_of([(AT - 400 * DAY, person()), *facts])
    given = [AT + DAY * day for day in doses]
    return followed(adopted().instruments[name], chart.all(Score), given, "female")


@pytest.mark.parametrize(("drop", "counts"), [(5, True), (4, False)])
def test_a_change_counts_by_the_published_number(drop: int, counts: bool) -> None:
    """Five points of the PHQ-9; four are less."""
    last = told("phq9", (0, 20), (20, 20 - drop), doses=(1,))[-1]
    assert (last.change, last.counts, last.better) == (-drop, counts, True)


def test_the_baseline_is_the_last_score_before_the_first_dose() -> None:
    """Not the first ever, and not one after the dose."""
    points = told("phq9", (0, 10), (20, 18), (40, 12), doses=(21,))
    assert [point.is_baseline for point in points] == [False, True, False]
    assert [point.change for point in points] == [None, None, -6]


def test_without_a_dose_the_first_score_is_the_baseline() -> None:
    """Change is still told."""
    assert [point.change for point in told("phq9", (0, 10), (20, 12))] == [None, 2]


@pytest.mark.parametrize(("name", "better"), [("who5", True), ("phq9", False), ("meq30", None)])
def test_which_way_is_better_is_the_scales_own(name: str, better: bool | None) -> None:
    """More well-being is better, more depression worse, more mysticism neither."""
    assert told(name, (0, 4), (20, 8))[-1].better is better


def test_a_scale_without_a_published_change_does_not_judge_one() -> None:
    """Nothing is made up."""
    assert told("icsi", (0, 4), (40, 20))[-1].counts is None


@pytest.mark.parametrize(("gap", "says"), [(5, True), (13.9, True), (14, False)])
def test_a_score_sooner_than_its_recall_says_so(gap: float, says: bool) -> None:
    """The last two weeks, asked about after five days."""
    notes = told("phq9", (0, 10), (gap, 12))[-1].notes
    assert bool(notes) is says
    if gap == 5:
        assert notes == ("asks about the last 2 weeks, taken 5 days after the previous one",)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("phq9", "asks about the last 2 weeks, taken 1 day after a dose: it under-reads change"),
        ("gad7", "asks about the last 2 weeks, taken 1 day after a dose: it under-reads change"),
        ("pcl5", "asks about the past month, taken 1 day after a dose: it under-reads change"),
        ("wsas", ""),
    ],
)
def test_the_day_after_a_dose_under_reads_change(name: str, says: str) -> None:
    """What asks far back still counts the days before the dose; what asks about now does not."""
    assert told(name, (2, 10), doses=(1,))[-1].notes == ((says,) if says else ())
