"""Has a clinician gone past a rule knowing what is behind it now, and has a second one confirmed?"""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import Override, Seconded
from openkap.clinical.evaluate import evaluate, lasting
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Met, Rule
from openkap.clinical.sought import newest


@dataclass(frozen=True, slots=True)
class GonePast:
    """An override that knew what stands behind the rule now."""

    entry: Entry
    awaits: str = ""  # role of the second person it still needs; empty: it holds

    @property
    def reason(self) -> str:
        return str(self.entry.fact.reason)


def gone_past(rule: Rule, told: Met, chart: Chart, protocol: Protocol, at: datetime) -> GonePast | None:
    """The newest override of a screening rule, if the rule allows one and nothing behind it is newer."""
    override = newest(chart, Override, at, (("rule", rule.id),)) if rule.override else None
    if override is None or not behind(told) <= _known_then(rule, override, chart, protocol):
        return None
    return with_second(rule, override, chart, at)


def with_second(rule: Rule, override: Entry, chart: Chart, at: datetime) -> GonePast:
    """The override, and whom it still waits for."""
    if not rule.second or second_of(rule, override, chart, at):
        return GonePast(override)
    return GonePast(override, awaits=rule.second)


def second_of(rule: Rule, override: Entry, chart: Chart, at: datetime) -> Entry | None:
    """Whoever confirmed this override: of the role the rule asks for, and not the one who made it."""
    confirmed = newest(chart, Seconded, at, (("override", str(override.id)), ("role", rule.second)))
    return confirmed if confirmed is not None and confirmed.author != override.author else None


def waiting(role: str) -> str:
    """What a page says while a second signature is missing."""
    return f"gone past, and a second person must still confirm that ({role})"


def behind(told: Met) -> frozenset[tuple[str, str, str]]:
    """What a finding rests on: what it is, its value but for what grows by itself, and from when."""
    return frozenset((value.what, lasting(value), value.at) for value in told.because)


def _known_then(
    rule: Rule, override: Entry, chart: Chart, protocol: Protocol
) -> frozenset[tuple[str, str, str]]:
    """What stood behind the finding when it was overridden. Asked once for each chart: the past stays."""
    key = f"known at override {override.id} under {protocol.hash}"
    if key not in chart.memo:
        then = fold(chart.subject, (entry for entry in chart.entries if entry.seq < override.seq))
        told = evaluate(rule, then, protocol, override.effective_at)
        chart.memo[key] = behind(told) if isinstance(told, Met) else frozenset()
    known: frozenset[tuple[str, str, str]] = chart.memo[key]
    return known
