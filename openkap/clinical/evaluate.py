"""Ask one rule about one chart at one moment.

Met comes with the patient's own data, CannotTell with what is needed. Missing is not normal, old is missing,
and what is dated after the moment asked about is not seen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from operator import ge, gt, lt
from typing import Any

from openkap.clinical import counted, history, home, measured, scoring
from openkap.clinical.chart import Chart
from openkap.clinical.entries import KINDS
from openkap.clinical.entries.history import TITLES
from openkap.clinical.entries.screening import Result, Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.rules import (
    Absent,
    AfterDay,
    AllergyTo,
    AllOf,
    AnyOf,
    Asked,
    CannotTell,
    ConditionOn,
    Elapsed,
    Fewer,
    MeasurementOut,
    MedicineOn,
    Met,
    Not,
    NotMet,
    Outcome,
    Present,
    Reaches,
    ResultIs,
    Rule,
    ScoreAt,
    Sought,
    Speaks,
    When,
)
from openkap.clinical.sought import found, newest

_SHOWN_PLACES = 3
"""A record may give twelve decimals of a blood pressure; what is compared is the value itself."""

AGE, SINCE = "age", "time since "
"""What a value is called that grows by itself."""


@dataclass(frozen=True, slots=True)
class Question:
    """One rule asked about one chart at one moment, and within one visit where that matters."""

    rule: Rule
    chart: Chart
    protocol: Protocol
    at: datetime
    visit: str = ""


def evaluate(rule: Rule, chart: Chart, protocol: Protocol, at: datetime, visit: str = "") -> Outcome:
    """The rule's answer. `at` is aware; `visit` is the id of the visit that "this visit" means."""
    return _judge(rule.when, Question(rule, chart, protocol, at, visit))


def lasting(value: Measured) -> str:
    """The value without what only grows older: an age, the time since, how long a medicine is on file."""
    if value.what == AGE or value.what.startswith(SINCE):
        return ""
    return value.value.partition(f", {history.ON_FILE_FOR}")[0]


def _judge(when: When, question: Question) -> Outcome:
    return _JUDGES[type(when)](when, question)


def _history(when: ConditionOn | MedicineOn | AllergyTo | Asked, question: Question) -> Outcome:
    return history.judge(when, question.rule, question.chart, question.protocol, question.at)


def _measurement(when: MeasurementOut, question: Question) -> Outcome:
    units = dict(when.units)
    beyond: list[Measured] = []
    within: list[Measured] = []
    missing: list[str] = []
    for limits, out in ((when.above, gt), (when.below, lt), (when.at_least, ge)):
        for what, limit in limits:
            title = question.protocol.measurements[what].title
            found = measured.standing(question.chart, what, question.at, unit=units[what], within=when.within)
            if not found:
                missing.append(title)
            for point in found:
                value = f"{plain(round(point.value, _SHOWN_PLACES))} {point.unit}"
                shown = Measured(title, value, point.at.isoformat())
                (beyond if out(point.value, limit) else within).append(shown)
    if beyond:
        return Met(_once(beyond + within))
    if missing := list(dict.fromkeys(missing)):
        wanted = when.called if len(missing) == len(units) and when.called else " and ".join(missing)
        return CannotTell(f"{wanted} from the last {in_words(when.within)}")
    return NotMet(_once(within))


def _score(when: ScoreAt, question: Question) -> Outcome:
    scale = question.protocol.instruments[when.instrument]
    title = scale.title
    entry = newest(question.chart, Score, question.at, (("instrument", when.instrument),))
    if entry is None or question.at - entry.effective_at > when.within:
        return CannotTell(f"a {title} from the last {in_words(when.within)}")
    if not entry.fact.items and (when.item or when.level):
        return CannotTell(f"the answers of the {title}, not only its total")
    at = entry.effective_at.isoformat()
    if when.level:
        level = scoring.triaged(scale, entry.fact.items)
        because = (Measured(title, level.word if level else "", at),)
        return Met(because) if scoring.at_level(scale, level, when.level) else NotMet(because)
    value = scoring.answer(entry.fact.items, when.item) if when.item else entry.fact.total
    name = f"{title} item {when.item}" if when.item else title
    because = (Measured(name, "not asked" if value is None else str(value), at),)
    return Met(because) if value is not None and value >= when.at_least else NotMet(because)


def _result(when: ResultIs, question: Question) -> Outcome:
    title = question.protocol.results[when.what].title
    entry = newest(question.chart, Result, question.at, (("what", when.what),))
    if entry is None or question.at - entry.effective_at > when.within:
        return CannotTell(f"a {title} from the last {in_words(when.within)}")
    if entry.fact.value == when.value:
        return Met((Measured(title, entry.fact.value, entry.effective_at.isoformat()),))
    if entry.fact.value == "indeterminate":
        return CannotTell(f"the {title} repeated: it was indeterminate on {entry.effective_at:%Y-%m-%d}")
    return NotMet((Measured(title, entry.fact.value, entry.effective_at.isoformat()),))


