"""An instrument: the word for a total, the answers of an item, and how sure each part is."""

from dataclasses import replace

import pytest

from openkap.clinical.instruments import Item
from tests.clinical.charts import adopted

PHQ9 = adopted().instruments["phq9"]


@pytest.mark.parametrize(
    ("lowest", "word"),
    [(0, "none"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")],
)
def test_a_band_begins_at_its_lowest_total(lowest: int, word: str) -> None:
    """One below it is still the band before; without bands there is no word."""
    assert PHQ9.band(lowest) == word
    assert PHQ9.band(lowest - 1) != word
    assert replace(PHQ9, bands=()).band(lowest) == ""


def test_a_band_of_a_sex_goes_before_the_common_one() -> None:
    """Where the published limits differ; of another sex the common ones hold."""
    scale = replace(PHQ9, bands=((0, "few"), (4, "many")), bands_of={"female": ((0, "few"), (3, "many"))})
    told = [scale.band(3, sex) for sex in ("female", "male", "")]
    assert told == ["many", "few", "few"]


def test_an_item_is_answered_with_its_own_answers_or_those_of_all() -> None:
    """Counted from 1."""
    items = (Item("one", answers=("No", "Yes")), Item("two"), Item("three", answers=("Low", "High")))
    scale = replace(PHQ9, items=items, answers=("Never", "Always"))
    told = [scale.answers_of(number) for number in (1, 2, 3)]
    assert told == [("No", "Yes"), ("Never", "Always"), ("Low", "High")]


def test_a_part_is_as_sure_as_the_whole_unless_it_says_otherwise() -> None:
    scale = replace(PHQ9, basis="primary", basis_of={"bands": "assumed"})
    assert scale.basis_for("bands") == "assumed"
    assert scale.basis_for("meaningful_change") == "primary"
