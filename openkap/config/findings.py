"""What screening found, as words for a person and as an object for a program."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.entries.words import Measured
from openkap.clinical.protocol import GRADE_NAMES, WORST_SAYS, Protocol
from openkap.clinical.rules import Finding, Unknown
from openkap.clinical.screening import Screening

WIDTH: Final = 100
CLOSING: Final = (
    "A record without a contraindication is not eligible. Nobody has been asked what is listed under "
    '"Cannot tell yet", and a clinician decides.'
)
_MOST_LINES: Final = 12
_LONGEST_LINE: Final = 300


@dataclass(frozen=True, slots=True)
class Screened:
    """One record, when it was looked at, and what the rules answered."""

    file: str
    at: datetime
    record: IncomingRecord
    answer: Screening
    protocol: Protocol

    @property
    def missed(self) -> list[str]:
        """What should have been read and could not be, one sentence each."""
        lines = self.record.not_understood[: self.record.not_used_from]
        return [f"{line.where}: {line.what}" for line in lines]

    @property
    def unused(self) -> list[str]:
        """What no rule looks at, one line a type of resource, with what each is about."""
        return [line.what for line in self.record.not_understood[self.record.not_used_from :]]


def as_object(found: Screened) -> dict[str, Any]:
    """One JSON value a file. `not_understood` is what the decision could not take into account."""
    return {
        "file": found.file,
        "decision": found.answer.worst,
        "findings": [_finding(finding) for finding in found.answer.findings],
        "unknown": [_unknown(unknown) for unknown in found.answer.unknown],
        "not_understood": [*found.missed, *found.unused],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "grade": finding.rule.then,
        "says": finding.rule.says,
        "because": [{"what": b.what, "value": b.value, "at": b.at} for b in finding.because],
        "please_confirm": finding.by_words,
        "code_not_verified": finding.unverified,
        "at_home": finding.rule.at_home or finding.rule.then,
        "sources": list(finding.rule.sources),
        "basis": finding.rule.basis,
    }


def _unknown(unknown: Unknown) -> dict[str, str]:
    return {
        "rule": unknown.rule.id,
        "grade": unknown.rule.then,
        "needs": unknown.needs,
        "ask": unknown.rule.ask,
        "ask_of": unknown.ask_of,
    }


def as_row(found: Screened) -> str:
    """One line: who, the worst, each finding ("?": by words alone), how many rules cannot be told."""
    person = found.record.person
    name = " ".join(part for part in (person.given_name, person.family_name) if part)
    told = [f"{one.rule.id}{'?' * one.by_words} ({one.rule.then})" for one in found.answer.findings]
    open_ = f"{len(found.answer.unknown)} cannot be told"
    return " | ".join((f"{name}, {person.birth_date}", found.answer.worst, ", ".join(told), open_))


def as_text(found: Screened) -> str:
    """A page a person can read aloud."""
    return "\n".join(_lines(found)).rstrip() + "\n"


def _lines(found: Screened) -> Iterator[str]:
    person = found.record.person
    name = " ".join(part for part in (person.given_name, person.family_name) if part)
    yield f"{name}, born {person.birth_date}, {_sex(person.sex)}"
    yield f"{found.file}, as of {found.at:%Y-%m-%d %H:%M} UTC"
    yield f"Decision: {found.answer.worst}. {WORST_SAYS[found.answer.worst]}"
    yield ""
    for grade, heading in GRADE_NAMES.items():
        findings = [finding for finding in found.answer.findings if finding.rule.then == grade]
        if findings:
            yield heading
            for finding in findings:
                yield from _told(finding, found.protocol)
            yield ""
    yield from _not_told(found.answer.unknown)
    yield from _missed(found)
    yield from _wrapped(CLOSING, "")


def _sex(sex: str) -> str:
    return "sex not known" if sex == "unknown" else sex


def _told(finding: Finding, protocol: Protocol) -> Iterator[str]:
    confirm = " (found by its words: please confirm)" if finding.by_words else ""
    memory = " (code not verified)" if finding.unverified else ""
    yield from _wrapped(f"{finding.rule.says}{confirm}{memory}", "  ")
    for because in finding.because:
        yield from _wrapped(_measured(because), "    ")
    if finding.rule.at_home:
        yield f"    At home: {GRADE_NAMES[finding.rule.at_home].lower()}"
    yield from _wrapped(f"To do: {'. '.join(finding.rule.act)}", "    ")
    yield from _wrapped(_sources(finding, protocol), "    ")


def _sources(finding: Finding, protocol: Protocol) -> str:
    """Every source by its title, with how sure the rule is of it. A star marks what is only assumed."""
    rule = finding.rule
    titles = [protocol.sources[name].title if name in protocol.sources else name for name in rule.sources]
    basis = "*assumed*" if rule.basis == "assumed" else rule.basis
    return f"Source ({basis}): {'; '.join(titles) or 'none'}"


def _measured(because: Measured) -> str:
    day = f" ({because.at[:10]})" if because.at else ""
    return f"{because.what}: {because.value}{day}"


def _not_told(unknown: tuple[Unknown, ...]) -> Iterator[str]:
    if not unknown:
        return
    yield "Cannot tell yet"
    for one in unknown:
        yield from _wrapped(one.rule.says, "  ")
        ask = f" Ask the {one.ask_of}: {one.rule.ask}" if one.rule.ask else f" Get it from the {one.ask_of}."
        yield from _wrapped(f"{one.needs[:1].upper()}{one.needs[1:]}.{ask}", "    ")
    yield ""


def _missed(found: Screened) -> Iterator[str]:
    for title, lines in (("Could not be read", found.missed), ("No rule looks at", found.unused)):
        if not lines:
            continue
        yield f"{title} ({len(lines)})"
        for line in lines[:_MOST_LINES]:
            yield from _wrapped(line[:_LONGEST_LINE], "  ")
        if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
            yield "  and more: see --json"
        yield ""


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )
