"""What the dosing room shows at a moment: one frozen answer, made from the chart and its status."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from openkap.clinical.answers import Status, Visit
from openkap.clinical.chart import Chart
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import ChecklistItem, Protocol
from openkap.clinical.rules import Absent, Reason, Rule, Verdict

BEFORE = ("booked", "arrived", "checked")
LIVE = ("dosing", "peak watch", "recovery")
PHASE_WORDS = (*BEFORE, *LIVE, "discharged", "closed")
LAST_WRITTEN_OUT = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """One line of a checklist and how it stands."""

    item: ChecklistItem
    answer: str = ""
    note: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """The bottom bar. `level` is "" for the next step, else "low", "mid" or "high"."""

    says: str
    rest: str = ""
    level: str = ""
    label: str = ""
    target: str = ""


def part_of(phase: str) -> str:
    """Which of the three layouts a phase is shown in: "before", "live" or "after"."""
    if phase in BEFORE:
        return "before"
    return "live" if phase in LIVE else "after"


def asks(chart: Chart, visit: str, items: tuple[ChecklistItem, ...], kind: type) -> tuple[Ask, ...]:
    """A checklist with the latest answer of this visit to each line."""
    answered = []
    for item in items:
        entry = chart.latest(kind, visit=visit, item=item.id)
        if entry is None:
            answered.append(Ask(item))
        else:
            answered.append(Ask(item, entry.fact.answer, entry.fact.note, entry.effective_at))
    return tuple(answered)


_STEPS: Mapping[str, tuple[str, str, str]] = {
    "booked": ("Waiting for arrival", "Confirm arrival", "#arrive"),
    "dosing": ("The dose is running", "End the dose", "#end"),
    "peak watch": ("Dose ended: peak watch", "Record vital signs", "#vitals"),
    "recovery": ("Recovery", "Discharge checklist", "#discharge"),
    "discharged": ("Gone home. The visit is still open", "Close the visit", "#close"),
    "closed": ("This visit is closed", "", ""),
    "stopped": ("This visit was stopped", "", ""),
}


def bar(visit: Visit, status: Status, at: datetime) -> Bar:
    """What to do now. A check that is overdue takes the bar's place; the vitals stay where they are."""
    live = part_of(visit.phase) == "live"
    if live and visit.next_check_at and at > visit.next_check_at:
        return Bar(
            f"Vital signs are {late_words(visit.next_check_at, at)}",
            "Clinic policy asks for a check now. The bedside monitor stays the primary alarm.",
            "mid",
            "Record vital signs",
            "#vitals",
        )
    waiting = [task for task in status.tasks if not task.taken_by]
    if waiting:
        return Bar(waiting[0].what, "Nobody has taken this yet.", "mid", "See the chart", "chart")
    if visit.phase in ("arrived", "checked"):
        return _before_dose(status.gates.get("start-dose"))
    says, label, target = _open_dose(visit) or _STEPS[visit.phase]
    return Bar(says, _waits(visit, status), "", label, target)


def _open_dose(visit: Visit) -> tuple[str, str, str] | None:
    """What the bar says of a dose that is no infusion and not over."""
    dose = next((one for one in reversed(visit.doses) if one.open and not one.minutes), None)
    if visit.phase != "dosing" or dose is None:
        return None
    if dose.device:
        used = f"{len(dose.devices)} of {dose.devices_ordered} devices used"
        return used, "To the next device", "#running"
    return "The lozenge is held in the mouth", "Swallowed or spat out", "#running"


def late_words(due: datetime, at: datetime) -> str:
    """ "due now" in the first minute, then "overdue by 12 min"."""
    return f"overdue by {in_words(at - due)}" if at - due >= timedelta(minutes=1) else "due now"


def _before_dose(gate: Verdict | None) -> Bar:
    if gate is None or gate.allowed:
        return Bar("Everything the clinic asks for is in place", "", "", "To the dose", "#dose")
    count = len(gate.because)
    first = gate.because[0]
    thing = "1 thing stands" if count == 1 else f"{count} things stand"
    return Bar(f"{thing} in the way of the dose", first.says, "", "See what is missing", "#gate")


def _waits(visit: Visit, status: Status) -> str:
    """What discharge or closing still waits for, in one line."""
    gate = {"peak watch": "discharge", "recovery": "discharge", "discharged": "close-visit"}.get(
        visit.phase, ""
    )
    verdict = status.gates.get(gate)
    if verdict is None or verdict.allowed:
        return ""
    return f"Waiting for: {verdict.because[0].says}"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a closed gate waits for: reasons of their own, and lines of a checklist not answered."""

    standing: tuple[Reason, ...] = ()
    unanswered: tuple[Reason, ...] = ()


def missing(gate: Verdict | None, asked: tuple[Ask, ...], protocol: Protocol) -> Missing:
    """The reasons of a gate, with those a checklist answers set apart while their line is open."""
    if gate is None or gate.allowed:
        return Missing()
    unasked = {ask.item.id for ask in asked if not ask.answer}
    of_list = tuple(r for r in gate.because if _line_of(protocol.rule(r.rule)) in unasked)
    return Missing(tuple(r for r in gate.because if r not in of_list), of_list)


def _line_of(rule: Rule) -> str:
    """The line of a checklist a rule asks for, "" when it asks for something else."""
    when = rule.when
    if not isinstance(when, Absent) or when.fact not in ("checked", "discharge-checked"):
        return ""
    return dict(when.where).get("item", "")
