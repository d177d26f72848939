"""What can be written in a chart, by stage. Importing this package declares every kind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openkap.clinical.entries import (  # noqa: F401 - imported so that each declares its kinds
    alerts,
    asking,
    balance,
    device_limits,
    devices,
    dosing,
    drills,
    drug,
    formulary,
    history,
    home,
    insight,
    integration,
    maintenance,
    office,
    person,
    preparation,
    readiness,
    recovery,
    room,
    screening,
    sealed,
    supply,
)
from openkap.clinical.entries.kind import KINDS, from_body, kind_of, to_body

__all__ = ["KINDS", "Entry", "from_body", "kind_of", "to_body"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed line of a ledger. `fact` is one of the classes declared in this package."""

    id: UUID
    subject: str
    seq: int
    fact: Any
    effective_at: datetime
    recorded_at: datetime
    author: str
    via: str
    supersedes: UUID | None = None
