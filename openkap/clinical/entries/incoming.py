"""A record read from elsewhere, before anyone has stored it: what was understood, and what was not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openkap.clinical.entries.person import Identifier
from openkap.clinical.entries.screening import NotUnderstood


@dataclass(frozen=True, slots=True)
class IncomingPerson:
    """Who the record is about; the fields of ChartOpened that a record can know."""

    family_name: str
    given_name: str
    birth_date: date
    sex: str  # "female" · "male" · "other" · "unknown"
    deceased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """One person's record as it was read. Nothing is stored yet, and nothing was dropped without a line.

    `facts` are (fact, effective_at) in order of time. `not_understood` first holds what should have been
    read and could not be, then (from `not_used_from` on) one line for each kind of content this program has
    no use for.
    `sha256` is over the unpacked bytes, so a record and its gzipped copy are the same record.
    """

    person: IncomingPerson
    facts: tuple[tuple[Any, datetime], ...]
    not_understood: tuple[NotUnderstood, ...]
    source: str  # file name or sender
    sha256: str
    identifiers: tuple[Identifier, ...] = ()
    not_used_from: int = 0