def _elapsed(when: Elapsed, question: Question) -> Outcome:
    if when.since == "birth":
        return _age(when, question)
    since = _moment_of(when.since, question)
    if since is None:
        return (
            NotMet()
            if when.under is not None or when.since == "death"
            else CannotTell(f"the last {when.since}")
        )
    passed = question.at - since
    because = (Measured(f"{SINCE}{when.since}", in_words(passed), since.isoformat()),)
    told = passed < when.under if when.under is not None else when.over is not None and passed > when.over
    return Met(because) if told else NotMet(because)


def _age(when: Elapsed, question: Question) -> Outcome:
    born, today = question.chart.person.birth_date, question.at.date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    because = (Measured(AGE, f"{years} year{'' if years == 1 else 's'}", born.isoformat()),)
    if when.under is not None:
        return Met(because) if years < history.whole_years(when.under) else NotMet(because)
    told = when.over is not None and years > history.whole_years(when.over)
    return Met(because) if told else NotMet(because)


def _moment_of(since: str, question: Question) -> datetime | None:
    if since == "death":
        died = question.chart.person.deceased_at
        return died if died is not None and died <= question.at else None
    entry = newest(question.chart, KINDS[since], question.at)
    return entry.effective_at if entry else None


def _after_day(when: AfterDay, question: Question) -> Outcome:
    entry = home.named(question.chart, question.at)
    if entry is None:
        return CannotTell("the home where it would be taken")
    if not home.lies_in(entry.fact.region, when.region):
        return NotMet()
    said = (Measured("day", f"{when.day} is over", when.day.isoformat()),)
    return Met(said) if home.local_day(entry.fact, question.at) > when.day else NotMet()


def _speaks(when: Speaks, question: Question) -> Outcome:
    other = question.protocol.rule(when.rule)
    return _judge(other.when, replace(question, rule=other))


def _absent(when: Absent, question: Question) -> Outcome:
    entry = found(when, question.chart, question.at, question.visit)
    if entry is None:
        return Met((Measured(_named(when, question.protocol), "not on file"),))
    return NotMet((Measured(_named(when, question.protocol), "on file", entry.effective_at.isoformat()),))


def _present(when: Present, question: Question) -> Outcome:
    entry = found(when, question.chart, question.at, question.visit)
    if entry is None:
        return NotMet((Measured(_named(when, question.protocol), "not on file"),))
    return Met((Measured(_named(when, question.protocol), "on file", entry.effective_at.isoformat()),))


def _named(when: Sought, protocol: Protocol) -> str:
    """What was looked for, in words: "alanine aminotransferase", "checked escort yes"."""
    shelves = (protocol.measurements, protocol.results, protocol.instruments)
    titles = [shelf[value].title for _, value in when.where for shelf in shelves if value in shelf]
    if titles:
        return ", ".join(titles)
    called = TITLES.get(when.fact, when.fact)
    return " ".join((called, *(value for _, value in (*when.where, *when.being)))).replace("-", " ")


def _all(when: AllOf, question: Question) -> Outcome:
    told = [_judge(part, question) for part in when.parts]
    if denied := [outcome for outcome in told if isinstance(outcome, NotMet)]:
        return NotMet(_because(denied))
    if open_ := [outcome for outcome in told if isinstance(outcome, CannotTell)]:
        return CannotTell(history.joined(open_))
    met = [outcome for outcome in told if isinstance(outcome, Met)]
    return Met(_because(told), any(one.by_words for one in met), any(one.unverified for one in met))


def _any(when: AnyOf, question: Question) -> Outcome:
    told = [_judge(part, question) for part in when.parts]
    if met := [outcome for outcome in told if isinstance(outcome, Met)]:
        if any(not one.by_words and not one.unverified for one in met):
            return Met(_because(met))
        return Met(_because(met), all(one.by_words for one in met), any(one.unverified for one in met))
    if open_ := [outcome for outcome in told if isinstance(outcome, CannotTell)]:
        return CannotTell(history.joined(open_))
    return NotMet(_because(told))


def _not(when: Not, question: Question) -> Outcome:
    told = _judge(when.part, question)
    if isinstance(told, Met) and told.by_words:
        # What was matched by its words alone may raise a risk and never silence one.
        told = history.answered(question.rule, question.chart, question.at) or CannotTell(_uncertain(told))
    if isinstance(told, CannotTell):
        return told
    return NotMet(told.because) if isinstance(told, Met) else Met(told.because)


def _uncertain(told: Met) -> str:
    said = "; ".join(f"“{value.value}”" for value in told.because)
    return f"somebody to confirm what {said} means: only its words were matched"


def _because(outcomes: list[Any]) -> tuple[Measured, ...]:
    """All the data looked at, each once, in the order of the rule."""
    return _once(value for outcome in outcomes for value in outcome.because)


def _once(values: Iterable[Measured]) -> tuple[Measured, ...]:
    return tuple(dict.fromkeys(values))


_JUDGES: dict[type, Callable[[Any, Question], Outcome]] = {
    ConditionOn: _history,
    MedicineOn: _history,
    AllergyTo: _history,
    Asked: _history,
    MeasurementOut: _measurement,
    ScoreAt: _score,
    ResultIs: _result,
    Elapsed: _elapsed,
    AfterDay: _after_day,
    Speaks: _speaks,
    Absent: _absent,
    Present: _present,
    Fewer: lambda when, question: counted.fewer(when, question.chart, question.at),
    Reaches: lambda when, question: counted.reaches(when, question.chart, question.at),
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
}
