"""Findings as a page shows them: grouped by what they mean, own data quoted, the source one tap away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.history import ClearanceLetter
from openkap.clinical.entries.office import Override, Seconded
from openkap.clinical.entries.screening import MatchJudged
from openkap.clinical.protocol import BASIS_SAYS, GRADE_NAMES, Protocol
from openkap.clinical.rules import Finding, Rule, Unknown
from openkap.clinical.worded import unjudged
from openkap.records.policy import Principal
from openkap.web import history_words, people, words
from openkap.web.sentences import sentence

DECISION_CHOICES = (
    ("suitable", "Suitable", "Preparation can begin. Every finding above must be accepted."),
    ("deferred", "Not yet", "Something must be settled or asked first."),
    ("not-suitable", "Not suitable", "Treatment should not go ahead."),
)
GROUP_BY_FORM = ("systolic", "diastolic", "weight")


@dataclass(frozen=True, slots=True)
class Look:
    """Who reads the findings of which chart, and what others have said about them."""

    who: Principal
    case: Case
    names: Mapping[str, str]

    @classmethod
    def at_chart(cls, who: Principal, case: Case) -> "Look":
        said = [*case.all(Override), *case.all(Seconded), *case.all(ClearanceLetter)]
        return cls(who, case, people.names(who, {entry.author for entry in said}))

    def name(self, entry: Entry | None) -> str:
        return self.names.get(entry.author, "a clinician") if entry else ""


def groups(found: Sequence[Finding], look: Look) -> list[dict[str, Any]]:
    """The groups that hold something, worst first."""
    grouped = [
        {
            "grade": grade,
            "title": title,
            "means": means,
            "findings": [_finding(finding, look) for finding in found if finding.rule.then == grade],
        }
        for grade, title, means in words.GROUPS
    ]
    return [group for group in grouped if group["findings"]]


def _finding(finding: Finding, look: Look) -> dict[str, Any]:
    rule, role = finding.rule, look.who.acts_as
    past = look.case.latest(Override, rule=rule.id) if finding.overridden or finding.awaits else None
    confirmed = look.case.latest(Seconded, override=str(past.id)) if past else None
    return {
        "rule": rule,
        "own": words.quoted(finding),
        "by_words": finding.by_words,
        "words": to_judge(rule, look.case) if finding.by_words else [],
        "unverified": finding.unverified,
        "at_home": GRADE_NAMES.get(rule.at_home, "").lower(),
        "overridden": finding.overridden,
        "proposed": finding.proposed,
        "awaits": words.another(finding.awaits) if finding.awaits else "",
        "past_by": look.name(past),
        "confirmed_by": look.name(confirmed) if finding.overridden else "",
        "second": words.another(rule.second) if rule.second else "",
        "letters": _letters(rule.id, look),
        "may_override": rule.override == role and not finding.overridden and not finding.awaits,
        "may_second": bool(past) and finding.awaits == role and past.author != look.who.user,
        **source_of(rule, look.case.protocol),
    }


def to_judge(rule: Rule, case: Case) -> list[dict[str, Any]]:
    """The words a rule matched that nobody has confirmed or denied, with what they were taken for."""
    found = unjudged(rule, case.chart, case.protocol, case.at)
    return [
        {
            "form": f"words-{rule.id}-{number}",
            "said": one,
            "means": case.protocol.value_sets[one.value_set].title,
        }
        for number, one in enumerate(found)
    ]


def unsure(unknown: Sequence[Unknown], case: Case) -> list[dict[str, Any]]:
    """Words on file that nobody has judged, and that what cannot be told may hang on; each once."""
    found = {one["said"]: one for asked in unknown for one in to_judge(asked.rule, case)}
    return list(found.values())


def _letters(rule: str, look: Look) -> list[dict[str, Any]]:
    today = words.local(look.case.at).date()
    return [
        {
            "says": history_words.letter(entry.fact),
            "old": bool(entry.fact.valid_until and entry.fact.valid_until < today),
        }
        for entry in look.case.all(ClearanceLetter, rule=rule)
    ]


def judged(who: Principal, case: Case) -> list[dict[str, Any]]:
    """What clinicians said about words, the last word about each, and what would be said instead."""
    last = {(e.fact.of, e.fact.value_set, e.fact.text): e for e in case.all(MatchJudged)}
    names = people.names(who, {entry.author for entry in last.values()})
    return [
        {
            "form": f"judged-{number}",
            "says": sentence(entry, case.protocol),
            "at": entry.effective_at,
            "by": names.get(entry.author, ""),
            "said": entry.fact,
            "instead": "no" if entry.fact.so == "yes" else "yes",
        }
        for number, entry in enumerate(last.values())
    ]


def next_steps(found: Sequence[Finding]) -> list[tuple[str, tuple[str, ...]]]:
    """What the protocol says to do about each finding that stands in the way."""
    return [
        (finding.rule.says, finding.rule.act)
        for finding in found
        if finding.rule.then in ("exclude", "stabilise") and finding.rule.act and not finding.overridden
    ]


def source_of(rule: Rule, protocol: Protocol) -> dict[str, Any]:
    """Where a rule comes from, and how sure that is."""
    known = protocol.sources
    return {
        "basis": BASIS_SAYS.get(rule.basis, rule.basis),
        "assumed": rule.basis == "assumed",
        "sources": [known[name] for name in rule.sources if name in known],
    }


def asked(unknown: Sequence[Unknown]) -> list[dict[str, Any]]:
    """Questions by who can answer them, those for the patient first, each list by what hangs on a yes."""
    whom = sorted({one.ask_of for one in unknown}, key=lambda role: (role != "patient", role))
    return [
        {
            "of": role,
            "form": f"answer-{role}",
            "title": "Ask the patient" if role == "patient" else f"For {words.role(role)} to answer",
            "count": sum(one.ask_of == role for one in unknown),
            "groups": _by_grade([one for one in unknown if one.ask_of == role]),
        }
        for role in whom
    ]


def _by_grade(unknown: Sequence[Unknown]) -> list[dict[str, Any]]:
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
    return {"name": f"answer-{one.rule.id}", "ask": one.rule.ask}


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
