"""The one next thing, in plain words: what, who, and the action that does it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from openkap.clinical import dosing, integration, maintenance, preparation, rail
from openkap.clinical.answers import OpenTask, Step, Visit
from openkap.clinical.case import Case, day
from openkap.clinical.entries.maintenance import ReviewHeld
from openkap.clinical.moments import in_words
from openkap.clinical.rules import Verdict

Gates = Mapping[str, Verdict]

_SIGN_AGAIN = Step("Read the consent together again and sign or decline", "patient", "sign-consent")
_PREPARE = {
    **dict.fromkeys(rail.CONSENT_AGAIN, _SIGN_AGAIN),
    "dose-needs-consent": Step("Read the consent together and sign or decline", "patient", "sign-consent"),
    "dose-needs-preparation": Step("Hold a preparation session", "therapist", "hold-preparation"),
    "dose-needs-intention": Step("Put an intention into words", "patient", "set-intention"),
    "dose-needs-plan": Step("Approve a treatment plan", "prescriber", "approve-plan"),
    "dose-needs-countersignature": Step("Countersign the plan", "therapist", "countersign-plan"),
}
_BASELINE = Step("Fill in a first questionnaire", "patient", "record-score")
_BEFORE_DOSE = (
    ("dose-needs-arrival", Step("Check the patient in by two identifiers", "monitor", "arrive")),
    ("weight-today", Step("Weigh the patient", "monitor", "weigh")),
    ("blood-pressure-before-dose", Step("Chart vital signs", "monitor", "chart-vitals")),
)
_REVIEW = Step("Review the response", "prescriber", "hold-review")
_A_MINUTE = timedelta(minutes=1)
_CHECK = Step("Go through the day's checklist", "monitor", "check")


def following(case: Case, here: str, gates: Gates, tasks: Sequence[OpenTask]) -> Step:
    """The next step. The drug comes first, then a task nobody has taken, then the stage."""
    this = case.this_visit
    if this and this.phase in dosing.UNDER_THE_DRUG:
        return _with_drug(this, case, gates)
    if waiting := [task for task in tasks if not task.taken_by]:
        return Step(f"Take the safety task: {waiting[0].what}", "prescriber", "take-task")
    if this and this.phase in ("discharged", "stopped"):
        return Step(f"Close the visit of dose {this.number}", "monitor", "close-visit")
    by_stage = {
        rail.SCREENING: _screening,
        rail.PREPARATION: _preparation,
        rail.DOSING: _dosing,
        rail.INTEGRATION: _integration,
        rail.MAINTENANCE: _maintenance,
    }
    return by_stage[here](case, gates)


def _screening(case: Case, gates: Gates) -> Step:
    decided = preparation.decision(case)
    if decided and decided.fact.decision == "not-suitable":
        return Step("Decided not suitable: nothing more is planned", "prescriber", "none")
    if "screening-unanswered" in _closed(gates, "decide-screening"):
        return Step("Answer the open screening questions", "prescriber", "answer-screening")
    again = " again" if decided else ""
    return Step(f"Decide{again} whether this person is suitable", "prescriber", "decide-screening")


def _preparation(case: Case, gates: Gates) -> Step:
    missing = rail.unready(gates)
    step = _PREPARE[missing[0]]
    if step.action == "approve-plan" and not _baseline(case):
        return _BASELINE
    return step


def _baseline(case: Case) -> bool:
    """Whether a scale that the whole course is followed by has been answered."""
    return any(case.protocol.instruments[point.instrument].routine for point in maintenance.points(case))


def _dosing(case: Case, gates: Gates) -> Step:
    this, closed = case.this_visit, _closed(gates, "start-dose")
    if (this is None or this.phase == "booked") and "review-before-next-dose" in closed:
        return _REVIEW
    if (this is None or this.phase == "booked") and (missing := rail.unready(gates)):
        return _PREPARE[missing[0]]
    if this is None:
        return Step("Book the next dosing visit", "manager", "book-visit")
    if this.phase == "booked":
        where = f" in {this.room}" if this.room else ""
        return Step(f"Dose {this.number} on {day(this.starts_at, case.at)}{where}", "monitor", "arrive")
    return _before_dose(this, case, gates)


def _before_dose(this: Visit, case: Case, gates: Gates) -> Step:
    closed = _closed(gates, "start-dose")
    if dosing.checks_open(case.chart, case.protocol, case.at, this.id):
        return _CHECK
    missing = (step for rule, step in _BEFORE_DOSE if rule in closed)
    return next(missing, Step(f"Give dose {this.number}", "monitor", "start-dose"))


def _with_drug(this: Visit, case: Case, gates: Gates) -> Step:
    check = this.next_check_at
    if check is not None and case.at >= check:
        late = case.at - check
        overdue = f": {in_words(late)} overdue" if late >= _A_MINUTE else " now"
        return Step(f"Chart vital signs{overdue}", "monitor", "chart-vitals")
    if this.phase == "dosing" and this.dose_at and case.at >= this.dose_at + timedelta(minutes=this.minutes):
        return Step("Record the end of the infusion and what was given", "monitor", "end-dose")
    home_from = dosing.home_from(this, case.protocol)
    if this.phase == "recovery" and home_from is not None and case.at >= home_from:
        if gates["discharge"].allowed:
            return Step("Discharge the patient", "monitor", "discharge")
        return Step("Go through the discharge checklist", "monitor", "discharge-check")
    soon = f" in {in_words(check - case.at)}" if check else ""
    return Step(f"Watch; next vital signs{soon}", "monitor", "chart-vitals")


def _integration(case: Case, _: Gates) -> Step:
    first = integration.due(case)[0]
    action = "next-day-contact" if first.rule == "next-day-contact-due" else "hold-integration"
    return Step(f"{first.what[:1].upper()}{first.what[1:]}", first.who, action)


def _maintenance(case: Case, _: Gates) -> Step:
    if maintenance.closed(case):
        return Step("The course is closed", "prescriber", "none")
    if maintenance.doses_since_review(case):
        return _REVIEW
    last = case.latest(ReviewHeld)
    if last and last.fact.outcome in ("stop", "refer"):
        return Step("Close the course", "prescriber", "close-course")
    return Step("Approve a plan for further doses, or close the course", "prescriber", "approve-plan")


def _closed(gates: Gates, action: str) -> set[str]:
    """The rules that close a gate."""
    return {reason.rule for reason in gates[action].because}
