"""Sessions that are owed into hours that are open: as many as can be, each with its own therapist if it can.

By augmenting paths: a session that finds every hour taken moves another one along, if that has somewhere to
go. So no other order would place more of them, and one that is left over is left over for a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hour:
    """Time in which one therapist can hold one session."""

    therapist: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session that is owed: not before `after`, over by `until`, with one of these, the first preferred."""

    id: str
    after: datetime
    until: datetime
    therapists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where each session goes, by its id; and of each that goes nowhere, why."""

    placed: Mapping[str, Hour]
    impossible: Mapping[str, str]


def place(wanted: Sequence[Wanted], hours: Sequence[Hour]) -> Placing:
    """The most sessions that fit, the most urgent first. The same question has the same answer."""
    search = _Search(tuple(sorted(set(hours), key=_order)))
    left: dict[str, str] = {}
    for one in sorted(wanted, key=lambda one: (one.until, one.after, one.id)):
        if (why := search.add(one)) is not None:
            left[one.id] = why
    return Placing({one.id: search.hours[at] for at, one in search.taken.items()}, left)


def _order(hour: Hour) -> tuple[datetime, str]:
    return hour.starts_at, hour.therapist


class _Search:
    def __init__(self, hours: tuple[Hour, ...]) -> None:
        self.hours = hours
        self.taken: dict[int, Wanted] = {}
        self._could: dict[str, list[int]] = {}
        self._of: dict[str, list[int]] = {}
        for at, hour in enumerate(hours):
            self._of.setdefault(hour.therapist, []).append(at)

    def add(self, one: Wanted) -> str | None:
        """Place it, moving others where that helps; else why not."""
        could = self._could[one.id] = self._candidates(one)
        free = next((at for at in could if at not in self.taken), None)
        if free is not None:
            self.taken[free] = one
            return None
        chain = self._way_out(one)
        if chain is None:
            return self._why(one, len(could))
        self._move(one, chain)
        return None

    def _candidates(self, one: Wanted) -> list[int]:
        found = []
        for name in dict.fromkeys(one.therapists):
            for at in self._of.get(name, ()):
                hour = self.hours[at]
                if hour.starts_at >= one.after and hour.ends_at <= one.until:
                    found.append(at)
        return found

    def _way_out(self, one: Wanted) -> list[int] | None:
        """A chain of hours, the last of them free, along which each session moves to the next; or None."""
        before: dict[int, int | None] = dict.fromkeys(self._could[one.id])
        waiting = list(before)
        for at in waiting:
            for other in self._could[self.taken[at].id]:
                if other in before:
                    continue
                before[other] = at
                if other not in self.taken:
                    return _chain(other, before)
                waiting.append(other)
        return None

    def _move(self, one: Wanted, chain: list[int]) -> None:
        for to, at in zip(reversed(chain), list(reversed(chain))[1:], strict=False):
            self.taken[to] = self.taken[at]
        self.taken[chain[0]] = one

    def _why(self, one: Wanted, could: int) -> str:
        if not could:
            return "none of its therapists has an open hour in that time"
        hours = "the one open hour" if could == 1 else f"all {could} open hours"
        return f"{hours} of its therapists in that time go to sessions that fit nowhere else"


def _chain(last: int, before: Mapping[int, int | None]) -> list[int]:
    chain, at = [], last
    while True:
        chain.append(at)
        earlier = before[at]
        if earlier is None:
            return chain[::-1]
        at = earlier
