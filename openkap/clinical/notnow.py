"""What a person is told who cannot be treated now: why, what could change it, and what to do next.

Plain words of the protocol alone; of the chart only which rules spoke. A clinician's note stays inside.
"""

from dataclasses import dataclass
from datetime import date

from openkap.clinical.case import Case
from openkap.clinical.changed import screening_then
from openkap.clinical.entries import Entry
from openkap.clinical.preparation import SUITABLE, decision
from openkap.clinical.rules import Finding

_STANDS_IN_THE_WAY = ("exclude", "stabilise")


@dataclass(frozen=True, slots=True)
class Told:
    """One reason in plain words."""

    rule: str
    why: str
    next: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """The page of one decision."""

    given_name: str
    decided: Entry
    reasons: tuple[Told, ...]  # worst first; empty when the clinician's own judgement decided
    look_again: date | None
    later: bool  # put off, not turned down


def not_now(case: Case) -> NotNow | None:
    """The page for the decision that stands, or None: nothing was decided, or the person is suitable."""
    decided = decision(case)
    if decided is None or decided.fact.decision == SUITABLE:
        return None
    return NotNow(
        given_name=case.chart.person.given_name,
        decided=decided,
        reasons=tuple(
            Told(finding.rule.id, *finding.rule.tells)
            for finding in _signed(case, decided)
            if finding.rule.tells
        ),
        look_again=decided.fact.until,
        later=decided.fact.decision == "deferred",
    )


def _signed(case: Case, decided: Entry) -> list[Finding]:
    """What stood in the way at the decision: the findings the signer accepted, or all where none was."""
    stood = [
        finding
        for finding in screening_then(case, decided).findings
        if finding.rule.then in _STANDS_IN_THE_WAY and not finding.overridden
    ]
    accepted = [finding for finding in stood if finding.rule.id in decided.fact.accepted]
    return accepted or stood
