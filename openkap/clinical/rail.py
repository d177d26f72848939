"""The stage rail: which stage the course is in, and a word or two for each."""

from collections.abc import Mapping

from openkap.clinical import dosing, integration, maintenance, preparation
from openkap.clinical.answers import STAGES, Course, StageMark
from openkap.clinical.case import Case, day, times
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import (
    Consented,
    Intention,
    PlanApproved,
    PlanCountersigned,
    PreparationHeld,
)
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.rules import Verdict

SCREENING, PREPARATION, DOSING, INTEGRATION, MAINTENANCE = STAGES
Gates = Mapping[str, Verdict]
CONSENT_AGAIN = (
    "consent-for-this-course",
    "consent-in-force",
    "consent-after-finding",
    "consent-not-too-old",
    "consent-for-these-doses",
)
"""Rules that ask for a new signature though one stands."""

_READINESS = (
    (("dose-needs-consent", *CONSENT_AGAIN), Consented),
    (("dose-needs-preparation",), PreparationHeld),
    (("dose-needs-intention",), Intention),
    (("dose-needs-plan",), PlanApproved),
    (("dose-needs-countersignature",), PlanCountersigned),
)
"""What preparation puts in place: the rules that miss it, and the fact that meets it."""


def stage(case: Case, gates: Gates) -> str:
    """The stage a course is in. A visit with the drug in it is dosing, whatever else has come up."""
    this, given = case.this_visit, len(maintenance.doses(case))
    if maintenance.closed(case):
        return MAINTENANCE
    if this and this.dose_at is not None and this.phase in dosing.IN_PROGRESS:
        return DOSING
    if preparation.clearance(case):
        return SCREENING
    if this and this.phase in dosing.IN_PROGRESS:
        return DOSING
    if not given:
        return PREPARATION if unready(gates) else DOSING
    if integration.owed(case):
        return INTEGRATION
    return MAINTENANCE if given >= maintenance.planned(case) else DOSING


def unready(gates: Gates) -> tuple[str, ...]:
    """The rules of preparation that still close the gate to a dose, one a thing, in order."""
    closed = {reason.rule for reason in gates["start-dose"].because}
    found = (next((rule for rule in rules if rule in closed), "") for rules, _ in _READINESS)
    return tuple(filter(None, found))


def marks(case: Case, here: str, gates: Gates, course: Course) -> tuple[StageMark, ...]:
    """The five stops."""
    return (
        _screening(case, here),
        _preparation(case, here, gates),
        _dosing(here, course),
        _integration(case, here, course),
        _maintenance(case, here),
    )


def _screening(case: Case, here: str) -> StageMark:
    decided = case.latest(ScreeningDecided) if maintenance.closed(case) else preparation.decision(case)
    if decided is None:
        open_ = len(case.screening.unknown)
        state = "current" if here == SCREENING else "done"
        return StageMark(SCREENING, state, f"{times(open_, 'question')} open" if open_ else "")
    on, word = day(decided.effective_at, case.at), decided.fact.decision
    if word != preparation.SUITABLE:
        state = "current" if word == "deferred" else "blocked"
        return StageMark(SCREENING, state, f"{word.replace('-', ' ')}, {on}")
    if preparation.new_findings(case):
        return StageMark(SCREENING, "blocked", f"new since {on}")
    return StageMark(SCREENING, "done", on)


def _preparation(case: Case, here: str, gates: Gates) -> StageMark:
    missing, dosed = unready(gates), bool(maintenance.doses(case))
    if here == PREPARATION:
        return StageMark(PREPARATION, "current", f"{_in_place(missing)} of {len(_READINESS)} in place")
    if missing and dosed and here != MAINTENANCE:
        return StageMark(PREPARATION, "blocked", f"{len(missing)} missing")
    if missing and not dosed:
        return StageMark(PREPARATION, "ahead", "")
    ready = [entry.effective_at for _, kind in _READINESS if (entry := case.latest(kind))]
    return StageMark(PREPARATION, "done", day(max(ready), case.at) if ready else "")


def _in_place(missing: tuple[str, ...]) -> int:
    """Without a plan there is nothing to countersign, so the rule is silent: it is not in place either."""
    return len(_READINESS) - len(missing) - ("dose-needs-plan" in missing)


def _dosing(here: str, course: Course) -> StageMark:
    words = f"{course.doses} of {times(course.planned, 'dose')}" if course.planned else ""
    if here == DOSING:
        return StageMark(DOSING, "current", words)
    if not course.doses:
        return StageMark(DOSING, "ahead", "")
    return StageMark(DOSING, "done" if course.doses >= course.planned else "ahead", words)


def _integration(case: Case, here: str, course: Course) -> StageMark:
    if not course.doses:
        return StageMark(INTEGRATION, "ahead", "")
    held = sum(visit.integration_held for visit in maintenance.doses(case))
    words = f"{held} of {course.doses} held"
    if here == INTEGRATION:
        return StageMark(INTEGRATION, "current", words)
    return StageMark(INTEGRATION, "ahead" if integration.owed(case) else "done", words)


def _maintenance(case: Case, here: str) -> StageMark:
    if here != MAINTENANCE:
        return StageMark(MAINTENANCE, "ahead", "")
    if maintenance.closed(case):
        ended = case.latest(CourseClosed)
        return StageMark(MAINTENANCE, "done", f"closed {day(ended.effective_at, case.at)}" if ended else "")
    review = next((due for due in maintenance.due(case) if due.rule == "review-due"), None)
    return StageMark(MAINTENANCE, "current", f"review due {day(review.at, case.at)}" if review else "")
