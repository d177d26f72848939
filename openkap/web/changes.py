"""What is new since the signed decision, in words, for the screening page and the chart."""

from typing import Any

from openkap.clinical import preparation
from openkap.clinical.case import Case, times
from openkap.clinical.changed import Changed, changed
from openkap.clinical.rules import Finding
from openkap.records.policy import Principal
from openkap.web import people, words
from openkap.web.sentences import sentence

_KNOW = "warn"
SHOWN = 12
"""Facts listed before the rest folds away."""


def told(who: Principal, case: Case) -> dict[str, Any] | None:
    """Everything that differs since the decision that stands, or None when nothing was decided or differs."""
    decided = preparation.decision(case)
    if decided is None:
        return None
    found = changed(case, decided)
    if not found:
        return None
    names = people.names(who, {entry.author for entry in found.facts})
    facts = [
        {"says": sentence(entry, case.protocol), "at": entry.effective_at, "by": names.get(entry.author, "")}
        for entry in found.facts
    ]
    return {
        "since": decided.effective_at,
        "summary": summary(found),
        "weighty": [_line(f) for f in found.appeared if f.rule.then != _KNOW],
        "weighty_moved": [_line(one.now) for one in found.moved if one.now.rule.then != _KNOW],
        "appeared": [_line(finding) for finding in found.appeared],
        "moved": [_moved(one.then, one.now) for one in found.moved],
        "gone": [_line(finding) for finding in found.gone],
        "opened": [unknown.rule.says for unknown in found.opened],
        "closed": [unknown.rule.says for unknown in found.closed],
        "facts": facts[:SHOWN],
        "facts_more": facts[SHOWN:],
        "by_time": not (found.facts or found.appeared or found.moved or found.gone),
        "other_protocol": found.other_protocol,
        "reopens": [finding.rule.says for finding in preparation.new_findings(case)],
    }


def summary(found: Changed) -> str:
    """ "2 findings are new, 1 rests on other data; 3 questions are open again." """
    findings = (
        (len(found.appeared), "is new", "are new"),
        (len(found.moved), "rests on other data", "rest on other data"),
        (len(found.gone), "no longer speaks", "no longer speak"),
    )
    questions = (
        (len(found.opened), "cannot be told any more", "cannot be told any more"),
        (len(found.closed), "can be told now", "can be told now"),
    )
    halves = [_counted(findings, "finding"), _counted(questions, "question")]
    return "; ".join(half for half in halves if half) + "."


def _counted(counts: tuple[tuple[int, str, str], ...], noun: str) -> str:
    """The noun is said once, with the first count."""
    said = [(n, one if n == 1 else many) for n, one, many in counts if n]
    return ", ".join(
        f"{times(n, noun)} {verb}" if first else f"{n} {verb}"
        for first, (n, verb) in ((place == 0, pair) for place, pair in enumerate(said))
    )


def _line(finding: Finding) -> dict[str, Any]:
    return {
        "says": finding.rule.says,
        "rule": finding.rule.id,
        "grade": words.grade(finding.rule.then),
        "own": words.quoted(finding),
    }


def _moved(then: Finding, now: Finding) -> dict[str, Any]:
    """The same finding with what it rests on now and did not then."""
    before = {(value.what, value.at) for value in then.because}
    fresh = [value for value in now.because if (value.what, value.at) not in before]
    return _line(now) | {"own": words.quoted_values(fresh), "was": words.quoted_values(then.because)}
