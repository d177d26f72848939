"""The fields of the esketamine REMS monitoring form, filled from the chart for a clinician to review.

Names of fields only (MON-4); what the chart does not hold is said to be missing, and the reviewer answers it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from openkap.clinical.answers import Due, Visit
from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Checked, Discharged, VitalSigns
from openkap.clinical.entries.recovery import ReadyToLeave, RemsReviewed, RemsSent
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.ready_to_leave import minutes_since

WITHIN, ESCALATES = "rems-form-within", "rems-form-escalates"
"""Numbers of the protocol: when the form must be sent, and when the medical director is asked for it."""
RULE = "rems-form-due"
AFTER_DOSE, ABOUT = timedelta(minutes=40), timedelta(minutes=15)
"""The check after the dose, and how far off it a charted value may be to stand for it (MON-3)."""


@dataclass(frozen=True, slots=True)
class RemsField:
    """One field. An empty value is missing from the chart: `needs` says what the reviewer must answer."""

    id: str
    name: str
    value: str = ""
    needs: str = ""


def applies(visit: Visit, protocol: Protocol) -> bool:
    """Esketamine was given in this visit."""
    route = protocol.routes.get(visit.route)
    return bool(visit.doses) and route is not None and route.drug == "esketamine"


def fields(case: Case) -> tuple[RemsField, ...]:
    """Every field in order, as the chart has it now. Empty where no esketamine was given."""
    this = case.this_visit
    if this is None or not applies(this, case.protocol):
        return ()
    return tuple(_field(case, this, *one) for one in _FIELDS)


def digest(found: tuple[RemsField, ...]) -> str:
    """sha-256 over the fields as they were shown: a review holds for these and no others."""
    text = "\n".join(f"{one.id}\t{one.value}" for one in found)
    return hashlib.sha256(text.encode()).hexdigest()


def reviewed(case: Case) -> Entry | None:
    """The newest review that holds for the fields as they are now."""
    found = case.latest(RemsReviewed, visit=case.visit)
    return found if found and found.fact.sha256 == digest(fields(case)) else None


def due(case: Case) -> tuple[Due, ...]:
    """A form not sent yet: the prescriber owes it, and the medical director is asked before its time."""
    owed = []
    for visit in case.visits:
        first = visit.first_dose_at
        if first is None or not applies(visit, case.protocol) or case.latest(RemsSent, visit=visit.id):
            continue
        what = f"REMS form of visit {visit.number}"
        by, late = first + case.protocol.span(WITHIN), first + case.protocol.span(ESCALATES)
        owed.append(Due(what, "prescriber", by, RULE, visit.id, "dosing"))
        owed.append(Due(f"{what}: not sent yet", "director", late, RULE, visit.id, "dosing"))
    return tuple(owed)


def _field(
    case: Case, visit: Visit, id: str, name: str, tell: Callable[[Case, Visit], str], needs: str
) -> RemsField:
    value = tell(case, visit)
    return RemsField(id, name, value, "" if value else needs)


def _signs(case: Case) -> list[Entry]:
    return sorted(case.all(VitalSigns, visit=case.visit), key=lambda e: e.effective_at)


def _pressure(entry: Entry | None) -> str:
    if entry is None or entry.fact.systolic is None:
        return ""
    return f"{plain(entry.fact.systolic)}/{plain(entry.fact.diastolic)} mmHg"


def _measured(case: Case) -> list[Entry]:
    return [e for e in _signs(case) if e.fact.systolic is not None]


def _before(case: Case, visit: Visit) -> str:
    found = [e for e in _measured(case) if visit.first_dose_at and e.effective_at <= visit.first_dose_at]
    return _pressure(found[-1] if found else None)


def _at_forty(case: Case, visit: Visit) -> str:
    last = visit.last_drug_at
    if last is None:
        return ""
    near = [e for e in _measured(case) if abs(e.effective_at - last - AFTER_DOSE) <= ABOUT]
    best = min(near, key=lambda e: abs(e.effective_at - last - AFTER_DOSE), default=None)
    if best is None:
        return ""
    return f"{_pressure(best)}, {minutes_since(last, best.effective_at)} min after the last spray"


def _at_the_end(case: Case, visit: Visit) -> str:
    left, last = _left_at(case), visit.last_drug_at
    if left is None or last is None:
        return ""
    found = [e for e in _measured(case) if last < e.effective_at <= left]
    return _pressure(found[-1] if found else None)


def _left_at(case: Case) -> datetime | None:
    entry = case.latest(Discharged, visit=case.visit)
    return entry.effective_at if entry else None


def _total(case: Case, visit: Visit) -> str:
    left = _left_at(case)
    return f"{minutes_since(visit.first_dose_at, left)} min" if left and visit.first_dose_at else ""


def _ready(case: Case, _: Visit) -> str:
    entry = case.latest(ReadyToLeave, visit=case.visit)
    return f"{entry.fact.minutes} min" if entry else ""


def _medicines(case: Case, _: Visit) -> str:
    entry = case.latest(Checked, visit=case.visit, item="medicines")
    return f"today's medicines in order: {entry.fact.answer}. {entry.fact.note}".strip() if entry else ""


def _after_dose(case: Case, visit: Visit, sign: str) -> list[Decimal]:
    first = visit.first_dose_at
    told = ((e.effective_at, getattr(e.fact, sign)) for e in _signs(case))
    return [Decimal(value) for at, value in told if value is not None and first and at > first]


def _sedation(case: Case, visit: Visit) -> str:
    told = _after_dose(case, visit, "sedation")
    return f"lowest MOAA/S {plain(min(told))} of 5" if told else ""


def _oxygen(case: Case, visit: Visit) -> str:
    told = _after_dose(case, visit, "spo2")
    return f"lowest SpO₂ {plain(min(told))} %" if told else ""


def _nothing(_: Case, __: Visit) -> str:
    return ""


_FIELDS: tuple[tuple[str, str, Callable[[Case, Visit], str], str], ...] = (
    ("date", "Date of treatment", lambda _, v: f"{v.first_dose_at:%Y-%m-%d}", ""),
    ("dose", "Dose", lambda _, v: f"{plain(v.given_mg)} mg" if v.given_mg else "", "the mg given"),
    ("lot", "Lot", lambda _, v: ", ".join(dict.fromkeys(d.lot for d in v.doses if d.lot)), "the lot number"),
    (
        "medicines",
        "Other medicines that matter today",
        _medicines,
        "sedatives, stimulants, MAOIs taken today",
    ),
    ("before", "Blood pressure before", _before, "the value before the first spray"),
    ("before-ok", "Vital signs acceptable before", _nothing, "your judgement"),
    ("forty", "Blood pressure at about 40 min", _at_forty, "a value 25 to 55 min after the last spray"),
    ("end", "Blood pressure before leaving", _at_the_end, "the value before leaving"),
    ("end-ok", "Vital signs acceptable before leaving", _nothing, "your judgement"),
    ("total", "Total minutes of monitoring", _total, "when the patient left"),
    ("ready", "Minutes until ready to leave", _ready, "when the patient could have left"),
    ("sedation", "Sedation", _sedation, "the deepest sedation seen"),
    ("dissociation", "Dissociation", _nothing, "whether there was any, and when it had passed"),
    ("breathing", "Respiratory depression: oxygen", _oxygen, "the lowest oxygen saturation"),
    ("breathing-judged", "Respiratory depression: judged", _nothing, "yes or no"),
    ("serious", "Serious adverse event", _nothing, "yes or no, and which"),
)
"""(id, name, how it is told from the chart, what the reviewer is asked where it is not there)."""
