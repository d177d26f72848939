"""What answers come to: known answers, boundary pairs of every band, and what holds of any answers."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical import scoring
from openkap.clinical.instruments import Bands, Instrument, Pattern, Subscale
from openkap.clinical.refusal import BadInput
from openkap.clinical.scoring import Part, Scored
from tests.clinical.charts import adopted

SCALES = adopted().instruments
ITEMISED = [scale for scale in SCALES.values() if scale.items]
BANDED = [
    (scale, sex, bands)
    for scale in SCALES.values()
    for sex, bands in {"": scale.bands, **scale.bands_of}.items()
]


@st.composite
def filled_in(draw: st.DrawFn, scale: Instrument) -> tuple[int | None, ...]:
    """Complete answers to an instrument: whatever is asked is answered, whatever is not stays open."""
    found: list[int | None] = []
    for number in range(1, len(scale.items) + 1):
        top = len(scale.answers_of(number)) - 1
        asked = scoring.is_asked(scale, number, found)
        found.append(draw(st.integers(0, top)) if asked else None)
    return tuple(found)


@pytest.mark.parametrize(
    ("name", "items", "total", "word"),
    [
        ("phq2", (1, 1), 2, "below the cut-off"),
        ("phq2", (1, 2), 3, "at or above the cut-off"),
        ("phq9", (1, 1, 1, 1, 1, 1, 1, 1, 1), 9, "mild"),
        ("phq9", (2, 1, 1, 1, 1, 1, 1, 1, 1), 10, "moderate"),
        ("phq9", (2, 1, 1, 1, 1, 1, 1, 1, 1, 3), 10, "moderate"),
        ("gad7", (3, 3, 3, 3, 3, 0, 0), 15, "severe"),
        ("audit-c", (0, None, None), 0, "below the cut-off"),
        ("moaas", (3,), 3, "responds only to a loud voice"),
        ("aldrete", (2, 2, 2, 2, 1), 9, "at or above the cut-off"),
        ("padss", (2, 2, 2, 1, 1), 8, "below the cut-off"),
        ("phq2-item9", (1, 1, 3), 2, "below the cut-off"),
    ],
)
def test_known_answers(name: str, items: tuple[int | None, ...], total: int, word: str) -> None:
    """By hand from the published rules; what is not scored adds nothing."""
    scale = SCALES[name]
    assert scoring.checked(scale, items) == items
    assert scoring.total(scale, items) == total
    assert scoring.scored(scale, total, items).word == word


@pytest.mark.parametrize(("sex", "at"), [("male", 4), ("female", 3), ("other", 3), ("unknown", 3)])
def test_the_cut_off_for_alcohol_is_by_sex(sex: str, at: int) -> None:
    """One below, and at it; where sex is not known, the lower one."""
    scale = SCALES["audit-c"]
    assert scale.band(at - 1, sex) == "below the cut-off"
    assert scale.band(at, sex) == "at or above the cut-off"


@pytest.mark.parametrize(
    ("items", "level"),
    [
        ((0, 0, None, None, None, 0), "none"),
        ((1, 0, None, None, None, 0), "low"),
        ((0, 1, 0, 0, 0, 0), "low"),
        ((0, 1, 1, 0, 0, 0), "moderate"),
        ((0, 0, None, None, None, 1, 0), "moderate"),
        ((0, 0, None, None, None, 1, 1), "high"),
        ((0, 1, 0, 1, 0, 0), "high"),
        ((0, 1, 0, 0, 1, 0), "high"),
    ],
)
def test_the_triage_of_the_screener(items: tuple[int | None, ...], level: str) -> None:
    """The worrisome answers as published; the split below them as assumed."""
    scale = SCALES["cssrs"]
    assert scoring.checked(scale, items) == items
    found = scoring.triaged(scale, items)
    assert found is not None
    assert found.word == level
    assert found.basis == ("assumed" if level in ("moderate", "low") else "primary")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ((), (1, 2, 6)),
        ((0, 0), (1, 2, 6)),
        ((1, 0), (1, 2, 6)),
        ((0, 1), (1, 2, 3, 4, 5, 6)),
        ((0, 0, None, None, None, 1), (1, 2, 6, 7)),
    ],
)
def test_what_the_screener_asks(answers: tuple[int | None, ...], asked: tuple[int, ...]) -> None:
    """1, 2 and 6 always; 3 to 5 when 2 is yes; the three months when 6 is yes."""
    assert scoring.asked(SCALES["cssrs"], answers) == asked


def pcl5(**above: int) -> tuple[int, ...]:
    """Answers of 2 to so many items of each cluster, and 1 to all others."""
    scale = SCALES["pcl5"]
    answers = [1] * 20
    for sub in scale.subscales:
        for number in sub.items[: above.get(sub.id, 0)]:
            answers[number - 1] = 2
    return tuple(answers)


@pytest.mark.parametrize("short", ["", "B", "C", "D", "E"])
def test_a_provisional_diagnosis_needs_every_cluster(short: str) -> None:
    """1 B, 1 C, 2 D and 2 E of at least 2; one less in any of them is none, whatever the total."""
    scale = SCALES["pcl5"]
    needed = {"B": 1, "C": 1, "D": 2, "E": 2}
    items = pcl5(**needed | ({short: needed[short] - 1} if short else {}))
    told = scoring.scored(scale, scoring.total(scale, items), items)
    assert scale.pattern is not None
    assert told.pattern == (scale.pattern.not_met if short else scale.pattern.met)
    assert [part.met for part in told.parts] == [part.title[0] != short for part in told.parts]


def test_a_bare_total_has_no_parts() -> None:
    """Nobody can tell a pattern from a sum."""
    told = scoring.scored(SCALES["pcl5"], 60)
    assert (told.word, told.parts, told.pattern) == ("above the cut-off", (), "")


@pytest.mark.parametrize(("scale", "sex", "bands"), BANDED, ids=lambda value: getattr(value, "id", ""))
def test_each_band_begins_at_its_own_total(scale: Instrument, sex: str, bands: Bands) -> None:
    """A pair at every boundary: the total below it has the word before."""
    for (_, before), (start, word) in pairwise(bands):
        assert scale.band(start, sex) == word
        assert scale.band(start - 1, sex) == before
    assert scale.band(0, sex) == (bands[0][1] if bands else "")


@pytest.mark.parametrize("scale", ITEMISED, ids=lambda scale: scale.id)
@given(data=st.data())
def test_complete_answers_are_kept_and_come_to_a_total_in_range(
    scale: Instrument, data: st.DataObject
) -> None:
    """Whatever is answered: between nothing and the highest, and one answer more never makes it less."""
    answers = data.draw(filled_in(scale))
    assert scoring.checked(scale, answers) == answers
    total = scoring.total(scale, answers)
    assert 0 <= total <= (scale.highest if scale.highest is not None else len(scale.items))
    told = scoring.scored(scale, total, answers)
    if scale.subscales:
        assert sum(part.total for part in told.parts) == total
    raised = data.draw(st.integers(1, len(answers)))
    value = answers[raised - 1]
    if value is not None and value + 1 < len(scale.answers_of(raised)):
        more = (*answers[: raised - 1], value + 1, *answers[raised:])
        if not scoring.left_open(scale, more):
            assert scoring.total(scale, more) >= total


@pytest.mark.parametrize("scale", ITEMISED, ids=lambda scale: scale.id)
@given(data=st.data())
def test_one_answer_less_is_no_score(scale: Instrument, data: st.DataObject) -> None:
    """Nothing is filled in for what was left open, and the refusal says which it was."""
    answers = data.draw(filled_in(scale))
    needed = [n for n in scoring.asked(scale, answers) if scale.items[n - 1].scored]
    gone = data.draw(st.sampled_from(needed))
    left = (*answers[: gone - 1], None, *answers[gone:])
    assert gone in scoring.left_open(scale, left)
    with pytest.raises(BadInput):
        scoring.checked(scale, left)


@pytest.mark.parametrize(
    ("name", "items", "says"),
    [
        ("phq9", (1,) * 8, "items: 8 of 9 questions are answered. Answer question 9."),
        ("phq9", (0,) * 8, "items: 8 of 9 questions are answered. Answer question 9."),
        ("phq9", (1, None, None) + (1,) * 6, "items: 7 of 9 questions are answered. Answer question 2, 3."),
        ("phq9", (0,) * 9 + (1,), "item 10: it is not asked after these answers. Leave it out."),
        ("cssrs", (0, 0, 1, None, None, 0), "item 3: it is not asked after these answers. Leave it out."),
        ("cssrs", (0, 1, 1, None, 0, 0), "items: 5 of 6 questions are answered. Answer question 4."),
        ("gad7", (0,) * 8, "items: 8 answers to 7 questions. Answer each question once."),
        ("gad7", (0,) * 6 + (4,), "item 7: 4 is not one of its answers. Choose one of them."),
        ("gad7", (-1,) + (0,) * 6, "item 1: -1 is not one of its answers. Choose one of them."),
        ("audit-c", (1, 1), "items: 2 of 3 questions are answered. Answer question 3."),
        ("audit-c", (), "items: 0 of 1 questions are answered. Answer question 1."),
    ],
)
def test_what_cannot_be_scored_is_said(name: str, items: tuple[int | None, ...], says: str) -> None:
    """The item, and what to do."""
    with pytest.raises(BadInput) as refused:
        scoring.checked(SCALES[name], items)
    assert str(refused.value) == says


@pytest.mark.parametrize("alone", range(1, 10))
def test_how_difficult_it_is_is_asked_of_whoever_has_any_problem(alone: int) -> None:
    """One of the nine above nothing is enough, whichever it is; none is not."""
    answers = tuple(int(n == alone) for n in range(1, 10))
    assert 10 in scoring.asked(SCALES["phq9"], answers)
    assert 10 not in scoring.asked(SCALES["phq9"], (0,) * 9)


def made(number: int, **more: Any) -> Instrument:
    """A scale of so many items, each answered from 0 to 3."""
    item = SCALES["gad7"].items[0]
    return replace(SCALES["gad7"], items=(item,) * number, **more)


def test_of_a_group_only_its_highest_answer_is_added() -> None:
    """The QIDS way: two groups and one item by itself, 3 + 2 + 1, and the sum times what the scale says."""
    scale = made(5, highest_of=((1, 2), (4, 5)))
    assert scoring.total(scale, (0, 3, 1, 2, 1)) == 3 + 2 + 1
    assert scoring.total(replace(scale, times=4), (0, 3, 1, 2, 1)) == 24


@pytest.mark.parametrize(("answers", "met"), [((1, 2), False), ((1, 3), True), ((3, 3), True)])
def test_a_part_with_a_percentage_is_met_from_exactly_there(answers: tuple[int, ...], met: bool) -> None:
    """60 % of 6 is 3.6, and of 5 is 3: four points and no less, three points and no less."""
    part = Subscale("a", "A part", (1, 2), 6, needs_percent=60)
    scale = made(2, subscales=(part,))
    assert scoring.scored(scale, sum(answers), answers).parts == (Part("A part", sum(answers), 6, met),)
    exact = replace(scale, subscales=(replace(part, highest=5),))
    assert scoring.scored(exact, 3, (0, 3)).parts[0].met is True
    assert scoring.scored(exact, 2, (0, 2)).parts[0].met is False


def test_a_part_that_needs_nothing_is_only_added_up() -> None:
    """It stands in the way of no pattern."""
    parts = (Subscale("a", "Counted", (1,), 3), Subscale("b", "Needed", (2,), 3, counts_from=2, needs=1))
    scale = made(2, subscales=parts, pattern=Pattern("a pattern", "no pattern"))
    told = scoring.scored(scale, 2, (0, 2))
    assert told.parts == (Part("Counted", 0, 3), Part("Needed", 2, 3, True))
    assert told.pattern == "a pattern"
    assert scoring.scored(scale, 2, (1, 1)).pattern == "no pattern"


@pytest.mark.parametrize("scale", [s for s in SCALES.values() if not s.items], ids=lambda scale: scale.id)
def test_a_total_alone_is_taken_to_its_highest_and_no_further(scale: Instrument) -> None:
    """The ends; where no highest is published, three digits."""
    top = scale.highest if scale.highest is not None else 999
    assert scoring.total_alone(scale, 0) == 0
    assert scoring.total_alone(scale, top) == top
    faults = {
        -1: "total: a total is a whole number from 0. Write the total.",
        None: "total: a total is a whole number from 0. Write the total.",
        top + 1: f"total: {top + 1} is above {top}, the highest it can be. Check the total.",
    }
    for wrong, says in faults.items():
        with pytest.raises(BadInput) as refused:
            scoring.total_alone(scale, wrong)
        assert str(refused.value) == says


def test_a_percentage_goes_in_its_own_steps() -> None:
    """WHO-5: a raw sum times four."""
    assert scoring.total_alone(SCALES["who5"], 52) == 52
    with pytest.raises(BadInput) as refused:
        scoring.total_alone(SCALES["who5"], 50)
    assert str(refused.value) == "total: 50 cannot come out: it goes in steps of 4. Check the total."


@pytest.mark.parametrize("scale", ITEMISED, ids=lambda scale: scale.id)
def test_a_scale_with_items_takes_no_bare_total(scale: Instrument) -> None:
    """A total would hide an answer that somebody must act on."""
    with pytest.raises(BadInput) as refused:
        scoring.total_alone(scale, 0)
    assert str(refused.value) == f"items: a total of the {scale.title} hides its answers. Enter the answers."


def test_a_triage_has_the_level_of_its_answers_and_none_without() -> None:
    """Nothing said is not the lowest one; and where no level fits, there is none."""
    scale = SCALES["cssrs"]
    high = (0, 1, 0, 1, 0, 0)
    assert scoring.scored(scale, 2, high) == Scored(2, "high", level=scale.triage[0])
    assert scoring.triaged(scale, ()) is None
    assert scoring.scored(scale, 2) == Scored(2, "")
    assert scoring.triaged(replace(scale, triage=scale.triage[:1]), (0,) * 6) is None


@pytest.mark.parametrize("found", range(4))
@pytest.mark.parametrize("wanted", range(4))
def test_a_level_is_reached_by_itself_and_by_any_worse_one(found: int, wanted: int) -> None:
    """High is at moderate; moderate is not at high; nothing is at none of them."""
    scale = SCALES["cssrs"]
    ladder = [next(one for one in scale.triage if one.word == w) for w in ("none", "low", "moderate", "high")]
    assert scoring.at_level(scale, ladder[found], ladder[wanted].word) is (found >= wanted)
    assert not scoring.at_level(scale, None, ladder[wanted].word)
