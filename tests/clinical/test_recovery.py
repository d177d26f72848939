"""Coming back: the score that counts, and pressure and pulse beside the values before the dose."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import DischargeChecked, Discharged, VitalSigns
from openkap.clinical.entries.screening import Score
from openkap.clinical.ready_to_leave import ready_at
from openkap.clinical.recovery import compared, score
from tests.clinical.charts import (
    HOUR,
    MINUTE,
    adopted,
    and_then,
    given,
    home_facts,
    ready_facts,
    refused,
    said,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
HOME = AT + 2 * HOUR
SECOND = timedelta(seconds=1)


def recovering(home: datetime = HOME) -> list[tuple[str, datetime, object]]:
    """An injection at 10:00 and everything done a minute before `home`."""
    return [*ready_facts(AT, "im"), ("dose", AT, given("v1", route="im")), *home_facts(home)]


def signs(systolic: int, diastolic: int = 80, pulse: int = 70) -> VitalSigns:
    numbers = {"systolic": systolic, "diastolic": diastolic, "heart_rate": pulse, "spo2": 98}
    return VitalSigns(visit="v1", sedation=5, **{name: Decimal(value) for name, value in numbers.items()})


@pytest.mark.parametrize(
    ("total", "age", "says"),
    [
        (9, 15 * MINUTE, None),
        (8, MINUTE, "Modified Aldrete score is 8, and 9 is asked for"),
        (10, 15 * MINUTE + SECOND, "The Modified Aldrete score of 10 is 15 min old: score again"),
    ],
)
def test_a_recovery_score_of_nine_lets_go_for_a_quarter_of_an_hour(
    total: int, age: timedelta, says: str | None
) -> None:
    """Nine and fifteen minutes count; a prescriber may weigh a lower or an older one."""
    fact = Score(instrument="aldrete", total=total, items=(2, 2, 2, 2, total - 8), by="monitor")
    chart = and_then(without(recovering(), "recovery"), (HOME - age, fact))
    told = refused(chart, "discharge", HOME).get("recovery-score-at-discharge")
    assert (told.says if told else None) == says
    assert told is None or told.override == "prescriber"


def test_a_score_from_before_the_drug_is_no_score() -> None:
    """Nor is a score of something else; what nobody made cannot be gone past."""
    early = Score(instrument="padss", total=10, items=(2,) * 5, by="monitor")
    mood = Score(instrument="phq9", total=9, items=(1,) * 9)
    chart = and_then(without(recovering(), "recovery"), (AT - SECOND, early), (HOME - MINUTE, mood))
    told = refused(chart, "discharge", HOME)["recovery-score-at-discharge"]
    assert told.says == "Recovery is not scored: a modified Aldrete or PADSS of 9 or more"
    assert told.override == ""


@pytest.mark.parametrize(
    ("before", "now", "line", "within"),
    [
        (120, 144, "systolic pressure 144, 120 before: (144 − 120) ÷ 120 = +20 %, within 20 %", True),
        (120, 145, "systolic pressure 145, 120 before: (145 − 120) ÷ 120 ≈ +20.8 %, more than 20 %", False),
        (120, 96, "systolic pressure 96, 120 before: (96 − 120) ÷ 120 = -20 %, within 20 %", True),
        (120, 95, "systolic pressure 95, 120 before: (95 − 120) ÷ 120 ≈ -20.8 %, more than 20 %", False),
    ],
)
def test_twenty_percent_either_way_is_near(before: int, now: int, line: str, within: bool) -> None:
    """The ends are in; the sum is shown whole and marked where it is rounded."""
    facts = without(recovering(), "vitals", "last vitals")
    chart = and_then(facts, (AT - MINUTE, signs(before, 60)), (HOME - MINUTE, signs(now, 60)))
    found = compared(Case(chart, adopted(), HOME, "v1"))[0]
    assert (found.line, found.within) == (line, within)
    assert ("near-baseline-at-discharge" in refused(chart, "discharge", HOME)) is not within


def test_without_values_before_the_dose_nobody_can_tell() -> None:
    """What is missing is named; it is not near."""
    chart = and_then(without(recovering(), "vitals", "last vitals"), (HOME - MINUTE, signs(120)))
    told = said(chart, "discharge", HOME, "near-baseline-at-discharge")
    assert told.startswith("Cannot tell how systolic pressure and diastolic pressure and pulse stand to")


def test_ready_is_the_first_moment_nothing_stood_in_the_way() -> None:
    """By the last answer, by the route's time alone, or never."""
    for done, expected in ((HOME - 10 * MINUTE, HOME), (HOME + 5 * MINUTE, HOME + 4 * MINUTE)):
        chart = without(recovering(done))
        visit = Case(chart, adopted(), HOME + HOUR, "v1").this_visit
        assert ready_at(chart, adopted(), visit, HOME + HOUR) == expected
    no = DischargeChecked(visit="v1", item="steady", answer="no")
    chart = and_then(without(recovering()), (HOME - SECOND, no))
    visit = Case(chart, adopted(), HOME + HOUR, "v1").this_visit
    assert ready_at(chart, adopted(), visit, HOME + HOUR) is None


def test_a_score_of_a_later_visit_is_not_of_this_one() -> None:
    """Once the patient has gone home, what is scored belongs to another day."""
    late = Score(instrument="aldrete", total=10, items=(2,) * 5, by="monitor")
    home = Discharged(visit="v1", escort="A friend", instructions_given=True)
    chart = and_then(without(recovering()), (HOME, home), (HOME + HOUR, late))
    assert score(Case(chart, adopted(), HOME + 2 * HOUR, "v1")).fact.total == 9
