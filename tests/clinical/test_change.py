"""How scores moved, and what their recall lets nobody claim."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.change import Followed, followed
from openkap.clinical.entries.screening import Score
from openkap.clinical.scoring import scored
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


def test_a_score_is_told_with_who_gave_it_and_all_it_says() -> None:
    """Its own answers, and the bands of the person's sex where those differ."""
    scale, answers = adopted().instruments["audit-c"], (2, 1, 0)
    given = Score(instrument="audit-c", total=3, items=answers, by="prescriber")
    chart = chart_of([(AT - 400 * DAY, person()), (AT, given)])
    words = []
    for sex in ("female", "male"):
        (point,) = followed(scale, chart.all(Score), [], sex)
        assert (point.at, point.by) == (AT, "prescriber")
        assert point.scored == scored(scale, 3, answers, sex)
        words.append(point.scored.word)
    assert words[0] != words[1]


def test_the_answers_of_a_score_tell_more_than_its_total() -> None:
    """A triage is told by its answers alone, and no number of it is followed."""
    scale = adopted().instruments["cssrs"]
    answers = [(1,) + (0,) * (len(scale.items) - 1), (1,) * len(scale.items)]
    facts = [
        (AT + 20 * day * DAY, Score(instrument="cssrs", total=sum(items), items=items))
        for day, items in enumerate(answers)
    ]
    chart = chart_of([(AT - 400 * DAY, person()), *facts])
    first, second = followed(scale, chart.all(Score), [], "female")
    assert (first.scored.word, second.scored.word) == ("low", "high")
    assert (second.change, second.counts, second.better) == (None, None, None)


def test_a_score_at_the_instant_of_the_first_dose_is_still_before_it() -> None:
    """Taken while the dose was given; one taken a second later is not."""
    at_once = told("phq9", (0, 10), (20, 18), (40, 12), doses=(20, 33))
    assert [point.is_baseline for point in at_once] == [False, True, False]
    later = told("phq9", (0, 10), (20 + 1 / 86400, 18), doses=(20,))
    assert [point.is_baseline for point in later] == [True, False]


def test_with_every_score_after_the_first_dose_the_first_is_the_baseline() -> None:
    """It is late, and better than none; nobody followed is nothing to follow."""
    assert [point.change for point in told("phq9", (2, 10), (9, 12), doses=(1,))] == [None, 2]
    assert told("phq9") == () == told("phq9", doses=(1,))


@pytest.mark.parametrize(
    ("moved", "worse", "counts"), [(-1, False, False), (0, None, False), (1, True, False), (5, True, True)]
)
def test_one_point_is_already_better_or_worse(moved: int, worse: bool | None, counts: bool) -> None:
    """No movement is neither; five points count, one does not."""
    last = told("phq9", (0, 10), (20, 10 + moved))[-1]
    assert (last.change, last.counts) == (moved, counts)
    assert last.better == (None if worse is None else not worse)


DOSED = "asks about the last 2 weeks, taken {} after a dose: it under-reads change"


@pytest.mark.parametrize(
    ("days", "after"),
    [(0, "0 min"), (1 / 24, "60 min"), (1, "1 day"), (2, "2 days"), (3, "3 days"), (13, "13 days"), (14, "")],
)
def test_how_long_after_a_dose_is_said_until_the_recall_has_passed(days: float, after: str) -> None:
    """From the dose itself on; two weeks after it the last two weeks hold no day before it."""
    assert told("phq9", (days, 10), doses=(0,))[-1].notes == ((DOSED.format(after),) if after else ())


def test_the_newest_dose_before_the_score_is_the_one_that_is_told() -> None:
    """A later one has changed nothing yet; beside it stands how soon after the previous score it was."""
    last = told("phq9", (-2, 10), (5, 12), doses=(0, 3, 6))[-1]
    assert last.notes == (
        "asks about the last 2 weeks, taken 7 days after the previous one",
        DOSED.format("2 days"),
    )


def test_scores_are_told_in_the_order_they_were_taken() -> None:
    """However they were written down; of two in one instant the one written last is the newer."""
    assert [point.scored.total for point in told("phq9", (9, 12), (0, 10), (9, 11))] == [10, 12, 11]
    assert [point.change for point in told("phq9", (0, 10), (0, 12))] == [None, 2]
