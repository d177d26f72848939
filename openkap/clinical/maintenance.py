"""The long run: exposure, response by published definitions, and when to look again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from openkap.clinical import plan, preparation, scoring
from openkap.clinical.answers import Course, Due, ScorePoint, Visit
from openkap.clinical.case import Bar, Bars, Case, times
from openkap.clinical.entries import Entry
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.screening import Score
from openkap.clinical.instruments import Instrument
from openkap.clinical.measured import measurements

PRESCRIBER = "prescriber"
STAGE = "maintenance"
_WHOLE_PERCENT = 100
_LIVER = ("alt", "ast", "alp", "ggt")


def course(case: Case) -> Course:
    """Doses of this course, exposure of the whole life, scores oldest first, response of each instrument."""
    of_course, scores = doses(case), points(case)
    recent = case.at - case.protocol.span("exposure-window")
    return Course(
        doses=len(of_course),
        planned=planned(case),
        lifetime_mg=_mg(case.dosed),
        last_30_days_mg=_mg([visit for visit in case.dosed if visit.dose_at and visit.dose_at > recent]),
        scores=scores,
        response=_responses(case, of_course, scores),
    )


def doses(case: Case) -> tuple[Visit, ...]:
    """The visits with a dose of this course: after the closing of the one before it."""
    start, end = _bounds(case)
    return tuple(v for v in case.dosed if v.dose_at and (not start or v.dose_at > start) and v.dose_at <= end)


def planned(case: Case) -> int:
    """Doses planned in this course: those before the plan in force, and what it adds."""
    signed = case.latest(PlanApproved)
    if signed is None:
        return 0
    return max(0, len(doses(case)) - len(plan.doses_of(case, signed))) + int(signed.fact.sessions)


def closed(case: Case) -> bool:
    """The course was closed, and nobody has been called suitable or given a plan since."""
    ended = case.latest(CourseClosed)
    return ended is not None and preparation.decision(case) is None and plan.standing(case) is None


def points(case: Case) -> tuple[ScorePoint, ...]:
    """Every score of an instrument the protocol knows, oldest first."""
    known = case.protocol.instruments
    found = [e for e in case.all(Score) if e.fact.instrument in known]
    sex = case.chart.person.sex
    return tuple(
        point(known[e.fact.instrument], e, sex) for e in sorted(found, key=lambda e: (e.effective_at, e.seq))
    )


def point(scale: Instrument, entry: Entry, sex: str) -> ScorePoint:
    """One score with the word for it."""
    fact = entry.fact
    word = scoring.scored(scale, fact.total, fact.items, sex).word
    return ScorePoint(scale.id, entry.effective_at, fact.total, word)


def response(case: Case, of: Instrument, scores: Sequence[ScorePoint], first: datetime) -> str:
    """What one instrument says about the course whose first dose was at `first`.

    Baseline: the last score up to the first dose. "worse": the newest score is up by a meaningful change.
    Otherwise only a score whose recall lies wholly after the first dose is read; until then "too early".
    """
    before = [point for point in scores if point.at <= first]
    after = [point for point in scores if point.at > first]
    if not before or not after:
        return "too early"
    baseline, newest = before[-1].total, after[-1].total
    if of.meaningful_change is not None and newest - baseline >= of.meaningful_change:
        return "worse"
    if after[-1].at < first + of.recall:
        return "too early"
    if baseline < case.protocol.count("response-baseline"):
        return "not judged"
    if of.remission_below is not None and newest < of.remission_below:
        return "remission"
    percent = of.response_percent or case.protocol.count("response-drop-percent")
    dropped = (baseline - newest) * _WHOLE_PERCENT >= baseline * percent
    return "response" if dropped else "no response"


def review(case: Case) -> Bars:
    """A course goes on past a few doses only when somebody has looked whether it helps."""
    since = doses_since_review(case)
    if since < case.protocol.count("review-before-more-doses"):
        return ()
    return (Bar(f"The response has not been reviewed for {times(since, 'dose')}"),)


def urinary(case: Case) -> Bars:
    """Urinary symptoms are asked about while doses go on."""
    return _late(case, _urinary_by(case), "Urinary symptoms have not been asked about in time")


def liver(case: Case) -> Bars:
    """Liver tests are repeated, where the clinic has set how often."""
    return _late(case, _liver_by(case), "Liver tests have not been repeated in time")


def doses_since_review(case: Case) -> int:
    """Doses of this course after the last review."""
    last = case.latest(ReviewHeld)
    return sum(not last or (v.dose_at is not None and v.dose_at > last.effective_at) for v in doses(case))


def due(case: Case) -> tuple[Due, ...]:
    """Reviews after a few doses and at the end, the urinary question, liver tests; nothing once closed."""
    if not doses(case) or closed(case):
        return ()
    owed = (
        ("ask about urinary symptoms", _urinary_by(case), "urinary-question-due"),
        ("repeat the liver tests", _liver_by(case), "liver-tests-due"),
    )
    long_run = [Due(what, PRESCRIBER, by, rule, stage=STAGE) for what, by, rule in owed if by is not None]
    return (*_review_due(case), *long_run)


def _review_due(case: Case) -> tuple[Due, ...]:
    of_course, since = doses(case), doses_since_review(case)
    ended = len(of_course) >= planned(case)
    signed = case.latest(PlanApproved)
    if not since or not (ended or _time_to_look(case, signed, since)):
        return ()
    last = of_course[-1].dose_at
    assert last is not None
    # By the time the next dose would be given: the planned interval after the last one.
    by = last + timedelta(days=signed.fact.every_days if signed else 1)
    what = "review of the response at the end of the series" if ended else "review of the response"
    return (Due(what, PRESCRIBER, by, "review-due", stage=STAGE),)


def _time_to_look(case: Case, signed: Entry | None, since: int) -> bool:
    """By the plan's own looks at the response; where it names none, by the protocol's count."""
    if signed is None or not signed.fact.checkpoints:
        return since >= case.protocol.count("review-after-doses")
    given = len(plan.doses_of(case, signed))
    return any(given - since < after <= given for after in signed.fact.checkpoints)


def _urinary_by(case: Case) -> datetime | None:
    asked = [e.effective_at for e in case.all(ReviewHeld) if e.fact.urinary_symptoms != "not asked"]
    return _again(case, asked, "urinary-question-every")


def _liver_by(case: Case) -> datetime | None:
    tested = [moment for what in _LIVER for moment, _ in measurements(case.chart, what, case.at)]
    return _again(case, tested, "liver-tests-every")


def _again(case: Case, done: Sequence[datetime], every: str) -> datetime | None:
    """Due so long after it was last done, or after the first dose. None while the interval is unset."""
    of_course = doses(case)
    if not of_course or every not in case.protocol.numbers:
        return None
    first = of_course[0].dose_at
    assert first is not None
    return max((first, *done)) + case.protocol.span(every)


def _late(case: Case, by: datetime | None, says: str) -> Bars:
    return (Bar(says),) if by is not None and case.at > by else ()


def _bounds(case: Case) -> tuple[datetime | None, datetime]:
    """When the present course began, None for the first; and when it ended, which is now while it runs."""
    ends = sorted(entry.effective_at for entry in case.all(CourseClosed))
    if closed(case):
        return (ends[-2] if len(ends) > 1 else None), ends[-1]
    return (ends[-1] if ends else None), case.at


def _mg(dosed: Sequence[Visit]) -> Decimal:
    return sum((visit.given_mg for visit in dosed if visit.given_mg is not None), Decimal(0))


def _responses(case: Case, of_course: Sequence[Visit], scores: Sequence[ScorePoint]) -> dict[str, str]:
    first = of_course[0].dose_at if of_course else None
    if first is None:
        return {}
    end = _bounds(case)[1]
    told = {}
    for name, instrument in case.protocol.instruments.items():
        if instrument.remission_below is None and instrument.response_percent is None:
            continue  # nobody has published what a response on it is
        if of_it := [point for point in scores if point.instrument == name and point.at <= end]:
            told[name] = response(case, instrument, of_it, first)
    return told
