"""Two scorings of every instrument, from the files and from the published rules, agree on any answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical import scoring
from openkap.clinical.instruments import Instrument
from tests.clinical.charts import adopted
from tests.clinical.test_scoring import filled_in
from tests.reference import naive_scoring

SCALES = adopted().instruments
SUMS = [scale for scale in SCALES.values() if scale.how == "sum"]


def test_every_instrument_is_scored_twice() -> None:
    """A new file has a line here too."""
    assert {*naive_scoring.WORDS, "cssrs"} == set(SCALES)
    assert {*naive_scoring.TOTALS, "cssrs"} == {scale.id for scale in SCALES.values() if scale.items}


@pytest.mark.parametrize("scale", SUMS, ids=lambda scale: scale.id)
def test_the_word_of_every_total(scale: Instrument) -> None:
    """All of them, from nothing to the highest."""
    for total in range(0, (scale.highest or 50) + 1, scale.times):
        assert scale.band(total) == naive_scoring.WORDS[scale.id](total), total


@pytest.mark.parametrize("total", range(13))
def test_the_word_of_every_total_for_men(total: int) -> None:
    """The one cut-off that differs by sex."""
    assert SCALES["audit-c"].band(total, "male") == naive_scoring.alcohol_in_men(total)


@pytest.mark.parametrize("name", naive_scoring.TOTALS)
@given(data=st.data())
def test_the_total_of_any_answers(name: str, data: st.DataObject) -> None:
    """Item by item."""
    answers = data.draw(filled_in(SCALES[name]))
    assert scoring.total(SCALES[name], answers) == naive_scoring.TOTALS[name](answers)


@given(data=st.data())
def test_the_level_of_any_screener(data: st.DataObject) -> None:
    """Every pattern of answers it allows."""
    answers = data.draw(filled_in(SCALES["cssrs"]))
    level = scoring.triaged(SCALES["cssrs"], answers)
    assert level is not None
    assert level.word == naive_scoring.suicide_risk(answers)


@given(items=st.lists(st.sampled_from((0, 1, 2, 4)), min_size=20, max_size=20))
def test_the_pattern_of_any_checklist(items: list[int]) -> None:
    """Answers around the one that counts."""
    scale = SCALES["pcl5"]
    told = scoring.scored(scale, sum(items), items)
    assert scale.pattern is not None
    assert (told.pattern == scale.pattern.met) is naive_scoring.provisional_ptsd(items)
