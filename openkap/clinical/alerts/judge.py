"""Whether the condition of each alert holds in a visit: a function of chart, protocol and moment."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from openkap.clinical.alerts.charted import Charted, Value, charted
from openkap.clinical.alerts.rules import (
    AlertRule,
    Beyond,
    Bound,
    Condition,
    Moved,
    Named,
    Silent,
    Tapped,
    Together,
)
from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import UNDER_THE_DRUG
from openkap.clinical.entries.words import Measured
from openkap.clinical.home import HOME
from openkap.clinical.in_room import SITTER
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.video import LOST, newest

SITTER_EVERY = "sitter-prompt-every"
"""The number after which a sitter is asked again."""
UNSEEN = "video-lost-plan-after"
"""The number after which a patient whom nobody sees is an emergency."""
LATE = "charted-late"
"""The number after which a value charted by hand counts as late."""
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the wires around a visit, told from outside. Nothing here is a value of a patient."""

    feed_at: datetime | None = None  # when a bound device was last heard; None: none is bound
    away: tuple[datetime, datetime] | None = None  # the engine itself was away: from, to


UNHEARD = Heard()


@dataclass(frozen=True, slots=True)
class Judged:
    """How one alert stands. `state`: "holds" since `since`, "clear", "unknown" (never clears), or "off".

    `covered`: a worse one of its group holds, so it is neither raised nor cleared.
    """

    rule: AlertRule
    state: str
    since: datetime | None = None
    measured: tuple[Measured, ...] = ()
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one visit."""

    visit: Visit
    found: Charted
    protocol: Protocol
    at: datetime
    heard: Heard


def look(
    chart: Chart, protocol: Protocol, at: datetime, visit: Visit, heard: Heard = UNHEARD
) -> tuple[Judged, ...]:
    """Every alert of the protocol, judged for this visit at `at`."""
    seen = Look(visit, charted(chart, visit.id, protocol.span(LATE)), protocol, at, heard)
    return _covered(tuple(judge(rule, seen) for rule in protocol.alerting.rules))


def judge(rule: AlertRule, seen: Look) -> Judged:
    """One alert, whatever its group."""
    if seen.visit.phase not in rule.phases:
        return Judged(rule, "off")
    return replace(_asked(rule.when, rule, seen), rule=rule)


def _covered(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    holding: set[str] = set()
    made = []
    for one in judged:
        group = one.rule.group
        made.append(replace(one, covered=True) if group and group in holding else one)
        if one.state == "holds":
            holding.add(group)
    return tuple(made)


def _asked(when: Condition, rule: AlertRule, seen: Look) -> Judged:
    if isinstance(when, Beyond):
        return _beyond(when, rule, seen)
    if isinstance(when, Moved):
        return _moved(when, rule, seen)
    if isinstance(when, Tapped):
        return _tapped(when, rule, seen)
    if isinstance(when, Silent):
        return _silent(when, rule, seen)
    return _together(when, rule, seen)


def _beyond(when: Beyond, rule: AlertRule, seen: Look) -> Judged:
    """Any signal beyond its limit. One that is unset or not charted cannot say that all is clear."""
    missing, told, since = False, [], []
    for word, bounds in (("above", when.above), ("at least", when.at_least), ("below", when.below)):
        for signal, bound in bounds:
            limit, value = value_of(bound, seen.protocol), seen.found.newest(signal, seen.at)
            if limit is None or value is None:
                missing = True
            elif _past(word, value.value, limit):
                told.append(_measured(seen, signal, value, f"limit: {word} {plain(limit)}"))
                since.append(value.at)
    if told:
        return Judged(rule, "holds", min(since), tuple(told))
    return Judged(rule, "unknown" if missing else "clear")


def _past(word: str, value: Decimal, limit: Decimal) -> bool:
    if word == "below":
        return value < limit
    return value > limit or (word == "at least" and value == limit)


def _moved(when: Moved, rule: AlertRule, seen: Look) -> Judged:
    share = value_of(when.percent, seen.protocol)
    missing, told, since = share is None, [], []
    for signal in when.signals:
        value, before = seen.found.newest(signal, seen.at), seen.found.baseline(signal)
        if share is None or value is None or before is None:
            missing = True
        elif abs(value.value - before.value) * _PERCENT > share * before.value:
            told.append(_measured(seen, signal, value, f"{plain(before.value)} before the dose"))
            since.append(value.at)
    if told:
        return Judged(rule, "holds", min(since), tuple(told))
    return Judged(rule, "unknown" if missing else "clear")


def _tapped(when: Tapped, rule: AlertRule, seen: Look) -> Judged:
    """The first since it was last said to be over."""
    since: datetime | None = None
    what = ""
    for at, event in seen.found.events:
        if at > seen.at:
            break
        if event in when.until:
            since = None
        elif event in when.events and since is None:
            since, what = at, event
    if since is None:
        return Judged(rule, "clear")
    return Judged(rule, "holds", since, (Measured("seen", what, since.isoformat()),))


def _together(when: Together, rule: AlertRule, seen: Look) -> Judged:
    parts = [_asked(part, rule, seen) for part in when.parts]
    states = {part.state for part in parts}
    if states == {"holds"}:
        since = max(part.since for part in parts if part.since)
        return Judged(rule, "holds", since, tuple(m for part in parts for m in part.measured))
    return Judged(rule, "clear" if "clear" in states else "unknown")


def _silent(when: Silent, rule: AlertRule, seen: Look) -> Judged:
    if when.of == "engine":
        away = seen.heard.away
        if away is None:
            return Judged(rule, "clear")
        gap = f"{(away[1] - away[0]).total_seconds():.0f} s"
        return Judged(
            rule, "holds", away[1], (Measured("alerts were not evaluated for", gap, away[0].isoformat()),)
        )
    due, last = _due(when, seen)
    if due is None:
        return Judged(rule, "clear")
    if seen.at < due + rule.delay:
        return Judged(rule, "clear")
    return Judged(
        rule, "holds", due, (Measured("due", "nothing came since", last.isoformat()),) if last else ()
    )


def _due(when: Silent, seen: Look) -> tuple[datetime | None, datetime | None]:
    """By when it should have come, and since when there is nothing; (None, None): nothing is expected."""
    visit, route = seen.visit, seen.protocol.routes.get(seen.visit.route)
    if when.of == "feed":
        return seen.heard.feed_at, seen.heard.feed_at
    first = visit.first_dose_at
    if first is None or route is None or visit.phase not in UNDER_THE_DRUG:
        return None, None
    if when.of == "check":
        return visit.next_check_at, visit.last_vitals_at or first
    if when.of == "sitter":
        return sitter_due(visit, seen.found, seen.protocol, seen.at)
    if when.of in ("video", "home"):
        lost, plan = unseen(visit, seen.found, seen.protocol, seen.at)
        return (lost if when.of == "video" else plan), lost
    if when.of == "dose-end":
        return _planned_end(visit)
    value = seen.found.newest(when.signal, seen.at)
    last = max(first, value.at) if value else first
    return last + route.check_every, last


def sitter_due(
    visit: Visit, found: Charted, protocol: Protocol, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the sitter should be heard again, and since when nothing came. (None, None): nobody is asked.

    The clock begins with the dose; in the clinic nobody sits.
    """
    first = visit.first_dose_at
    if visit.place != HOME or first is None or visit.phase not in UNDER_THE_DRUG:
        return None, None
    last = _heard(visit, found, protocol, at)
    return last + protocol.span(SITTER_EVERY), last


