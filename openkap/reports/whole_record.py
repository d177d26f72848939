"""A whole chart to read: what was given, what was answered, every line that was written; also as PDF."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from openkap.reports.typeset import typeset


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `at` is the clock, `moment` the same as ISO 8601; `corrected`: it no longer stands."""

    at: str
    moment: str
    says: str
    by: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """Everything as a person reads it; doses as (day, visit, how, given), scores as (day, what, total)."""

    title: str
    about: str
    doses: tuple[tuple[str, str, str, str], ...]
    totals: str
    scores: tuple[tuple[str, str, str], ...]
    days: tuple[Day, ...]


def as_pdf(record: WholeRecord, *, made: datetime) -> bytes:
    """The record to print, tagged for a screen reader. `made` is aware."""
    return typeset("whole_record", json.dumps(asdict(record), ensure_ascii=False), made=made)
