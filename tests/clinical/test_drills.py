"""What a drill's monitor shows at a moment, what is told, and how a drill is graded."""

from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.clinical.chart import fold
from openkap.clinical.drills import Drill, Expected, Moment, begun, graded, in_time, over, shown, told
from openkap.clinical.entries.dosing import DoseEnded, Observed
from openkap.clinical.entries.drills import DrillBegun, DrillEnded, DrillResult
from openkap.clinical.quantity import Milligrams
from tests.clinical.charts import chart_of
from tests.conftest import AT

S = timedelta(seconds=1)
DRILL = Drill(
    id="sinks",
    title="Oxygen sinks",
    says="Quiet.",
    route="iv",
    minute=12,
    lasts=300 * S,
    moments=(
        Moment(0 * S, {"spo2": Decimal(98)}),
        Moment(40 * S, {"spo2": Decimal(90)}, "Pale."),
        Moment(60 * S, {"spo2": Decimal(86)}),
    ),
    expected=(
        Expected("Help called", 60 * S, ("observed",), {"event": ("medical lead called",)}),
        Expected("Ended or stopped", 90 * S, ("dose-ended", "visit-stopped"), {}),
    ),
    basis="assumed",
    sources=("practice",),
)


@pytest.mark.parametrize(
    ("second", "expected"), [(0, 98), (10, 96), (20, 94), (40, 90), (50, 88), (60, 86), (61, 86), (999, 86)]
)
def test_the_monitor_moves_in_a_straight_line_and_stands_at_the_end(second, expected):
    assert shown(DRILL, second * S) == {"spo2": Decimal(expected)}


@pytest.mark.parametrize(
    ("second", "expected"), [(0, "Quiet."), (39, "Quiet."), (40, "Pale."), (90, "Pale.")]
)
def test_what_was_last_seen_is_told(second, expected):
    assert told(DRILL, second * S) == expected


def chart(*later):
    facts = [(DrillBegun(visit="v", drill="sinks"), 0), *later]
    return chart_of([(AT + second * S, fact) for fact, second in facts])


HELP = Observed(visit="v", event="medical lead called")


@pytest.mark.parametrize(
    ("second", "after", "good"), [(60, 60, True), (61, 61, False), (0, 0, True), (None, None, False)]
)
def test_each_expected_thing_has_its_seconds(second, after, good):
    """In time up to the very second; late is said as late; what was not done is None."""
    later = [] if second is None else [(Observed(visit="v", event="tears"), 0), (HELP, second)]
    first, _ = graded(DRILL, chart(*later))
    assert (first.after_s, in_time(first)) == (after, good)


def test_the_first_of_several_kinds_counts():
    ended = DoseEnded(visit="v", given=Milligrams(Decimal(10)))
    _, second = graded(DRILL, chart((ended, 30), (ended, 50)))
    assert second == DrillResult("Ended or stopped", 90, 30)


def test_a_chart_is_a_drill_from_its_beginning_and_over_at_its_end():
    assert begun(fold("chart:1", [])) is None
    assert begun(chart()) is not None
    assert not over(chart())
    assert over(chart((DrillEnded(visit="v"), 5)))
