"""The visits of a chart: the phase of each, when the next look is due, from when one may go home."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from openkap.clinical import doses
from openkap.clinical.answers import Due, Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    Discharged,
    DoseGiven,
    VisitBooked,
    VisitCancelled,
    VisitClosed,
    VisitStopped,
    VitalSigns,
)
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact
from openkap.clinical.home import CLINIC, lines
from openkap.clinical.protocol import Protocol, Route

MOVES: dict[str, frozenset[str]] = {
    "booked": frozenset({"arrived", "stopped"}),
    "arrived": frozenset({"checked", "stopped"}),
    "checked": frozenset({"dosing", "peak watch", "stopped"}),
    "dosing": frozenset({"peak watch", "stopped"}),
    "peak watch": frozenset({"recovery", "dosing", "stopped"}),
    "recovery": frozenset({"discharged", "dosing", "peak watch", "stopped"}),
    "discharged": frozenset({"closed", "stopped"}),
    "stopped": frozenset({"closed"}),
    "closed": frozenset(),
}
"""From each phase, the phases that may follow it."""

UNDER_THE_DRUG = ("dosing", "peak watch", "recovery")
IN_PROGRESS = ("arrived", "checked", *UNDER_THE_DRUG, "discharged", "stopped")

PRE_DOSE, DISCHARGE = "pre-dose", "discharge"
"""The names of the two checklists."""

_KINDS = (
    VisitBooked,
    VisitCancelled,
    Arrived,
    Checked,
    VitalSigns,
    Discharged,
    VisitClosed,
    VisitStopped,
    IntegrationHeld,
    NextDayContact,
    *doses.KINDS,
)

Told = dict[type, list[Entry]]
"""The entries of one visit by kind, oldest first."""


def may_move(phase: str, to: str) -> bool:
    """Whether a visit in one phase may go on to the other."""
    return to in MOVES[phase]


def visits(chart: Chart, protocol: Protocol, at: datetime) -> tuple[Visit, ...]:
    """Every visit that was not cancelled, as it stands at `at`, in the order of their times."""
    told = _told(chart, at)
    kept = (_visit(name, of, protocol, at) for name, of in told.items() if _stands(of))
    return tuple(sorted(kept, key=lambda visit: (visit.starts_at, visit.number, visit.id)))


def current(found: tuple[Visit, ...]) -> Visit | None:
    """The visit that is under way, one with the drug first; else the next one booked; else None."""
    under_way = [visit for visit in found if visit.phase in IN_PROGRESS]
    with_drug = [visit for visit in under_way if visit.phase in UNDER_THE_DRUG]
    booked = [visit for visit in found if visit.phase == "booked"]
    return next(iter((*with_drug, *under_way, *booked)), None)


def home_from(visit: Visit, protocol: Protocol) -> datetime | None:
    """The earliest moment of discharge by the route, counted from the last of the drug; None before that."""
    last_drug, route = visit.last_drug_at, protocol.routes.get(visit.route)
    return last_drug + route.earliest_discharge if last_drug and route else None


def due(visit: Visit | None) -> tuple[Due, ...]:
    """The next set of vital signs, while the drug is on board."""
    if visit is None or visit.next_check_at is None:
        return ()
    return (Due("vital signs", "monitor", visit.next_check_at, "vital-signs-due", visit.id, "dosing"),)


def checks_open(chart: Chart, protocol: Protocol, at: datetime, visit: str) -> tuple[str, ...]:
    """The ids of pre-dose items nobody has answered in this visit."""
    answered = {e.fact.item for e in chart.all(Checked) if e.fact.visit == visit and e.effective_at <= at}
    places = [fact.place or CLINIC for fact in chart.facts(VisitBooked) if fact.visit == visit]
    asked = lines(protocol, places[-1] if places else CLINIC)
    return tuple(item.id for item in asked if item.id not in answered)


def _told(chart: Chart, at: datetime) -> dict[str, Told]:
    told: dict[str, Told] = {}
    for kind in _KINDS:
        for entry in sorted(_by(chart, kind, at), key=lambda e: (e.effective_at, e.seq)):
            told.setdefault(entry.fact.visit, {}).setdefault(kind, []).append(entry)
    return told


def _by(chart: Chart, kind: type[Any], at: datetime) -> Iterator[Entry]:
    return (entry for entry in chart.all(kind) if entry.effective_at <= at)


def _stands(told: Told) -> bool:
    """What has happened cannot be cancelled, and a dose without a booking was still a dose."""
    return DoseGiven in told or (VisitBooked in told and VisitCancelled not in told)


def _last(told: Told, kind: type[Any]) -> Entry | None:
    return told[kind][-1] if kind in told else None


def _time(told: Told, kind: type[Any]) -> datetime | None:
    entry = _last(told, kind)
    return entry.effective_at if entry else None


def _visit(name: str, told: Told, protocol: Protocol, at: datetime) -> Visit:
    booked, dose = _last(told, VisitBooked), _last(told, DoseGiven)
    route = dose.fact.route if dose else told[VisitBooked][-1].fact.route
    known = protocol.routes.get(route)
    given = doses.of(told, {name: one.minutes for name, one in protocol.routes.items()})
    open_ = any(one.open for one in given)
    visit = Visit(
        id=name,
        number=booked.fact.number if booked else 0,
        room=booked.fact.room if booked else "",
        route=route,
        starts_at=booked.fact.starts_at if booked else told[DoseGiven][0].effective_at,
        phase="booked",
        minutes=(dose.fact.minutes if dose else 0) or (known.minutes if known else 0),
        dose_at=dose.effective_at if dose else None,
        dose_ended_at=None if open_ or not given else given[-1].ended_at,
        closed_at=_time(told, VisitClosed),
        given_mg=sum((one.given for one in given), Decimal(0)) if given else None,
        last_vitals_at=_time(told, VitalSigns),
        integration_held=IntegrationHeld in told,
        contacted=any(entry.fact.reached for entry in told.get(NextDayContact, ())),
        doses=given,
        place=(booked.fact.place if booked else None) or CLINIC,
    )
    phase = _phase(visit, told, protocol, at)
    return replace(visit, phase=phase, next_check_at=_next_check(visit, known, phase))


def _phase(visit: Visit, told: Told, protocol: Protocol, at: datetime) -> str:
    """What is recorded decides, also where it was recorded late; the table of moves guards the next act."""
    for kind, phase in ((VisitClosed, "closed"), (Discharged, "discharged"), (VisitStopped, "stopped")):
        if kind in told:
            return phase
    if visit.dose_at is not None:
        return _after_dose(visit, protocol.routes.get(visit.route), at)
    if Arrived not in told:
        return "booked"
    answered = {entry.fact.item for entry in told.get(Checked, ())}
    asked = {item.id for item in lines(protocol, visit.place)}
    return "checked" if asked <= answered and VitalSigns in told else "arrived"


def _after_dose(visit: Visit, route: Route | None, at: datetime) -> str:
    last_drug = visit.last_drug_at
    if last_drug is None:
        return "dosing"
    return "recovery" if route is None or at >= last_drug + route.peak_after else "peak watch"


def _next_check(visit: Visit, route: Route | None, phase: str) -> datetime | None:
    """Counted from the last vital signs after the dose, else from the dose. A booster puts nothing off."""
    first = visit.first_dose_at
    if phase not in UNDER_THE_DRUG or first is None or route is None:
        return None
    return max(first, visit.last_vitals_at or first) + route.check_every
