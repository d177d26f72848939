"""Ideal body weight by hand, and what looks like a slip at the scale, a hair on either side of each limit."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.quantity import Kilograms
from openkap.clinical.weighing import Ideal, asks_again, far, ideal
from tests.clinical.charts import DAY, MINUTE, adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def kg(text: str) -> Kilograms:
    return Kilograms(Decimal(text))


def tall(cm: str | None, sex: str = "female", *weights: tuple[str, str]) -> Chart:
    """A chart with a height, and weights as (visit, kg), a day apart, the last at AT."""
    facts: list[tuple[datetime, object]] = [(AT - 99 * DAY, person(sex=sex))]
    if cm:
        facts.append((AT - 90 * DAY, Measurement(what="height", value=Decimal(cm), unit="cm")))
    for ago, (visit, weight) in zip(range(len(weights) - 1, -1, -1), weights, strict=True):
        facts.append((AT - ago * MINUTE, Weighed(visit=visit, weight=kg(weight), typed=f"{weight} kg")))
    return chart_of(facts)


@pytest.mark.parametrize(
    ("cm", "sex", "weight"),
    [
        ("152.4", "female", "45.5"),
        ("152.4", "male", "50"),
        ("167.64", "female", "59.3"),
        ("177.8", "male", "73"),
        ("170", "female", "61.44"),
    ],
)
def test_ideal_body_weight_is_worked_out_by_hand(cm: str, sex: str, weight: str) -> None:
    """5 ft: the base alone; 66 and 70 in: as printed with the formula; 170 cm: rounded to 10 g."""
    found = ideal(tall(cm, sex), adopted(), AT)
    assert isinstance(found, Ideal) and found.weight == kg(weight)
    assert found.line.startswith(f"ideal body weight {weight} kg")


@pytest.mark.parametrize(
    ("cm", "sex", "says"),
    [
        (None, "female", "no height is on file"),
        ("152.3", "female", "the formula says nothing below 152.4 cm, and the height on file is 152.3 cm"),
        ("170", "other", "the formula has no numbers for the sex on file, other"),
    ],
)
def test_where_the_formula_is_silent_it_says_why(cm: str | None, sex: str, says: str) -> None:
    """No number is made up."""
    assert ideal(tall(cm, sex), adopted(), AT) == says


@pytest.mark.parametrize(
    ("last", "now", "says"),
    [
        ("70", "77", ""),
        ("70", "77.01", "77.01 kg is 10 % more than the last weight before this visit, 70 kg"),
        ("70", "63", ""),
        ("70", "62.99", "62.99 kg is 10 % less than the last weight before this visit, 70 kg"),
        ("70", "154", "154 kg is 120 % more than the last weight before this visit, 70 kg"),
    ],
)
def test_a_tenth_from_the_last_weight_is_asked_for_again(last: str, now: str, says: str) -> None:
    told = asks_again(tall(None, "female", ("before", last)), adopted(), AT, "v1", kg(now))
    assert told == ((says,) if says else ())


@pytest.mark.parametrize(
    ("weight", "asked"), [("48", False), ("47.9", True), ("240", False), ("240.1", True)]
)
def test_a_body_mass_index_nobody_has_is_asked_for_again(weight: str, asked: bool) -> None:
    """2 m tall: 12 and 60 kg/m² are 48 and 240 kg."""
    told = asks_again(tall("200"), adopted(), AT, "v1", kg(weight))
    assert ["outside 12 to 60" in one for one in told] == [True] * asked


def blocks(*weights: tuple[str, str]) -> bool:
    return bool(far(Case(tall(None, "female", *weights), adopted(), AT, "v1")))


def test_far_from_the_last_weight_a_second_weighing_has_to_agree() -> None:
    """Exactly 35 % is let through; beyond it two weighings of the visit agree, or no dose is given."""
    before = ("before", "100")
    assert not blocks(before, ("v1", "135")) and blocks(before, ("v1", "135.1"))
    assert not blocks(before, ("v1", "65")) and blocks(before, ("v1", "64.9"))
    assert blocks(before, ("v1", "220"), ("v1", "140"))
    assert not blocks(before, ("v1", "139"), ("v1", "140"))
    assert not blocks(before, ("v1", "220"), ("v1", "101"))
    assert not blocks(("v1", "220")) and not blocks(before)


@examples(
    st.decimals("152.4", "220", places=1),
    st.decimals("152.4", "220", places=1),
    st.sampled_from(["male", "female"]),
)
def test_the_taller_the_heavier(one: Decimal, other: Decimal, sex: str) -> None:
    """A slip of sign in the formula would show here."""
    found = [ideal(tall(str(cm), sex), adopted(), AT) for cm in sorted((one, other))]
    first, second = (each.weight for each in found if isinstance(each, Ideal))
    assert first <= second
