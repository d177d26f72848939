"""The versions of a course's plan: who signed each, why, and what changed, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openkap.clinical import plan
from openkap.clinical.case import Case, times
from openkap.clinical.entries import Entry
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.protocol import Protocol
from openkap.clinical.weighing import IDEAL


@dataclass(frozen=True, slots=True)
class Version:
    """One signed plan. `changes` is what differs from the version before it; empty for the first."""

    number: int
    entry: Entry
    second: Entry | None  # the countersignature
    changes: tuple[str, ...]
    doses: int  # given under it


def versions(case: Case) -> tuple[Version, ...]:
    """Every plan of this course, oldest first. Those of a closed course before it are left out."""
    closed = max((e.seq for e in case.all(CourseClosed)), default=0)
    signed = sorted((e for e in case.all(PlanApproved) if e.seq > closed), key=lambda e: e.seq)
    told = []
    for number, entry in enumerate(signed, 1):
        later = signed[number] if number < len(signed) else None
        given = plan.doses_of(case, entry)
        until = plan.doses_of(case, later) if later else []
        before = signed[number - 2].fact if number > 1 else None
        changes = differences(before, entry.fact, case.protocol) if before else ()
        told.append(
            Version(number, entry, plan.countersignature(case, entry), changes, len(given) - len(until))
        )
    return tuple(told)


def differences(before: PlanApproved, after: PlanApproved, protocol: Protocol) -> tuple[str, ...]:
    """What changed, a sentence each, in the order of the plan."""
    lines = []
    for title, say in _LINES:
        was, now = say(before, protocol), say(after, protocol)
        if was != now:
            lines.append(f"{title}: {was or 'not said'} became {now or 'not said'}")
    for gone in _only(before.stops, after.stops):
        lines.append(f"Stop rule left out: {gone}")
    for new in _only(after.stops, before.stops):
        lines.append(f"Stop rule added: {new}")
    return tuple(lines)


def series_words(fact: PlanApproved) -> str:
    """ "6 doses, 3 days apart"; "1 dose"."""
    apart = f", {times(fact.every_days, 'day')} apart" if fact.sessions > 1 else ""
    return times(fact.sessions, "dose") + apart


def dose_words(fact: PlanApproved) -> str:
    """ "0.5 mg/kg over 40 min"; "0.5 mg/kg of ideal body weight"."""
    by = " of ideal body weight" if fact.mg_per_kg and fact.weight_by == IDEAL else ""
    return f"{fact.mg_per_kg or fact.fixed}{by}" + (f" over {fact.minutes} min" if fact.minutes else "")


def held_words(fact: PlanApproved) -> str:
    """ "held 10 min, then swallow"."""
    return f"held {fact.hold_minutes} min, then {fact.after_hold}" if fact.hold_minutes else ""


def booster_words(fact: PlanApproved) -> str:
    """ "1 booster of 0.25 mg/kg, not before 15 min after the last of the drug"."""
    extra = fact.booster
    if extra is None:
        return ""
    over = f" over {extra.minutes} min" if extra.minutes else ""
    wait = f"not before {extra.after_minutes} min after the last of the drug"
    return f"{times(extra.count, 'booster')} of {extra.mg_per_kg or extra.fixed}{over}, {wait}"


def looks_words(fact: PlanApproved, protocol: Protocol) -> str:
    """ "after dose 3 and after dose 6, by PHQ-9"."""
    if not fact.checkpoints:
        return ""
    titles = sorted(
        protocol.instruments[i].title if i in protocol.instruments else i for i in fact.instruments
    )
    by = f", by {' and '.join(titles)}" if titles else ""
    return " and ".join(f"after dose {after}" for after in fact.checkpoints) + by


def route_words(fact: PlanApproved, protocol: Protocol) -> str:
    """The title of the route, or its id where the protocol no longer has it."""
    known = protocol.routes.get(fact.route)
    return known.title if known else fact.route


def _only(these: tuple[Any, ...], those: tuple[Any, ...]) -> list[str]:
    other = {stop.says for stop in those}
    return [stop.says for stop in these if stop.says not in other]


def _optional(value: object) -> str:
    return "" if value is None else str(value)


_LINES: tuple[tuple[str, Callable[[PlanApproved, Protocol], str]], ...] = (
    ("Indication", lambda fact, _: fact.indication),
    ("Route", route_words),
    ("Dose", lambda fact, _: dose_words(fact)),
    ("Lozenge", lambda fact, _: held_words(fact)),
    ("Boosters", lambda fact, _: booster_words(fact)),
    ("Concentration", lambda fact, _: _optional(fact.concentration)),
    ("Series", lambda fact, _: series_words(fact)),
    ("Published series", lambda fact, _: _optional(fact.series)),
    ("Integration sessions between two doses", lambda fact, _: _optional(fact.integrations)),
    ("Response looked at", looks_words),
)
