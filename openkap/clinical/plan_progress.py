"""A plan dose by dose: what was given, what is booked, what was held and looked at, and when to stop."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openkap.clinical import maintenance, plan
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case, times
from openkap.clinical.entries import Entry
from openkap.clinical.entries.integration import IntegrationHeld

_WAITING = ("booked", "arrived", "checked")


@dataclass(frozen=True, slots=True)
class DoseLine:
    """One dose of the plan. `at`: given then, or booked for then; None while nobody has booked it."""

    number: int  # within the plan
    state: str  # "given" · "booked" · "to come"
    at: datetime | None = None
    mg: Decimal | None = None
    visit: str = ""
    integrations: int = 0  # held after it
    look: bool = False  # the response is looked at after it


def progress(case: Case, signed: Entry) -> tuple[DoseLine, ...]:
    """Every dose of the plan in order, and those given beyond it."""
    covered = {entry.fact.visit for entry in plan.doses_of(case, signed)}
    given = [visit for visit in case.dosed if visit.id in covered]
    booked = [visit for visit in case.visits if visit.phase in _WAITING]
    lines = []
    for number in range(1, max(signed.fact.sessions, len(given)) + 1):
        look = number in signed.fact.checkpoints
        if number <= len(given):
            lines.append(_given(number, given[number - 1], case, look=look))
        elif number - len(given) <= len(booked):
            visit = booked[number - len(given) - 1]
            lines.append(DoseLine(number, "booked", visit.starts_at, visit=visit.id, look=look))
        else:
            lines.append(DoseLine(number, "to come", look=look))
    return tuple(lines)


def time_to_stop(case: Case, signed: Entry) -> str:
    """What the plan's rule about no response says by now, by published definitions; "" while silent."""
    known = {rule.id: rule for rule in case.protocol.planning.stops}
    doses = maintenance.course(case).doses
    for stop in signed.fact.stops:
        rule = known.get(stop.id or "")
        if rule is None or not rule.no_response_after or doses < rule.no_response_after:
            continue
        told = maintenance.course(case).response
        asked = signed.fact.instruments or tuple(told)
        found = [told[name] for name in asked if name in told]
        if found and all(word in ("no response", "worse") for word in found):
            return f"{stop.says}: {times(doses, 'dose')} given, and no scale shows a response"
    return ""


def held_after(case: Case, visit: str) -> int:
    """Integration sessions held after the dose of a visit."""
    return len(case.all(IntegrationHeld, visit=visit))


def _given(number: int, visit: Visit, case: Case, *, look: bool) -> DoseLine:
    held = held_after(case, visit.id)
    return DoseLine(number, "given", visit.dose_at, visit.given_mg, visit.id, held, look)
