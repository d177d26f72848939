"""The picture of a course: what it says, what it draws, what it leaves to the table."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.answers import ScorePoint
from openkap.web.figures import LABEL_APART, Figure, story
from tests.clinical.charts import adopted

AT = datetime(2026, 5, 14, 10, tzinfo=UTC)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def point(total: int, ago: float, instrument: str = "phq9") -> ScorePoint:
    return ScorePoint(instrument, AT - days(ago), total, adopted().instruments[instrument].band(total))


def drawn(scores: list[ScorePoint], doses: list[float] | None = None) -> Figure:
    figure = story(scores, [AT - days(ago) for ago in doses or []], adopted().instruments, AT)
    assert figure
    return figure


def test_without_scores_there_is_no_figure() -> None:
    """Nothing is drawn for nothing."""
    assert story([], [AT], adopted().instruments, AT) is None


def test_one_score_is_told_and_not_drawn() -> None:
    """A single point shows no course."""
    figure = drawn([point(14, 3)])
    assert figure.drawings == ()
    assert figure.says == ("PHQ-9 was 14 of 27 (moderate) on 11 May 2026.",)


def test_the_sentence_begins_at_the_last_score_before_the_first_dose() -> None:
    """The baseline is the one nearest before treatment, not the oldest on file."""
    figure = drawn([point(25, 90), point(21, 40), point(9, 2)], doses=[30, 20])
    assert figure.says == (
        "PHQ-9 went from 21 (severe) on 4 April to 9 of 27 (mild) on 12 May 2026, with 2 doses in between.",
    )


def test_an_unchanged_score_stays() -> None:
    """No movement is claimed where there is none."""
    assert "stayed at 12 of 27" in drawn([point(12, 30), point(12, 2)]).says[0]


def test_one_dose_is_one_dose() -> None:
    """The plural follows the count."""
    assert drawn([point(12, 30), point(11, 2)], doses=[10]).says[0].endswith("with 1 dose in between.")


def test_a_score_from_the_future_is_not_drawn() -> None:
    """What is dated after the moment of looking is left out."""
    assert len(drawn([point(20, 5), point(3, -1)]).rows) == 1


def test_labels_of_two_ends_do_not_touch() -> None:
    """Equal last totals are written apart."""
    scores = [point(15, 30), point(9, 1), point(14, 30, "gad7"), point(9, 1, "gad7")]
    names = [text for text in drawn(scores).drawings[0].texts if text.cls == "f-name"]
    assert [text.says for text in names] == ["GAD-7 9", "PHQ-9 9"]
    assert names[1].y - names[0].y >= LABEL_APART


def test_labels_of_low_scores_stay_above_the_axis() -> None:
    """Two remissions are labelled one over the other, not across the dates."""
    scores = [point(9, 30), point(0, 1), point(9, 30, "gad7"), point(0, 1, "gad7")]
    drawing = drawn(scores).drawings[0]
    axis = next(line[1] for line in drawing.lines if line[4] == "f-axis" and line[0] != line[2])
    names = [text.y for text in drawing.texts if text.cls == "f-name"]
    assert max(names) < axis and names[1] - names[0] >= LABEL_APART


def test_scores_long_before_the_first_dose_stand_in_the_table_alone() -> None:
    """Half a year before the first dose is drawn, a day more is not."""
    figure = drawn([point(20, 191), point(18, 189), point(9, 1)], doses=[10])
    assert len(figure.drawings[0].dots) == 2
    assert [row[2] for row in figure.rows if row[1] == "PHQ-9"] == ["9", "18", "20"]


def test_every_dose_has_a_tick_and_a_row() -> None:
    """Ticks under the dates, rows among the scores, newest first."""
    figure = drawn([point(20, 40), point(9, 1)], doses=[30, 20, 10])
    ticks = [line for line in figure.drawings[0].lines if line[4] == "f-dose"]
    assert len(ticks) == 3
    assert [row[3] for row in figure.rows if row[1] == "Dose"] == ["number 3", "number 2", "number 1"]


@given(
    st.lists(
        st.tuples(st.integers(0, 27), st.integers(0, 4000)), min_size=2, max_size=12, unique_by=lambda p: p[1]
    ),
    st.lists(st.integers(0, 400), max_size=8),
)
def test_nothing_leaves_the_paper(totals: list[tuple[int, int]], doses: list[int]) -> None:
    """Whatever the dates and totals, every point and tick is inside the drawing."""
    for drawing in drawn([point(total, ago) for total, ago in totals], doses=list(doses)).drawings:
        marks = [(x, y) for x, y, _ in drawing.dots]
        marks += [(x, y) for x1, y1, x2, y2, _ in drawing.lines for x, y in ((x1, y1), (x2, y2))]
        names = [text for text in drawing.texts if text.cls == "f-name"]
        marks += [(text.x, text.y) for text in names]
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in marks)
