"""Corrections: a new entry stands instead of an earlier one, with the reason; the first stays readable."""

import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openkap.actions.door import Act, action
from openkap.actions.dosing import VITAL_SIGNS, whole_pressure
from openkap.actions.fields import YES_NO, cleaned, needed, one_of, plausible
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry, dosing, kind_of
from openkap.clinical.entries import room as in_room
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Amount
from openkap.clinical.refusal import BadInput
from openkap.records.corrections import may_correct, may_take_out

FIXED = frozenset(
    {"visit", "dose", "event", "identifiers", "outside_gate", "outside", "arithmetic", "ordered_by_user"}
)
"""Fields nobody types: ids, and what the program worked out. Of an event the name itself can be wrong."""
RESTS_ON = {
    "arithmetic": (
        *("amount", "per_kg", "weight", "concentration", "volume"),
        *("ml_per_hour", "mg_per_hour", "mg_per_minute"),
    )
}
"""What was worked out no longer holds when one of these is corrected."""
TYPABLE = (str, int, bool, Decimal, datetime)


def correctable(entry: Entry) -> dict[str, type]:
    """The fields of an entry a person can type anew, in their order, each with its type."""
    hints = typing.get_type_hints(type(entry.fact))
    fixed = FIXED - {"event"} if isinstance(entry.fact, dosing.Observed) else FIXED
    kinds = {field.name: _kind(hints[field.name]) for field in fields(entry.fact) if field.name not in fixed}
    return {n: k for n, k in kinds.items() if k in TYPABLE or (isinstance(k, type) and issubclass(k, Amount))}


def _kind(hint: Any) -> Any:
    """`X | None` is an X that may be left empty."""
    return next((one for one in typing.get_args(hint) if one is not type(None)), hint)


def of_visit(chart: Chart, visit: str, entry: UUID) -> Entry | None:
    """The entry of this visit that stands under that id; None for another's, or one corrected already."""
    found = (e for group in chart.by_kind.values() for e in group if e.id == entry)
    one = next(found, None)
    return one if one and getattr(one.fact, "visit", "") == visit else None


@action("visit.read")
def correct(act: Act, *, visit: str, entry: str, reason: str, changed: Mapping[str, Any]) -> None:
    """Write an entry anew with some fields changed, and why. `effective_at` of the terms moves its time.

    BadInput when nothing changes, when it is not this person's to correct (records/corrections.py), or when
    a value cannot stand.
    """
    old, changed = _found(act, visit, entry), cleaned(changed)
    needed(reason, "reason", "Write what was wrong")
    if not may_correct(act.who, kind_of(old.fact), old.author):
        raise BadInput("entry", "it is not yours to correct", "Ask who wrote it, or a prescriber")
    unknown = set(changed) - set(correctable(old))
    if unknown:
        raise BadInput(sorted(unknown)[0], "this is not corrected by typing", "Take the entry out instead")
    fact = _holding(replace(old.fact, **changed), changed)
    moved = act.terms.effective_at
    if fact == old.fact and moved in (None, old.effective_at):
        raise BadInput("reason", "nothing was changed", "Change what was wrong")
    if check := CHECKS.get(type(fact)):
        check(fact, act.protocol)
    act.terms = replace(act.terms, supersedes=old.id, effective_at=moved or old.effective_at)
    act.write(fact)
    act.terms = replace(act.terms, effective_at=None)
    act.write(in_room.Corrected(visit=visit, entry=entry, reason=reason))


@action("visit.read")
def take_out(act: Act, *, visit: str, entry: str, reason: str) -> None:
    """An entry that should not have been written no longer stands. It stays readable, with the reason."""
    old = _found(act, visit, entry)
    if not may_take_out(act.who, kind_of(old.fact), old.author):
        raise BadInput("entry", "it is not yours to take out", "Correct it, or ask a prescriber")
    act.terms = replace(act.terms, supersedes=old.id, effective_at=None)
    act.write(
        in_room.Corrected(
            visit=visit, entry=entry, reason=needed(reason, "reason", "Write what was wrong"), void=True
        )
    )


def _found(act: Act, visit: str, entry: str) -> Entry:
    act.visit(visit)
    try:
        old = of_visit(act.chart, visit, UUID(entry))
    except ValueError:
        old = None
    if old is None:
        raise BadInput("entry", "no such entry stands at this visit", "Open the list again")
    return old


def _holding(fact: Any, changed: Mapping[str, Any]) -> Any:
    """Without what was worked out from a value that has changed."""
    for name, of in RESTS_ON.items():
        if hasattr(fact, name) and set(of) & set(changed):
            fact = replace(fact, **{name: ""})
    return fact


def _vitals(fact: dosing.VitalSigns, protocol: Protocol) -> None:
    for name, measured in VITAL_SIGNS.items():
        value, known = getattr(fact, name), protocol.measurements.get(measured)
        if value is not None and known:
            plausible(Decimal(value), known, name)
    whole_pressure(fact)


def _observed(fact: dosing.Observed, protocol: Protocol) -> None:
    one_of(fact.event, (*(event.id for event in protocol.room.events), "note"), "event")


def _answered(fact: Any, protocol: Protocol) -> None:  # noqa: ARG001 - every check has both
    one_of(fact.answer, YES_NO, "answer")


def _weighed(fact: dosing.Weighed, protocol: Protocol) -> None:
    plausible(fact.weight.value, protocol.measurements["weight"], "weight")


def _sedation(fact: in_room.SedationRated, protocol: Protocol) -> None:
    plausible(Decimal(fact.level), protocol.measurements["sedation"], "level")


def _amount(fact: dosing.DoseGiven, protocol: Protocol) -> None:  # noqa: ARG001 - every check has both
    if fact.amount.value <= 0:
        raise BadInput("amount", f"{fact.amount} is not a dose", "Write the milligrams")


def _given(fact: dosing.DoseEnded, protocol: Protocol) -> None:  # noqa: ARG001 - every check has both
    if fact.given.value < 0:
        raise BadInput("given", "it is below zero", "Write the milligrams that went in")


def _graded(fact: Any, protocol: Protocol) -> None:
    room = protocol.room
    if fact.grade not in [one.grade for one in room.grades]:
        raise BadInput("grade", f"{fact.grade} is not a grade", "Choose 1 to 5")
    one_of(fact.action, room.actions, "action")
    one_of(fact.outcome, room.outcomes, "outcome")


CHECKS: dict[type, Callable[[Any, Protocol], None]] = {
    dosing.VitalSigns: _vitals,
    dosing.Observed: _observed,
    dosing.Checked: _answered,
    dosing.DischargeChecked: _answered,
    dosing.Weighed: _weighed,
    dosing.DoseGiven: _amount,
    dosing.DoseEnded: _given,
    in_room.SedationRated: _sedation,
    in_room.AdverseEvent: _graded,
    in_room.AdverseEventFollowed: _graded,
}
