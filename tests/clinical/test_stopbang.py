"""STOP-BANG: what the chart knows is not asked, and the bands agree with the rule that weighs them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.entries.screening import Measurement
from openkap.clinical.rules import Reaches
from openkap.clinical.stopbang import band, known, scored
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NONE = dict.fromkeys(
    ("snores", "tired", "stops_breathing", "high_pressure", "heavy", "older", "thick_neck", "male"), "no"
)


def answers(*facts: tuple[int, str, str, str], **who: Any) -> dict[str, str]:
    written = [
        (AT - ago * DAY, Measurement(what=what, value=Decimal(value), unit=unit))
        for ago, what, value, unit in facts
    ]
    told = known(chart_of([(AT - 999 * DAY, person(**who)), *written]), adopted(), AT)
    return {name: one.answer for name, one in told.items()}


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ([], "unknown"),
        ([(9, "weight", "101.15", "kg")], "unknown"),
        ([(9, "weight", "101.15", "kg"), (99, "height", "170", "cm")], "no"),
        ([(9, "weight", "101.16", "kg"), (99, "height", "170", "cm")], "yes"),
        ([(9, "bmi", "35", "kg/m2")], "no"),
        ([(9, "bmi", "35.1", "kg/m2")], "yes"),
        ([(9, "bmi", "36", "kg/m2"), (2, "weight", "90", "kg"), (99, "height", "170", "cm")], "no"),
        ([(1, "bmi", "36", "kg/m2"), (2, "weight", "90", "kg"), (99, "height", "170", "cm")], "yes"),
        ([(2, "bmi", "36", "kg/m2"), (2, "weight", "90", "kg"), (99, "height", "170", "cm")], "no"),
    ],
)
def test_weight_is_worked_out(facts: list[tuple[int, str, str, str]], answer: str) -> None:
    """35 is not above 35, and the newer of two ways to know it counts; of one instant, the weight."""
    assert answers(*facts)["heavy"] == answer


@pytest.mark.parametrize(
    ("born", "answer"), [(date(1975, 5, 14), "yes"), (date(1975, 5, 15), "no"), (date(1976, 1, 1), "no")]
)
def test_the_fifty_first_birthday_counts(born: date, answer: str) -> None:
    """Above 50 means 51 years old."""
    assert answers(birth_date=born)["older"] == answer


@pytest.mark.parametrize(
    ("sex", "answer"), [("male", "yes"), ("female", "no"), ("other", "unknown"), ("unknown", "unknown")]
)
def test_sex_is_taken_from_the_chart_or_asked(sex: str, answer: str) -> None:
    """Nothing is guessed."""
    assert answers(sex=sex)["male"] == answer


def test_what_is_open_may_still_count() -> None:
    """Three yes and two open: three at least, five at most."""
    told = scored(NONE | dict.fromkeys(("snores", "tired", "male"), "yes") | {"heavy": "unknown"})
    assert (told.least, told.most) == (3, 4)


def test_the_bands_agree_with_the_rule() -> None:
    """0 to 2, 3 and 4, 5 to 8; and the rule speaks from where "high" begins."""
    words = [band(total, adopted()) for total in range(9)]
    assert words == ["low"] * 3 + ["intermediate"] * 2 + ["high"] * 4
    when = adopted().rule("sleep-apnoea-risk").when
    assert isinstance(when, Reaches) and band(when.at_least, adopted()) == "high"
    assert band(when.at_least - 1, adopted()) == "intermediate"


@pytest.mark.parametrize(
    ("item", "facts", "who", "says"),
    [
        ("heavy", [], {}, "no body mass index, and not both weight and height, on file"),
        ("heavy", [(9, "bmi", "35.14", "kg/m2")], {}, "body mass index 35.1 kg/m2 of 2026-05-05"),
        (
            "heavy",
            [(9, "weight", "100", "kg"), (99, "height", "170", "cm")],
            {},
            "body mass index 34.6 kg/m2 of 2026-05-05",
        ),
        ("older", [], {"birth_date": date(1975, 5, 14)}, "51 years old"),
        ("male", [], {"sex": "male"}, "sex on file: male"),
        ("male", [], {"sex": "female"}, "sex on file: female"),
        ("male", [], {"sex": "unknown"}, "sex on file: unknown"),
    ],
)
def test_each_answer_says_what_it_rests_on(
    item: str, facts: list[tuple[int, str, str, str]], who: dict[str, Any], says: str
) -> None:
    """With the day of what was measured, to one place; and what is missing where nobody can tell."""
    written = [
        (AT - ago * DAY, Measurement(what=what, value=Decimal(value), unit=unit))
        for ago, what, value, unit in facts
    ]
    chart = chart_of([(AT - 999 * DAY, person(**who)), *written])
    assert known(chart, adopted(), AT)[item].because == says
