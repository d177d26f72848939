"""What must stand before a plan, a visit, a first dose: clearance and plan."""

from collections.abc import Collection
from datetime import datetime, time

from openkap.clinical.answers import Due
from openkap.clinical.case import Bar, Bars, Case, day, order, times
from openkap.clinical.changed import facts_since, is_new
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import VitalSigns
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import PreparationHeld
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.entries.words import Measured
from openkap.clinical.evaluate import evaluate
from openkap.clinical.overrides import waiting
from openkap.clinical.rules import Finding, Met
from openkap.clinical.screening import STAGE

SUITABLE = "suitable"
_REOPENS = ("exclude", "stabilise")
_LISTED = 3
_DECIDES = "prescriber"
_CLEARED = "dose-needs-clearance"


def decision(case: Case) -> Entry | None:
    """The screening decision of this course: the newest, unless the course was closed since."""
    return case.of_course(ScreeningDecided)


def adoption(case: Case) -> Bars:
    """A medical director has adopted the protocol in use."""
    return () if case.protocol.adoption else (Bar("No medical director has adopted the protocol in use"),)


def clearance(case: Case) -> Bars:
    """A standing decision that this person is suitable, and nothing new that speaks against it."""
    decided = decision(case)
    if decided is None:
        return (Bar(_undecided(case)),)
    fact = decided.fact
    if fact.decision != SUITABLE:
        word = fact.decision.replace("-", " ")
        told = Measured("screening decision", word, decided.effective_at.isoformat())
        return (
            Bar(f"The decision of {day(decided.effective_at, case.at)} is {word}: {fact.reason}", (told,)),
        )
    return tuple(_of_finding("New since clearance", finding) for finding in new_findings(case))


def new_findings(case: Case) -> tuple[Finding, ...]:
    """Findings that exclude or must be settled, and did not stand when the person was called suitable.

    Vital signs of a dosing day do not reopen the decision: they rise with the drug; the room has its limits.
    """
    decided = decision(case)
    return findings_since(case, decided, accepted=decided.fact.accepted) if decided else ()


def findings_since(case: Case, mark: Entry, *, accepted: Collection[str] = ()) -> tuple[Finding, ...]:
    """Findings that exclude or must be settled and are new since this entry; visits' vital signs aside."""
    lasting = [finding for finding in _standing(case, _REOPENS) if _outside_the_room(finding, case)]
    return tuple(finding for finding in lasting if is_new(finding, case, mark, accepted))


def due(case: Case) -> tuple[Due, ...]:
    """What the prescriber owes a decision: to look again on its day, and to look at what is new since."""
    decided = decision(case)
    if decided is None:
        return ()
    if decided.fact.until is not None:
        on = datetime.combine(decided.fact.until, time(), decided.effective_at.tzinfo)
        return (Due("The decision that was put off: look again", _DECIDES, on, _CLEARED, stage=STAGE),)
    if decided.fact.decision != SUITABLE:
        return ()
    found, since = new_findings(case), _written_since(case, decided)
    return tuple(
        Due(f"New since clearance: {one.rule.says}", _DECIDES, since, one.rule.id, stage=STAGE)
        for one in found
    )


def _written_since(case: Case, decided: Entry) -> datetime:
    """When the newest fact came in that can have moved the screening."""
    return max((entry.recorded_at for entry in facts_since(case, decided)), default=case.at)


def exclusion_stands(case: Case) -> Bars:
    """Nobody is called suitable while a finding that stops treatment stands."""
    return tuple(_of_finding("Stops treatment", finding) for finding in _standing(case, ("exclude",)))


def unsettled_finding(case: Case) -> Bars:
    """Nobody is called suitable while something must be settled first."""
    return tuple(_of_finding("Settle first", finding) for finding in _standing(case, ("stabilise",)))


def second_person(case: Case) -> Bars:
    """Nobody is called suitable past a finding that two people must weigh, until both have."""
    asking = [f for f in case.screening.findings if f.rule.second and not f.overridden]
    return tuple(_of_finding("Two people must weigh this", f) for f in asking if f.rule.then not in _REOPENS)


def screening_unanswered(case: Case) -> Bars:
    """Missing is not normal: what could stop treatment has to be asked."""
    open_ = [unknown for unknown in case.screening.unknown if unknown.rule.then == "exclude"]
    if not open_:
        return ()
    named = "; ".join(unknown.rule.says for unknown in open_[:_LISTED])
    more = f"; and {len(open_) - _LISTED} more" if len(open_) > _LISTED else ""
    verb = "has" if len(open_) == 1 else "have"
    return (
        Bar(f"{times(len(open_), 'question')} that could stop treatment {verb} no answer: {named}{more}"),
    )


def sessions_held(case: Case) -> Bars:
    """As many preparation sessions were held in this course as the program asks for."""
    closed, wanted = case.latest(CourseClosed), case.protocol.count("preparation-sessions")
    held = sum(closed is None or order(entry) > order(closed) for entry in case.all(PreparationHeld))
    if held >= wanted:
        return ()
    if held == 0:
        return (Bar("No preparation session has been held"),)
    return (Bar(f"{held} of {times(wanted, 'preparation session')} held"),)


def _undecided(case: Case) -> str:
    closed = case.latest(CourseClosed)
    if closed is None:
        return "Nobody has decided yet whether this person is suitable"
    on = day(closed.effective_at, case.at)
    return f"The course was closed on {on}, and nobody has decided anew whether this person is suitable"


def _standing(case: Case, grades: tuple[str, ...]) -> list[Finding]:
    return [f for f in case.screening.findings if f.rule.then in grades and not f.overridden]


def _of_finding(heading: str, finding: Finding) -> Bar:
    shown = ", ".join(value.value for value in finding.because)
    confirm = "; matched by its words alone, please confirm" if finding.by_words else ""
    memory = "; code not verified" if finding.unverified else ""
    data = f" ({shown}{confirm}{memory})" if shown else ""
    rule, says = finding.rule, f"{heading}: {finding.rule.says}{data}"
    if finding.awaits:
        return Bar(f"{says}; {waiting(finding.awaits)}", finding.because, rule.id, finding.awaits, "")
    return Bar(says, finding.because, rule.id, "prescriber", rule.override)


def _outside_the_room(finding: Finding, case: Case) -> bool:
    """Whether the finding stands without the vital signs charted in visits."""
    charted = {entry.effective_at.isoformat() for entry in case.all(VitalSigns)}
    if not any(value.at in charted for value in finding.because):
        return True
    chart = case.chart
    kept = {kind: found for kind, found in chart.by_kind.items() if kind is not VitalSigns}
    quiet = Chart(chart.subject, chart.entries, kept)
    return isinstance(evaluate(finding.rule, quiet, case.protocol, case.at), Met)
