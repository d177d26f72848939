"""What the screening rules say about a person: the findings, worst first, and what nobody has asked yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import Override
from openkap.clinical.evaluate import evaluate
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import GRADES, CannotTell, Finding, Met, Rule, Unknown
from openkap.clinical.sought import newest

STAGE = "screening"
CLEAR = "clear"
_WEIGHTY = ("exclude", "stabilise", "decide")
_SOMEBODY = "prescriber"


@dataclass(frozen=True, slots=True)
class Screening:
    """No finding is not the same as clear of risk: what is in `unknown` has not been told either way."""

    findings: tuple[Finding, ...]  # worst first
    unknown: tuple[Unknown, ...]  # what would weigh most first
    worst: str  # "clear" · "decide" · "stabilise" · "exclude"; warnings and overridden findings do not count


def screen(chart: Chart, protocol: Protocol, at: datetime) -> Screening:
    """Every screening rule asked once. A rule is a finding, or unknown, or neither; never both."""
    findings, unknown = [], []
    for rule in _rules(protocol):
        told = evaluate(rule, chart, protocol, at)
        if isinstance(told, Met):
            reason = _overridden(rule, told, chart, protocol, at)
            findings.append(Finding(rule, told.because, told.by_words, reason))
        elif isinstance(told, CannotTell):
            unknown.append(Unknown(rule, told.needs, rule.ask_of or _SOMEBODY))
    return Screening(tuple(findings), tuple(unknown), _worst(findings))


def _rules(protocol: Protocol) -> tuple[Rule, ...]:
    """The screening rules, worst grade first, otherwise as the files have them."""
    if STAGE not in protocol.memo:
        asked = [rule for rule in protocol.rules if rule.stage == STAGE and rule.then != "block"]
        protocol.memo[STAGE] = tuple(sorted(asked, key=lambda rule: GRADES.index(rule.then)))
    made: tuple[Rule, ...] = protocol.memo[STAGE]
    return made


def _worst(findings: Sequence[Finding]) -> str:
    standing = {finding.rule.then for finding in findings if not finding.overridden}
    return next((grade for grade in _WEIGHTY if grade in standing), CLEAR)


def _overridden(rule: Rule, told: Met, chart: Chart, protocol: Protocol, at: datetime) -> str:
    """The reason of the newest override, if the rule allows one and all that is behind it was known then."""
    if not rule.override:
        return ""
    override = newest(chart, Override, at, (("rule", rule.id),))
    if override is None or not _behind(told) <= _known_then(rule, override, chart, protocol):
        return ""
    return str(override.fact.reason)


def _known_then(rule: Rule, override: Entry, chart: Chart, protocol: Protocol) -> frozenset[tuple[str, str]]:
    """What stood behind the finding when it was overridden. Asked once for each chart: the past stays."""
    key = f"known at override {override.id} under {protocol.hash}"
    if key not in chart.memo:
        then = fold(chart.subject, (entry for entry in chart.entries if entry.seq < override.seq))
        told = evaluate(rule, then, protocol, override.effective_at)
        chart.memo[key] = _behind(told) if isinstance(told, Met) else frozenset()
    known: frozenset[tuple[str, str]] = chart.memo[key]
    return known


def _behind(told: Met) -> frozenset[tuple[str, str]]:
    return frozenset((value.what, value.at) for value in told.because)