def unseen(
    visit: Visit, found: Charted, protocol: Protocol, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Since when nobody of the clinic sees the patient at home, and when that becomes an emergency.

    Whatever the sitter says puts the second off. (None, None): seen, never seen, or not under the drug.
    """
    if visit.place != HOME or visit.first_dose_at is None or visit.phase not in UNDER_THE_DRUG:
        return None, None
    state, lost = newest([change for change in found.video if change[0] <= at])
    if state != LOST or lost is None:
        return None, None
    return lost, max(lost, _heard(visit, found, protocol, at)) + protocol.span(UNSEEN)


def _heard(visit: Visit, found: Charted, protocol: Protocol, at: datetime) -> datetime:
    """When the sitter was last heard; the first dose when they were not."""
    first = visit.first_dose_at
    assert first is not None, "the sitter is asked from the first dose on"
    said = {event.id for event in protocol.room.events if event.group == SITTER}
    return max((when for when, event in found.events if event in said and first <= when <= at), default=first)


def _planned_end(visit: Visit) -> tuple[datetime | None, datetime | None]:
    """When the infusion that runs is empty by its rates, and when it began. One that is paused has no end."""
    for dose in visit.doses:
        if dose.open and dose.minutes and not dose.paused:
            return dose.empty_at(dose.rates[-1].since), dose.began_at
    return None, None


def value_of(bound: Bound, protocol: Protocol) -> Decimal | None:
    """The limit as it is in force; None while the medical director has not set it."""
    if not isinstance(bound, Named):
        return bound
    number = protocol.numbers.get(bound.number)
    if number is None:
        return None
    value = number.value[bound.part] if bound.part is not None else number.value  # type: ignore[index]
    assert isinstance(value, int | Decimal), f"{bound.number} is not a number"
    return Decimal(value)


def _measured(seen: Look, signal: str, value: Value, beside: str) -> Measured:
    kind = seen.protocol.measurements[signal]
    unit = "" if kind.unit == "1" else f" {kind.unit}"
    return Measured(kind.title, f"{plain(value.value)}{unit} ({beside})", value.at.isoformat())
