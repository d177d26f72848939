"""What the screening rules say about a person: the findings, worst first, and what nobody has asked yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.evaluate import evaluate
from openkap.clinical.overrides import GonePast, gone_past
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import GRADES, CannotTell, Finding, Met, Rule, Unknown

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
            findings.append(_finding(rule, told, gone_past(rule, told, chart, protocol, at)))
        elif isinstance(told, CannotTell):
            unknown.append(Unknown(rule, told.needs, rule.ask_of or _SOMEBODY))
    return Screening(tuple(findings), tuple(unknown), _worst(findings))


def _finding(rule: Rule, told: Met, past: GonePast | None) -> Finding:
    if past is None:
        return Finding(rule, told.because, told.by_words)
    if past.awaits:
        return Finding(rule, told.because, told.by_words, awaits=past.awaits, proposed=past.reason)
    return Finding(rule, told.because, told.by_words, overridden=past.reason)


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
