"""A rule's condition as a sentence a clinician can read, review and sign. Made from the condition itself.

The handbook, the page of a rule and the differences between two protocols all say it with these words.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from openkap.clinical.dosing import DISCHARGE, PRE_DOSE
from openkap.clinical.gates import COMPUTED
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
    Computed,
    ConditionOn,
    Elapsed,
    Fewer,
    MeasurementOut,
    MedicineOn,
    Not,
    Present,
    Reaches,
    ResultIs,
    ScoreAt,
    Sought,
    Speaks,
    When,
)

_NO_UNIT = "1"
"""What UCUM calls a number without a unit."""
_CHECKLISTS = {"checked": (PRE_DOSE, "at-home"), "discharge-checked": (DISCHARGE,)}
"""Which checklists a kind of entry answers."""


def condition(when: When, protocol: Protocol) -> str:
    """ "systolic blood pressure is above 140 mm[Hg], measured in the last 15 min". No capital, no stop."""
    said: str = _SAYERS[type(when)](when, protocol)
    return said


def value_in_words(value: object) -> str:
    """A number of the protocol, whatever its kind: "90 days", "0.5", "1, 2"."""
    if isinstance(value, tuple):
        return ", ".join(value_in_words(one) for one in value)
    if isinstance(value, timedelta):
        short = timedelta(0) < value < timedelta(minutes=1)
        return f"{value // timedelta(seconds=1)} s" if short else in_words(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def _problem(when: ConditionOn, protocol: Protocol) -> str:
    title = protocol.value_sets[when.value_set].title
    if when.ever:
        return f"{title} is on file, now or ever"
    if when.stale_after:
        return f"{title} is on file as active and began in the last {in_words(when.stale_after)}"
    return f"{title} is on file as active"


def _medicine(when: MedicineOn, protocol: Protocol) -> str:
    return f"{protocol.value_sets[when.value_set].title} is taken"


def _allergy(when: AllergyTo, protocol: Protocol) -> str:
    return f"an allergy to {protocol.value_sets[when.value_set].title} is on file"


def _measurement(when: MeasurementOut, protocol: Protocol) -> str:
    given = (("above", when.above), ("below", when.below), ("at or above", when.at_least))
    sides = [(side, limits) for side, limits in given if limits]
    parts = [part for side, limits in sides for part in _beyond(side, limits, protocol)]
    return f"{' or '.join(parts)}, measured in the last {in_words(when.within)}"


def _beyond(side: str, limits: tuple[tuple[str, Decimal], ...], protocol: Protocol) -> list[str]:
    """A group whose every part has a limit is said as one: "blood pressure is above 140/90 mm[Hg]"."""
    kinds = [protocol.measurements[what] for what, _ in limits]
    units = [f" {kind.unit}" if kind.unit != _NO_UNIT else "" for kind in kinds]
    group = next((name for name, of in protocol.groups.items() if of == tuple(w for w, _ in limits)), "")
    if group:
        numbers = "/".join(plain(limit) for _, limit in limits)
        return [f"{_spaced(group)} is {side} {numbers}{units[0]}"]
    told = zip(kinds, limits, units, strict=True)
    return [f"{kind.title} is {side} {plain(limit)}{unit}" for kind, (_, limit), unit in told]


def _score(when: ScoreAt, protocol: Protocol) -> str:
    title = protocol.instruments[when.instrument].title
    if when.level:
        return f"{title} says {when.level} or worse, from the last {in_words(when.within)}"
    item = f" item {when.item}" if when.item else ""
    return f"{title}{item} comes to {when.at_least} or more, from the last {in_words(when.within)}"


def _result(when: ResultIs, protocol: Protocol) -> str:
    return f"{protocol.results[when.what].title} is {when.value}, from the last {in_words(when.within)}"


def _elapsed(when: Elapsed, _: Protocol) -> str:
    span = when.under if when.under is not None else when.over
    assert span is not None, "the loader asks for one of under and over"
    if when.since == "birth":
        return f"the person is {'younger' if when.under else 'older'} than {in_words(span)}"
    if when.since == "death":
        return "the record says that the person has died"
    side = "less" if when.under is not None else "more"
    return f"it is {side} than {in_words(span)} since the last entry “{_spaced(when.since)}”"


def _after_day(when: AfterDay, _: Protocol) -> str:
    return f"in {when.region} the day is later than {when.day}"


def _speaks(when: Speaks, protocol: Protocol) -> str:
    return f"“{protocol.rule(when.rule).says}” is so"


def _absent(when: Absent, protocol: Protocol) -> str:
    line = _checklist_line(when, protocol)
    return f"{line} is not answered with yes" if line else f"no {_looked_for(when, protocol)} is on file"


def _present(when: Present, protocol: Protocol) -> str:
    return f"{_looked_for(when, protocol)} is on file"


def _fewer(when: Fewer, _: Protocol) -> str:
    of = "; ".join(
        f"{_spaced(field.replace('_', '-'))} {' or '.join(map(_spaced, values))}"
        for field, values in when.where
    )
    return f"fewer than {when.than} entries “{_spaced(when.fact)}” are on file with {of}"


def _reaches(when: Reaches, _: Protocol) -> str:
    return f"the last entry “{_spaced(when.fact)}” comes to {when.at_least} or more"


def _checklist_line(when: Sought, protocol: Protocol) -> str:
    lines = [line for name in _CHECKLISTS.get(when.fact, ()) for line in protocol.checklists.get(name, ())]
    wanted = dict(when.where).get("item")
    return next((f"“{line.says}”" for line in lines if line.id == wanted), "")


def _looked_for(when: Sought, protocol: Protocol) -> str:
    shelves = (protocol.measurements, protocol.results, protocol.instruments)
    titles = [shelf[value].title for _, value in when.where for shelf in shelves if value in shelf]
    marks = " ".join(_spaced(value) for _, value in when.where)
    what = ", ".join(titles) or f"entry “{_spaced(when.fact)}{' ' if marks else ''}{marks}”"
    being = "".join(f" of “{_spaced(value)}”" for _, value in when.being)
    limits = (
        f" from the last {in_words(when.within)}" if when.within else "",
        f" since the last “{_spaced(when.after)}”" if when.after else "",
        f" before the last “{_spaced(when.before)}”" if when.before else "",
        " in this visit" if when.this_visit else "",
    )
    return what + being + "".join(limits)


def _asked(_: Asked, __: Protocol) -> str:
    return "the question below is answered with yes"


def _computed(when: Computed, _: Protocol) -> str:
    """What has to hold, in the words of the function that works it out."""
    must = (COMPUTED[when.name].__doc__ or when.name).partition("\n")[0].strip().rstrip(".")
    return f"this does not hold: “{must}”"


def _not(when: Not, protocol: Protocol) -> str:
    return f"it is not so that {condition(when.part, protocol)}"


def _all(when: AllOf, protocol: Protocol) -> str:
    return _listed((condition(part, protocol) for part in when.parts), "and")


def _any(when: AnyOf, protocol: Protocol) -> str:
    return _listed((condition(part, protocol) for part in when.parts), "or")


def _listed(parts: Iterable[str], word: str) -> str:
    """A part that is a list itself stands in brackets, so that nobody has to guess what belongs to what."""
    said = list(dict.fromkeys(parts))
    inner = " or " if word == "and" else " and "
    return f"; {word} ".join(f"({part})" if f";{inner}" in part else part for part in said)


def _spaced(name: str) -> str:
    return name.replace("-", " ")


_SAYERS: dict[type, Callable[[Any, Protocol], str]] = {
    ConditionOn: _problem,
    MedicineOn: _medicine,
    AllergyTo: _allergy,
    MeasurementOut: _measurement,
    ScoreAt: _score,
    ResultIs: _result,
    Elapsed: _elapsed,
    AfterDay: _after_day,
    Speaks: _speaks,
    Absent: _absent,
    Present: _present,
    Fewer: _fewer,
    Reaches: _reaches,
    Asked: _asked,
    Computed: _computed,
    Not: _not,
    AllOf: _all,
    AnyOf: _any,
}
