"""One visit of today as the words of one line."""

from datetime import datetime
from typing import Any

from openkap.clinical.answers import Status, Visit
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import UNDER_THE_DRUG
from openkap.clinical.entries.dosing import VitalSigns
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.web import words

__all__ = ["UNDER_THE_DRUG", "line", "planned", "pressure", "waiting"]

STATES = {
    "booked": "expected",
    "arrived": "arrived, being checked",
    "checked": "checked",
    "peak watch": "dose in, watched at its peak",
    "recovery": "recovering",
    "discharged": "gone home, visit still open",
    "closed": "done, closed",
    "stopped": "stopped",
}


def planned(plan: PlanApproved) -> str:
    """ "IV 0.5 mg/kg" """
    return f"{words.route(plan.route)} {plan.mg_per_kg or plan.fixed}"


def line(visit: Visit, protocol: Protocol, at: datetime, *, minutes: int) -> dict[str, Any]:
    """`state`, what comes `next`, and whether that is `late`."""
    return {"phase": visit.phase, "state": _state(visit, at, minutes), **_next(visit, protocol, at)}


def waiting(status: Status, phase: str) -> tuple[str, ...]:
    """What keeps the dose from starting, once the patient is here; before, what keeps the next step."""
    gate = status.gates.get("start-dose")
    if phase in ("arrived", "checked") and gate:
        return tuple(reason.says for reason in gate.because)
    return tuple(reason.says for reason in status.blocks) if phase == "booked" else ()


def _state(visit: Visit, at: datetime, minutes: int) -> str:
    if visit.phase == "dosing" and visit.dose_at:
        of = f" of {minutes}" if minutes else ""
        return f"dosing, minute {int((at - visit.dose_at).total_seconds() // 60)}{of}"
    if visit.phase == "booked" and at > visit.starts_at:
        return f"expected {in_words(at - visit.starts_at)} ago, not here yet"
    return STATES.get(visit.phase, visit.phase)


def _next(visit: Visit, protocol: Protocol, at: datetime) -> dict[str, Any]:
    if visit.phase not in UNDER_THE_DRUG:
        return {"next": "", "late": False}
    if visit.next_check_at and at > visit.next_check_at:
        return {"next": f"check overdue by {in_words(at - visit.next_check_at)}", "late": True}
    known = protocol.routes.get(visit.route)
    from_when = visit.dose_ended_at or visit.dose_at
    if visit.phase == "recovery" and known and from_when:
        ready = from_when + known.earliest_discharge
        says = f"ready to assess at {words.clock(ready)}" if ready > at else "ready to assess"
        return {"next": says, "late": False}
    if visit.next_check_at and (visit.next_check_at - at).total_seconds() < 60:
        return {"next": "check due now", "late": False}
    if visit.next_check_at:
        return {"next": f"next check {words.ago(visit.next_check_at, at)}", "late": False}
    return {"next": "", "late": False}


def pressure(chart: Chart, visit: str, at: datetime) -> str:
    """The last blood pressure of the visit with its age, or ""."""
    signs = [entry for entry in chart.all(VitalSigns) if entry.fact.visit == visit and entry.fact.systolic]
    if not signs:
        return ""
    last = max(signs, key=lambda entry: entry.effective_at)
    value = f"{plain(last.fact.systolic)}/{words.number(last.fact.diastolic)}"
    return f"BP {value} ({words.ago(last.effective_at, at)})"
