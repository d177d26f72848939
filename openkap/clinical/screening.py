"""What the screening rules say about a person: the findings, worst first, and what nobody has asked yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.evaluate import evaluate
from openkap.clinical.overrides import GonePast, gone_past
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import GRADES, CannotTell, Finding, Met, Outcome, Rule, Unknown

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


def screen(chart: Chart, protocol: Protocol, at: datetime, *, at_home: bool = False) -> Screening:
    """Every screening rule asked once, and graded."""
    return graded(outcomes(chart, protocol, at), chart, protocol, at, at_home=at_home)


def outcomes(chart: Chart, protocol: Protocol, at: datetime) -> dict[str, Outcome]:
    """What each screening rule answers, by the rule's id."""
    return {rule.id: evaluate(rule, chart, protocol, at) for rule in _rules(protocol, at_home=False)}


def graded(
    answers: Mapping[str, Outcome], chart: Chart, protocol: Protocol, at: datetime, *, at_home: bool = False
) -> Screening:
    """The answers of `outcomes`, graded: a rule is a finding, or unknown, or neither; never both.

    `at_home`: graded for treatment at home, where some rules are stricter and nobody goes past those.
    """
    findings, unknown = [], []
    for rule in _rules(protocol, at_home=at_home):
        told = answers[rule.id]
        if isinstance(told, Met):
            findings.append(_finding(rule, told, gone_past(rule, told, chart, protocol, at)))
        elif isinstance(told, CannotTell):
            unknown.append(Unknown(rule, told.needs, rule.ask_of or _SOMEBODY))
    return Screening(tuple(findings), tuple(unknown), _worst(findings))


def _finding(rule: Rule, told: Met, past: GonePast | None) -> Finding:
    finding = Finding(rule, told.because, told.by_words, told.unverified)
    if past is None:
        return finding
    if past.awaits:
        return replace(finding, awaits=past.awaits, proposed=past.reason)
    return replace(finding, overridden=past.reason)


def _rules(protocol: Protocol, *, at_home: bool) -> tuple[Rule, ...]:
    """The screening rules, worst grade first, otherwise as the files have them."""
    key = f"{STAGE} at home" if at_home else STAGE
    if key not in protocol.memo:
        asked = [rule for rule in protocol.rules if rule.stage == STAGE and rule.then != "block"]
        graded = [_stricter(rule) if at_home and rule.at_home else rule for rule in asked]
        protocol.memo[key] = tuple(sorted(graded, key=lambda rule: GRADES.index(rule.then)))
    made: tuple[Rule, ...] = protocol.memo[key]
    return made


def _stricter(rule: Rule) -> Rule:
    """The rule as it stands at home. What was gone past for the clinic was not gone past for the home."""
    worse = min(rule.then, rule.at_home, key=GRADES.index)
    return replace(rule, then=worse, override="", second="")


def _worst(findings: Sequence[Finding]) -> str:
    standing = {finding.rule.then for finding in findings if not finding.overridden}
    return next((grade for grade in _WEIGHTY if grade in standing), CLEAR)
