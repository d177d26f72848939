"""Findings as a page shows them: grouped by what they mean, own data quoted, the source one tap away."""

from collections.abc import Sequence
from typing import Any

from openkap.clinical.protocol import BASIS_SAYS, Protocol
from openkap.clinical.rules import Finding, Rule, Unknown
from openkap.web import words

DECISION_CHOICES = (
    ("suitable", "Suitable", "Preparation can begin. Every finding above must be accepted."),
    ("deferred", "Not yet", "Something must be settled or asked first."),
    ("not-suitable", "Not suitable", "Treatment should not go ahead."),
)
GROUP_BY_FORM = ("systolic", "diastolic", "weight")


def groups(found: Sequence[Finding], role: str, protocol: Protocol) -> list[dict[str, Any]]:
    """The groups that hold something, worst first."""
    grouped = [
        {
            "grade": grade,
            "title": title,
            "means": means,
            "findings": [_finding(one, role, protocol) for one in found if one.rule.then == grade],
        }
        for grade, title, means in words.GROUPS
    ]
    return [group for group in grouped if group["findings"]]


def _finding(finding: Finding, role: str, protocol: Protocol) -> dict[str, Any]:
    rule = finding.rule
    return {
        "rule": rule,
        "own": words.quoted(finding),
        "by_words": finding.by_words,
        "overridden": finding.overridden,
        "may_override": rule.override == role and not finding.overridden,
        **source_of(rule, protocol),
    }


def source_of(rule: Rule, protocol: Protocol) -> dict[str, Any]:
    """Where a rule comes from, and how sure that is."""
    known = protocol.sources
    return {
        "basis": BASIS_SAYS.get(rule.basis, rule.basis),
        "assumed": rule.basis == "assumed",
        "sources": [known[name] for name in rule.sources if name in known],
    }


def asked(unknown: Sequence[Unknown]) -> list[dict[str, Any]]:
    """Questions to put to a person, grouped by what hangs on a yes; the weightiest group stands open."""
    grouped = [
        {
            "title": title,
            "grade": grade,
            "questions": [_question(one) for one in unknown if one.rule.then == grade],
        }
        for grade, title, _ in words.GROUPS
    ]
    return [group for group in grouped if group["questions"]]


def _question(one: Unknown) -> dict[str, Any]:
    return {
        "name": f"answer-{one.rule.id}",
        "ask": one.rule.ask,
        "of": "" if one.ask_of == "patient" else f"For {words.role(one.ask_of)}.",
    }


def measurable(protocol: Protocol) -> list[tuple[str, str]]:
    """Measurements a person may type in, but for those that have a form of their own; the first is empty."""
    kinds = [
        (name, f"{kind.title} ({words.unit(kind.unit)})" if words.unit(kind.unit) else kind.title)
        for name, kind in protocol.measurements.items()
        if name not in GROUP_BY_FORM
    ]
    return [("", "Choose what was measured"), *sorted(kinds, key=lambda kind: kind[1])]


def results(protocol: Protocol) -> list[tuple[str, str]]:
    """The tests whose result is a word, as the protocol names them; the first is empty."""
    return [("", "Choose the test"), *sorted((name, kind.title) for name, kind in protocol.results.items())]
