"""What another protocol would say of a person: the screening under both, side by side."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.protocol import Protocol, grade_name
from openkap.clinical.rules import Rule
from openkap.clinical.screening import Screening, screen


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A person whose result would change. Rules are named by what they say."""

    chart: str
    worst_now: str
    worst_then: str
    gained: tuple[str, ...]  # would be a finding
    moved: tuple[str, ...]  # would be one of another grade, each with both
    lost: tuple[str, ...]  # would no longer be
    opened: tuple[str, ...]  # could no longer be told


def otherwise(chart: Chart, now: Protocol, then: Protocol, at: datetime) -> Otherwise | None:
    """What `then` would say of this chart that `now` does not; None when it says the same."""
    before, after = screen(chart, now, at), screen(chart, then, at)
    old, new = _findings(before), _findings(after)
    asked_before, asked_after = _unknown(before), _unknown(after)
    same = {n: rule.then for n, rule in old.items()} == {n: rule.then for n, rule in new.items()}
    if same and asked_before == asked_after:
        return None
    return Otherwise(
        chart=chart.subject,
        worst_now=before.worst,
        worst_then=after.worst,
        gained=tuple(rule.says for name, rule in new.items() if name not in old),
        moved=tuple(
            f"{rule.says}: was “{grade_name(old[name].then)}”, now “{grade_name(rule.then)}”"
            for name, rule in new.items()
            if name in old and old[name].then != rule.then
        ),
        lost=tuple(rule.says for name, rule in old.items() if name not in new),
        opened=tuple(says for rule, says in asked_after.items() if rule not in asked_before),
    )


def _findings(screening: Screening) -> dict[str, Rule]:
    return {finding.rule.id: finding.rule for finding in screening.findings if not finding.overridden}


def _unknown(screening: Screening) -> dict[str, str]:
    return {unknown.rule.id: unknown.rule.says for unknown in screening.unknown}
