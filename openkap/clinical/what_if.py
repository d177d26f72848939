"""What another protocol would say of a person: the screening under both, side by side."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.protocol import Protocol
from openkap.clinical.screening import Screening, screen


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A person whose result would change. Rules are named by what they say."""

    chart: str
    worst_now: str
    worst_then: str
    gained: tuple[str, ...]  # would be a finding, or a graver one
    lost: tuple[str, ...]  # would no longer be
    opened: tuple[str, ...]  # could no longer be told


def otherwise(chart: Chart, now: Protocol, then: Protocol, at: datetime) -> Otherwise | None:
    """What `then` would say of this chart that `now` does not; None when it says the same."""
    before, after = screen(chart, now, at), screen(chart, then, at)
    old, new = _findings(before), _findings(after)
    asked_before, asked_after = _unknown(before), _unknown(after)
    if old == new and asked_before == asked_after:
        return None
    return Otherwise(
        chart=chart.subject,
        worst_now=before.worst,
        worst_then=after.worst,
        gained=tuple(says for (rule, grade), says in new.items() if (rule, grade) not in old),
        lost=tuple(says for (rule, grade), says in old.items() if (rule, grade) not in new),
        opened=tuple(says for rule, says in asked_after.items() if rule not in asked_before),
    )


def _findings(screening: Screening) -> dict[tuple[str, str], str]:
    standing = (finding for finding in screening.findings if not finding.overridden)
    return {(finding.rule.id, finding.rule.then): finding.rule.says for finding in standing}


def _unknown(screening: Screening) -> dict[str, str]:
    return {unknown.rule.id: unknown.rule.says for unknown in screening.unknown}
