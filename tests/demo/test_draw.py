"""The draws: as published, within what a questionnaire allows, and the same every time."""

from statistics import fmean

import pytest

from openkap.demo import draw
from openkap.demo.draw import ITEMS, cohort

MANY = [draw.of(f"person {number}") for number in range(2000)]
COURSES = [draw.course(chance) for chance in MANY]


@pytest.mark.parametrize(("instrument", "mean"), [("phq9", 16.3), ("gad7", 12.8)])
def test_baselines_lie_near_the_published_mean(instrument: str, mean: float) -> None:
    """Two thousand people; the cuts at both ends move the mean by less than a point and a half."""
    assert abs(fmean(course.baseline[instrument] for course in COURSES) - mean) < 1.5


@pytest.mark.parametrize(("name", "share"), [("improving", 0.793), ("chronic", 0.114), ("delayed", 0.093)])
def test_courses_are_mixed_as_published(name: str, share: float) -> None:
    """The share of each class among two thousand, within three percentage points."""
    assert abs(fmean(course.name == name for course in COURSES) - share) < 0.03


def test_the_pressure_rises_as_published() -> None:
    """Mean peak rise of two thousand sessions; cutting at zero lifts it a little."""
    rises = [draw.session(draw.body(chance), chance).rise for chance in MANY]
    assert 15.5 < fmean(rise[0] for rise in rises) < 18.0
    assert 10.5 < fmean(rise[1] for rise in rises) < 12.5
    assert min(min(rise) for rise in rises) >= 0


def test_the_curve_keeps_its_anchors() -> None:
    """Baseline at first, near the peak from 30 to 40 minutes, baseline again 90 minutes after the end."""
    assert draw.shape(0, 40) == 0
    assert draw.shape(35, 40) == 1
    assert all(draw.shape(minute, 40) > 0.9 for minute in range(30, 41))
    assert draw.shape(130, 40) == 0
    heights = [draw.shape(minute, 40) for minute in range(131)]
    assert heights[:36] == sorted(heights[:36])
    assert heights[35:] == sorted(heights[35:], reverse=True)


@pytest.mark.parametrize("instrument", ITEMS)
def test_answers_add_up(instrument: str) -> None:
    """Every total a course may have is made of answers from 0 to 3, and item 9 only when it is set."""
    for total in range(25 if instrument == "phq9" else 22):
        answers = draw.items(instrument, total, draw.of(f"{total}"))
        assert sum(answers) == total
        assert len(answers) == ITEMS[instrument]
        assert set(answers) <= {0, 1, 2, 3}
        assert instrument == "gad7" or answers[8] == 0


def test_self_harm_is_marked_only_when_the_story_says_so() -> None:
    """Set to 2, it is 2, and the total still holds."""
    answers = draw.items("phq9", 20, draw.of("x"), item9=2)
    assert answers[8] == 2
    assert sum(answers) == 20


def test_one_person_does_not_depend_on_another() -> None:
    """Asked again, alone, the same name draws the same course."""
    assert draw.course(draw.of("person 7")) == COURSES[7]


def test_every_number_has_its_source() -> None:
    """Each group of parameters names a published source or says that it is invented."""
    from tests.clinical.charts import adopted

    for name, group in cohort().items():
        if isinstance(group, dict):
            named = group.get("sources") or [group["source"]]
            assert all(source == "invented" or source in adopted().sources for source in named), name
