"""What the answers of an instrument come to. Nothing is filled in: an open question means no score."""

from collections.abc import Sequence
from dataclasses import dataclass

from openkap.clinical.instruments import Instrument, Level, Subscale
from openkap.clinical.refusal import BadInput

Answers = Sequence[int | None]
"""The score of each item in order; None where it was not asked, or not answered yet. It may end early."""

_WHOLE = 100
_LONGEST = 999
"""Where nobody has published the highest total, three digits are all that is taken."""


@dataclass(frozen=True, slots=True)
class Part:
    """One subscale as answered. `met` is None where it needs nothing."""

    title: str
    total: int
    highest: int
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with all that is computed from it: the word for it, its parts, and what their pattern means."""

    total: int
    word: str  # the band, or the level of a triage
    parts: tuple[Part, ...] = ()
    pattern: str = ""
    level: Level | None = None


def answer(given: Answers, number: int) -> int | None:
    """The answer to one item, from 1."""
    return given[number - 1] if number <= len(given) else None


def is_asked(scale: Instrument, number: int, given: Answers) -> bool:
    """Whether this item is asked of somebody who gave these answers before it."""
    condition = scale.items[number - 1].asked_if
    if condition is None:
        return True
    looked_at = (condition.item,) if condition.item else range(1, number)
    return any((answer(given, n) or 0) >= condition.at_least for n in looked_at)


def asked(scale: Instrument, given: Answers = ()) -> tuple[int, ...]:
    """The numbers of the items to be asked, as far as these answers tell."""
    return tuple(n for n in range(1, len(scale.items) + 1) if is_asked(scale, n, given))


def left_open(scale: Instrument, given: Answers) -> tuple[int, ...]:
    """The numbers of the items still to be answered before there is a score."""
    return tuple(n for n in asked(scale, given) if scale.items[n - 1].scored and answer(given, n) is None)


def checked(scale: Instrument, given: Answers) -> tuple[int | None, ...]:
    """The answers as they are kept, or BadInput naming the item: one too many, none of its answers, open."""
    if len(given) > len(scale.items):
        raise BadInput(
            "items", f"{len(given)} answers to {len(scale.items)} questions", "Answer each question once"
        )
    for number, value in enumerate(given, 1):
        if value is not None:
            _one(scale, number, value, given)
    if open_ := left_open(scale, given):
        needed = sum(scale.items[n - 1].scored for n in asked(scale, given))
        what = f"{needed - len(open_)} of {needed} questions are answered"
        raise BadInput("items", what, f"Answer question {', '.join(map(str, open_))}")
    return tuple(given)


def total(scale: Instrument, given: Answers) -> int:
    """The total of complete answers. What was not asked adds nothing."""
    assert not left_open(scale, given), f"{scale.id} is not complete"
    grouped = {n for group in scale.highest_of for n in group}
    scores = {n: answer(given, n) or 0 for n, item in enumerate(scale.items, 1) if item.scored}
    single = sum(score for n, score in scores.items() if n not in grouped)
    return scale.times * (single + sum(max(scores[n] for n in group) for group in scale.highest_of))


def total_alone(scale: Instrument, given: int | None) -> int:
    """The total of a scale without items, or BadInput."""
    if scale.items:
        raise BadInput("items", f"a total of the {scale.title} hides its answers", "Enter the answers")
    if given is None or given < 0:
        raise BadInput("total", "a total is a whole number from 0", "Write the total")
    if given > (limit := scale.highest if scale.highest is not None else _LONGEST):
        raise BadInput("total", f"{given} is above {limit}, the highest it can be", "Check the total")
    if given % scale.times:
        raise BadInput(
            "total", f"{given} cannot come out: it goes in steps of {scale.times}", "Check the total"
        )
    return given


def scored(scale: Instrument, total: int, given: Answers = (), sex: str = "") -> Scored:
    """All that a stored score says. Parts, pattern and level need the answers, so a bare total has none."""
    if scale.how == "triage":
        level = triaged(scale, given)
        return Scored(total, level.word if level else "", level=level)
    parts = tuple(_part(sub, given) for sub in scale.subscales) if given and scale.items else ()
    pattern = ""
    if parts and scale.pattern:
        met = all(part.met is not False for part in parts)
        pattern = scale.pattern.met if met else scale.pattern.not_met
    return Scored(total, scale.band(total, sex), parts, pattern)


def triaged(scale: Instrument, given: Answers) -> Level | None:
    """The worst level that holds, also of answers that are not complete; None without a triage or answers."""
    if not given:
        return None
    holding = (
        level for level in scale.triage if not level.items or any(answer(given, n) for n in level.items)
    )
    return next(holding, None)


def at_level(scale: Instrument, found: Level | None, word: str) -> bool:
    """Whether a level is the one of this word, or worse."""
    words = [level.word for level in scale.triage]
    return found is not None and words.index(found.word) <= words.index(word)


def _one(scale: Instrument, number: int, value: int, given: Answers) -> None:
    if not 0 <= value < len(scale.answers_of(number)):
        raise BadInput(f"item {number}", f"{value} is not one of its answers", "Choose one of them")
    if not is_asked(scale, number, given):
        raise BadInput(f"item {number}", "it is not asked after these answers", "Leave it out")


def _part(sub: Subscale, given: Answers) -> Part:
    values = [answer(given, n) or 0 for n in sub.items]
    added = sum(values)
    met: bool | None = None
    if sub.needs:
        met = sum(value >= sub.counts_from for value in values) >= sub.needs
    elif sub.needs_percent:
        met = added * _WHOLE >= sub.highest * sub.needs_percent
    return Part(sub.title, added, sub.highest, met)
