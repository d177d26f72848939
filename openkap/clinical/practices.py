"""What a patient practises between sessions: the practices of the protocol, and what was told of them.

Nothing here counts days in a row or compares one week with another: a practice is no duty.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from openkap.clinical.entries.practice import Practised


@dataclass(frozen=True, slots=True)
class PracticeStep:
    """One thing to do. `seconds`: how long, over and over; None: an equal share of the whole time."""

    says: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice: a file of protocol/integration/practices."""

    id: str
    title: str
    says: str
    minutes: tuple[int, ...]  # to choose from
    steps: tuple[PracticeStep, ...]
    basis: str
    sources: tuple[str, ...]


def title(fact: Practised, practices: Mapping[str, Practice]) -> str:
    """What it is called; its id, where the protocol knows it no more."""
    known = practices.get(fact.practice)
    return known.title if known else fact.practice
