"""The weeks after: each dose opens an obligation, which ends with a session and a call."""

from collections.abc import Iterable
from datetime import datetime

from openkap.clinical import plan
from openkap.clinical.answers import Due, Visit
from openkap.clinical.case import Bar, Bars, Case, day, times
from openkap.clinical.entries import Entry
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.words import Measured
from openkap.clinical.protocol import Protocol

THERAPIST = "therapist"
STAGE = "integration"
CALL, SESSION = "next-day-contact-due", "integration-session-due"


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
    before = [visit for visit in case.dosed if visit.id != case.visit]
    if not before or not (short := _short(before[-1], case)):
        return ()
    held, wanted = short
    last = before[-1]
    return (Bar(f"{held} of {times(wanted, 'integration session')} held after dose {last.number}"),)


def _short(visit: Visit, case: Case) -> tuple[int, int] | None:
    """(sessions held, sessions planned) of a dose with some of them held and others not; else None."""
    signed = plan.standing(case)
    wanted = (signed.fact.integrations or 1) if signed else 1
    held = len(case.all(IntegrationHeld, visit=visit.id))
    return (held, wanted) if 0 < held < wanted else None


def contact(case: Case) -> Bars:
    """The safety call on the day after."""
    return tuple(
        Bar(f"The call after dose {visit.number} has not reached the patient")
        for visit in case.dosed
        if not visit.contacted
    )


def due(case: Case) -> tuple[Due, ...]:
    """What the doses so far owe, and by when.

    The next day's call; the first session, in its window and before the next dose; and where the plan asks
    for more than one session, the others before the next dose.
    """
    calls = [_call(visit, case) for visit in case.dosed[-1:] if not visit.contacted]
    sessions = [_session(visit, case) for visit in owed(case)]
    return (*calls, *sessions, *_others(case))


def talks(booked: Iterable[Entry], visits: Iterable[Visit]) -> tuple[Entry, ...]:
    """Of the sessions that were booked those that stand: a dose that was cancelled takes its own with it."""
    standing = {visit.id for visit in visits}
    return tuple(entry for entry in booked if entry.fact.visit in standing)


def ahead(case: Case) -> tuple[Due, ...]:
    """The first session of each dose that is booked and not given: by when it will be owed."""
    visits = [v for v in case.visits if v.phase == "booked" and v.starts_at > case.at]
    return tuple(
        Due(
            f"integration session after dose {visit.number}, which is booked",
            THERAPIST,
            min(
                (
                    visit.starts_at + case.protocol.span("integration-until"),
                    *(later.starts_at for later in visits if later.starts_at > visit.starts_at),
                )
            ),
            SESSION,
            visit.id,
            STAGE,
        )
        for visit in visits
    )


def window(visit: Visit, protocol: Protocol) -> tuple[datetime, datetime]:
    """From when until when the first session belongs: a scheduling convention, which closes nothing."""
    assert visit.dose_at is not None
    return visit.dose_at + protocol.span("integration-from"), visit.dose_at + protocol.span(
        "integration-until"
    )


def call_by(visit: Visit, protocol: Protocol) -> datetime:
    """By when the call of the day after is owed."""
    assert visit.dose_at is not None
    return visit.dose_at + protocol.span("next-day-contact")


def _call(visit: Visit, case: Case) -> Due:
    by = call_by(visit, case.protocol)
    return Due(f"call after dose {visit.number}", THERAPIST, by, CALL, visit.id, STAGE)


def _session(visit: Visit, case: Case) -> Due:
    _, until = window(visit, case.protocol)
    what = f"integration session after dose {visit.number}"
    return Due(what, THERAPIST, min((until, *_later(visit, case))), SESSION, visit.id, STAGE)


def _others(case: Case) -> tuple[Due, ...]:
    """The next of several sessions that the plan asks for, due when the next dose is booked for."""
    if not case.dosed or not (short := _short(case.dosed[-1], case)):
        return ()
    (held, wanted), visit = short, case.dosed[-1]
    what = f"integration session {held + 1} of {wanted} after dose {visit.number}"
    later = _later(visit, case)
    return (Due(what, THERAPIST, min(later), SESSION, visit.id, STAGE),) if later else ()


def _later(visit: Visit, case: Case) -> list[datetime]:
    """When the doses after this one are booked for."""
    assert visit.dose_at is not None
    return [v.starts_at for v in case.visits if v.phase == "booked" and v.starts_at > visit.dose_at]
