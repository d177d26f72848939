"""The fold: a chart is its entries, grouped by kind, with corrected entries replaced by their corrections."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from openkap.clinical.entries import Entry
from openkap.clinical.entries.person import ChartOpened

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is known of one person, in ledger order. Made by `fold`, never by hand."""

    subject: str
    entries: tuple[Entry, ...]
    by_kind: dict[type, tuple[Entry, ...]] = field(repr=False)
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # derived

    @property
    def seq(self) -> int:
        """The number of the last entry; a writer states it, so two people never overwrite each other."""
        return self.entries[-1].seq if self.entries else 0

    @property
    def person(self) -> ChartOpened:
        return self.first(ChartOpened)

    def all(self, cls: type[Any]) -> tuple[Entry, ...]:
        """Standing entries of a kind, in ledger order (corrected ones left out)."""
        return self.by_kind.get(cls, ())

    def facts(self, cls: type[Fact]) -> list[Fact]:
        return [entry.fact for entry in self.all(cls)]

    def first(self, cls: type[Fact]) -> Fact:
        fact: Fact = self.by_kind[cls][0].fact
        return fact

    def latest(self, cls: type[Any], **matching: Any) -> Entry | None:
        """The standing entry of a kind with the latest `effective_at` (ledger order breaks a tie)."""
        found = [e for e in self.all(cls) if all(getattr(e.fact, k) == v for k, v in matching.items())]
        return max(found, key=lambda e: (e.effective_at, e.seq), default=None)


def fold(subject: str, entries: Iterable[Entry], *, known_at: datetime | None = None) -> Chart:
    """The chart these entries make; with `known_at`, as it was known then, so any past moment replays."""
    kept = tuple(e for e in entries if known_at is None or e.recorded_at <= known_at)
    replaced = {e.supersedes for e in kept if e.supersedes}
    groups: dict[type, list[Entry]] = {}
    for entry in kept:
        if entry.id not in replaced:
            groups.setdefault(type(entry.fact), []).append(entry)
    return Chart(subject, kept, {cls: tuple(group) for cls, group in groups.items()})
