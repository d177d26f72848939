"""Every number of every rule, as it was read from the facts, and what happens at it and just beyond.

`LIMITS` is written a second time: a number changed in the protocol turns red until somebody changes it there
too. The edges are made from each rule's own parts, so a new rule is covered by being there.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.clinical.entries.screening import HistoryAnswered, Measurement, Problem, Result, Score
from openkap.clinical.evaluate import evaluate
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import plain
from openkap.clinical.rules import (
    AfterDay,
    Asked,
    ConditionOn,
    Elapsed,
    Fewer,
    MeasurementOut,
    Reaches,
    ResultIs,
    Rule,
    ScoreAt,
    Sought,
    When,
    parts_of,
)
from tests.clinical.charts import chart_of, person, shipped
from tests.spec.limits import LIMITS, NUMBERS, ROUTES
from tests.spec.screening.rows import AT, CANNOT_TELL, MET, NOT_MET, Dated, named

PROTOCOL = shipped()
RULES = PROTOCOL.rules
SECOND, STEP = timedelta(seconds=1), Decimal("0.01")
SIDES = (("above", 1), ("below", -1), ("at_least", 0))


def of_part(part: When) -> Iterator[str]:
    """The numbers of one part of a condition, each with its name."""
    match part:
        case MeasurementOut():
            for side, _ in SIDES:
                yield from (f"{side} {what} {plain(limit)}" for what, limit in getattr(part, side))
        case ScoreAt():
            item = f" item {part.item}" if part.item else ""
            yield f"{part.instrument}{item} {part.level or part.at_least}"
        case Elapsed():
            yield f"since {part.since} {in_words(part.under or part.over or timedelta(0))}"
        case AfterDay():
            yield f"after {part.day} in {part.region}"
        case Fewer():
            yield f"fewer than {part.than}"
        case Reaches():
            yield f"{part.field} {part.at_least}"
        case ConditionOn() if part.stale_after:
            yield f"stale after {in_words(part.stale_after)}"
    if within := getattr(part, "within", None):
        yield f"within {in_words(within)}"


def numbers(rule: Rule) -> tuple[str, ...]:
    found = [said for part in parts_of(rule.when) for said in of_part(part)]
    if rule.answer_holds:
        found.append(f"answer holds {in_words(rule.answer_holds)}")
    return tuple(dict.fromkeys(found))


def test_every_number_is_the_one_that_was_read() -> None:
    """Also a rule without a number: its absence from the table says so."""
    assert {rule.id: numbers(rule) for rule in RULES if numbers(rule)} == LIMITS


def test_the_named_numbers_and_the_times_of_a_route_are_those_too() -> None:
    """Spans, counts and amounts, and how long each route takes."""
    assert {name: said(one.value) for name, one in PROTOCOL.numbers.items()} == NUMBERS
    assert {name: of_route(route) for name, route in PROTOCOL.routes.items()} == ROUTES


def said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(said(one) for one in value)
    if isinstance(value, timedelta):
        return in_words(value) if value >= timedelta(minutes=1) else f"{value.seconds} s"
    return plain(value) if isinstance(value, Decimal) else str(value)


def of_route(route: Route) -> tuple[str, ...]:
    spans = (route.check_every, route.peak_after, route.earliest_discharge)
    ranges = (route.mg_per_kg, route.fixed_mg, route.anaesthetic)
    return (*(said(one) if one else "" for one in ranges), f"{route.minutes} min", *map(in_words, spans))


def answer(rule: Rule, part: When, *facts: Dated) -> str:
    """What this part of the rule says by itself, nothing else being on file."""
    alone = replace(rule, when=part)
    return named(evaluate(alone, chart_of([(AT - timedelta(days=3650), person()), *facts]), PROTOCOL, AT))


def parts(*kinds: type) -> list[tuple[Rule, When]]:
    return [(rule, part) for rule in RULES for part in parts_of(rule.when) if isinstance(part, kinds)]


def ids(of: list[tuple[Rule, When]]) -> list[str]:
    return [f"{rule.id}-{number}" for number, (rule, _) in enumerate(of)]


MEASURED, SCORED = parts(MeasurementOut), parts(ScoreAt)


@pytest.mark.parametrize(("rule", "part"), MEASURED, ids=ids(MEASURED))
def test_a_measurement_at_its_limit_and_beyond(rule: Rule, part: MeasurementOut) -> None:
    """At it, just beyond, just inside; missing, old, of tomorrow, and in a unit nobody can convert."""
    units, calm = dict(part.units), _calm(part)

    def told(what: str, value: Decimal, unit: str = "", ago: timedelta = timedelta(0)) -> str:
        others = [_one(name, kept, units[name]) for name, kept in calm.items() if name != what]
        return answer(rule, part, *others, _one(what, value, unit or units[what], ago))

    for side, sign in SIDES:
        for what, limit in getattr(part, side):
            beyond, inside = (limit, limit - STEP) if sign == 0 else (limit + sign * STEP, limit)
            assert (told(what, beyond), told(what, inside)) == (MET, NOT_MET), (side, what)
            assert told(what, beyond, ago=part.within) == MET
            for missing in (
                told(what, beyond, ago=part.within + SECOND),
                told(what, beyond, ago=-SECOND),
                told(what, beyond, "furlong"),
            ):
                assert missing == CANNOT_TELL
    assert answer(rule, part) == CANNOT_TELL


def _calm(part: MeasurementOut) -> dict[str, Decimal]:
    """A value of each measurement that is beyond no limit: just inside one of its own."""
    at = {what: limit - STEP for what, limit in (*part.above, *part.at_least)}
    return {what: limit + STEP for what, limit in part.below} | at


def _one(what: str, value: Decimal, unit: str, ago: timedelta = timedelta(0)) -> Dated:
    return AT - ago, Measurement(what=what, value=value, unit=unit)


@pytest.mark.parametrize(("rule", "part"), SCORED, ids=ids(SCORED))
def test_a_score_at_its_limit_and_below(rule: Rule, part: ScoreAt) -> None:
    """At it, one less, missing, old, and a total where the answers are needed."""
    if part.level:
        assert answer(rule, part) == CANNOT_TELL
        return
    size = max(len(PROTOCOL.instruments[part.instrument].items), 1)

    def told(value: int, ago: timedelta = timedelta(0)) -> str:
        items = tuple(value if number == part.item else 0 for number in range(1, size + 1))
        total = sum(items) if part.item else value
        fact = Score(instrument=part.instrument, total=total, items=items if part.item else ())
        return answer(rule, part, (AT - ago, fact))

    assert (told(part.at_least), told(part.at_least - 1)) == (MET, NOT_MET)
    assert (told(part.at_least, part.within), told(part.at_least, part.within + SECOND)) == (MET, CANNOT_TELL)
    assert (told(part.at_least, -SECOND), answer(rule, part)) == (CANNOT_TELL, CANNOT_TELL)
    if part.item:
        alone = Score(instrument=part.instrument, total=9)
        assert answer(rule, part, (AT, alone)) == CANNOT_TELL


ANSWERED = [(rule, part) for rule, part in parts(Asked, ConditionOn) if rule.ask]


@pytest.mark.parametrize(("rule", "part"), ANSWERED, ids=ids(ANSWERED))
def test_an_answer_holds_so_long(rule: Rule, part: When) -> None:
    """Yes, no and not known; to the second it holds, and not a second longer; one of tomorrow is none."""

    def told(said: str, ago: timedelta = timedelta(0)) -> str:
        return answer(
            rule, part, (AT - ago, HistoryAnswered(question=rule.id, answer=said, said_by="patient"))
        )

    assert (told("yes"), told("no"), told("unknown")) == (MET, NOT_MET, CANNOT_TELL)
    assert (told("no", -SECOND), answer(rule, part)) == (CANNOT_TELL, CANNOT_TELL)
    holds = rule.answer_holds or timedelta(days=3000)
    assert told("no", holds) == NOT_MET
    assert told("no", holds + SECOND) == (CANNOT_TELL if rule.answer_holds else NOT_MET)


AGEING = [(rule, part) for rule, part in parts(ConditionOn) if part.stale_after]


@pytest.mark.parametrize(("rule", "part"), AGEING, ids=ids(AGEING))
def test_an_old_active_problem_is_asked_about(rule: Rule, part: ConditionOn) -> None:
    """To the second it is believed, and then neither a yes nor a no."""
    words = PROTOCOL.value_sets[part.value_set].words[0]
    assert part.stale_after is not None
    for ago, told in ((part.stale_after, MET), (part.stale_after + SECOND, CANNOT_TELL)):
        assert answer(rule, part, (AT - ago, Problem(text=words))) == told


DATED = [
    (rule, part)
    for rule, part in parts(Sought)
    if part.within and part.fact in ("measurement", "result", "score")
]


@pytest.mark.parametrize(("rule", "part"), DATED, ids=ids(DATED))
def test_what_is_looked_for_is_that_recent(rule: Rule, part: Sought) -> None:
    """To the second it is there, and then it is not; a fact of tomorrow is not there either."""
    where, being = dict(part.where), dict(part.being)
    made = {
        "measurement": lambda: Measurement(what=where["what"], value=Decimal(1), unit="1"),
        "result": lambda: Result(what=where["what"], value=being.get("value", "negative")),
        "score": lambda: Score(instrument=where["instrument"], total=1),
    }
    there, gone = (
        answer(rule, part, (AT - ago, made[part.fact]())) for ago in (part.within, part.within + SECOND)
    )
    assert {there, gone} == {MET, NOT_MET}
    assert gone == answer(rule, part) == answer(rule, part, (AT + SECOND, made[part.fact]()))


def test_no_word_result_is_asked_for_unseen() -> None:
    """The day a rule asks for a word result, its edges are written here."""
    assert parts(ResultIs) == []
