"""The weeks after: each dose opens an obligation, which ends with a session and a call."""

from openkap.clinical import plan
from openkap.clinical.answers import Due, Visit
from openkap.clinical.case import Bar, Bars, Case, day, times
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.words import Measured

THERAPIST = "therapist"
STAGE = "integration"


def owed(case: Case) -> tuple[Visit, ...]:
    """Doses whose integration session is owed. A session held for a later dose covers the earlier ones."""
    held = [number for number, visit in enumerate(case.dosed) if visit.integration_held]
    return case.dosed[held[-1] + 1 :] if held else case.dosed


def integration(case: Case) -> Bars:
    """No next dose before the last one was integrated."""
    before = [visit for visit in owed(case) if visit.id != case.visit]
    if not before:
        return _fewer_than_planned(case)
    last = before[-1]
    assert last.dose_at is not None
    given = Measured("dose", f"dose {last.number}", last.dose_at.isoformat())
    return (
        Bar(f"Integration of dose {last.number} ({day(last.dose_at, case.at)}) has not been held", (given,)),
    )


def _fewer_than_planned(case: Case) -> Bars:
    """A plan may ask for more than one session between two doses."""
    signed, before = plan.standing(case), [visit for visit in case.dosed if visit.id != case.visit]
    wanted = (signed.fact.integrations or 1) if signed else 1
    if not before or (held := len(case.all(IntegrationHeld, visit=before[-1].id))) >= wanted or not held:
        return ()
    last = before[-1]
    return (Bar(f"{held} of {times(wanted, 'integration session')} held after dose {last.number}"),)


def contact(case: Case) -> Bars:
    """The safety call on the day after."""
    return tuple(
        Bar(f"The call after dose {visit.number} has not reached the patient")
        for visit in case.dosed
        if not visit.contacted
    )


def due(case: Case) -> tuple[Due, ...]:
    """What the doses so far owe, and by when: the next day's call, and a session before the next dose."""
    calls = [_call(visit, case) for visit in case.dosed[-1:] if not visit.contacted]
    sessions = [_session(visit, case) for visit in owed(case)]
    return (*calls, *sessions)


def _call(visit: Visit, case: Case) -> Due:
    assert visit.dose_at is not None
    by = visit.dose_at + case.protocol.span("next-day-contact")
    return Due(f"call after dose {visit.number}", THERAPIST, by, "next-day-contact-due", visit.id, STAGE)


def _session(visit: Visit, case: Case) -> Due:
    assert visit.dose_at is not None
    until = visit.dose_at + case.protocol.span("integration-until")
    later = [v.starts_at for v in case.visits if v.phase == "booked" and v.starts_at > visit.dose_at]
    what = f"integration session after dose {visit.number}"
    return Due(what, THERAPIST, min((until, *later)), "integration-session-due", visit.id, STAGE)
