"""What is new since a signed decision: the screening as it was known then beside the screening now.

Both are asked of the protocol in force now, so that what differs is the person and not the rules.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.screening import (
    Allergy,
    HistoryAnswered,
    MatchJudged,
    Measurement,
    Medicine,
    Problem,
    Result,
    Score,
)
from openkap.clinical.evaluate import evaluate
from openkap.clinical.overrides import behind, gone_past
from openkap.clinical.rules import Finding, Met, Unknown
from openkap.clinical.screening import Screening, screen

Told = TypeVar("Told", Finding, Unknown)

FACTS = (Problem, Medicine, Allergy, MatchJudged, Result, Score, HistoryAnswered, Measurement)
"""Kinds of entry that can move a screening, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding that stood at the decision and stands now, resting on other data."""

    then: Finding
    now: Finding


@dataclass(frozen=True, slots=True)
class Changed:
    """Everything that differs from what was known when the decision was signed, worst first."""

    decided: Entry
    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    moved: tuple[Moved, ...]
    opened: tuple[Unknown, ...]  # could be told then, and cannot now
    closed: tuple[Unknown, ...]  # could not be told then, and can now
    facts: tuple[Entry, ...]  # written since, newest first
    other_protocol: bool  # the decision was signed under another protocol than the one asked here

    def __bool__(self) -> bool:
        return bool(self.appeared or self.gone or self.moved or self.opened or self.closed)


def changed(case: Case, decided: Entry) -> Changed:
    """What differs now from what was known when `decided` was signed."""
    then, now = screening_then(case, decided), case.screening
    before, after = _by_rule(then.findings), _by_rule(now.findings)
    pairs = [Moved(before[rule], finding) for rule, finding in after.items() if rule in before]
    open_then, open_now = _by_rule(then.unknown), _by_rule(now.unknown)
    signed_under = decided.fact.protocol
    return Changed(
        decided=decided,
        appeared=tuple(finding for rule, finding in after.items() if rule not in before),
        gone=tuple(finding for rule, finding in before.items() if rule not in after),
        moved=tuple(pair for pair in pairs if not _behind(pair.now) <= _behind(pair.then)),
        opened=tuple(one for rule, one in open_now.items() if rule not in open_then),
        closed=tuple(one for rule, one in open_then.items() if rule not in open_now),
        facts=facts_since(case, decided),
        other_protocol=signed_under is not None and signed_under != case.protocol.hash,
    )


def screening_then(case: Case, decided: Entry) -> Screening:
    """The screening as it was known when the decision was signed, under the protocol asked here."""
    key = f"screening at {decided.id} under {case.protocol.hash}"
    if key not in case.chart.memo:
        then = _known_then(case.chart, decided)
        case.chart.memo[key] = screen(then, case.protocol, decided.effective_at)
    made: Screening = case.chart.memo[key]
    return made


def is_new(finding: Finding, case: Case, mark: Entry, accepted: Collection[str]) -> bool:
    """Whether a standing finding did not stand at this entry, a decision or a signature; nor was accepted.

    It did not speak then; or somebody had gone past it, and something is behind it that they did not know.
    """
    rule, then = finding.rule, _known_then(case.chart, mark)
    told = evaluate(rule, then, case.protocol, mark.effective_at)
    if not isinstance(told, Met):
        return rule.id not in accepted
    past = gone_past(rule, told, then, case.protocol, mark.effective_at)
    return past is not None and not past.awaits and not _behind(finding) <= behind(told)


def _known_then(chart: Chart, decided: Entry) -> Chart:
    """The chart up to the decision, made once for each chart: the past stays."""
    key = f"known at {decided.id}"
    if key not in chart.memo:
        chart.memo[key] = fold(chart.subject, (e for e in chart.entries if e.seq <= decided.seq))
    known: Chart = chart.memo[key]
    return known


def facts_since(case: Case, decided: Entry) -> tuple[Entry, ...]:
    """What was written since that can move a screening, newest first."""
    found = (entry for kind in FACTS for entry in case.all(kind) if entry.seq > decided.seq)
    return tuple(sorted(found, key=lambda entry: (entry.effective_at, entry.seq), reverse=True))


def _behind(finding: Finding) -> frozenset[tuple[str, str, str]]:
    return behind(Met(finding.because))


def _by_rule(told: Iterable[Told]) -> dict[str, Told]:
    return {one.rule.id: one for one in told}
