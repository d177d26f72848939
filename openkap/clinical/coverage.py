"""How well doses were followed up: the session and the call that each owed, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.answers import Visit
from openkap.clinical.case import Case, order
from openkap.clinical.entries import Entry
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact
from openkap.clinical.integration import call_by, window

SESSION, CALL = "session", "call"
IN_TIME, LATE, NOT_YET, MISSING = "in time", "late", "not yet due", "not done"
STATES = (IN_TIME, LATE, MISSING, NOT_YET)


@dataclass(frozen=True, slots=True)
class Followed:
    """What one dose owed: `by` when, when it was `done` and by whom (an author), and how that is counted."""

    visit: Visit
    what: str  # SESSION · CALL
    by: datetime
    done: datetime | None
    author: str
    state: str  # one of STATES


@dataclass(frozen=True, slots=True)
class Figure:
    """Of what fell due: how many in time. `counts` by state; `share` None while nothing fell due."""

    counts: dict[str, int]

    @property
    def due(self) -> int:
        """What was done, in time or late, and what was not done though it fell due."""
        return sum(self.counts.values()) - self.counts[NOT_YET]

    @property
    def share(self) -> float | None:
        return self.counts[IN_TIME] / self.due if self.due else None


def followed(case: Case) -> tuple[Followed, ...]:
    """Both for every dose by now, in the order of the doses.

    A session is owed in its window and before the next dose. One that is held for a later dose does not count
    for an earlier one: that dose had none of its own.
    """
    return tuple(one for number, visit in enumerate(case.dosed) for one in _of(visit, number, case))


def figure(every: Iterable[Followed], what: str) -> Figure:
    """The figure of sessions, or of calls."""
    counts = Counter(one.state for one in every if one.what == what)
    return Figure({state: counts[state] for state in STATES})


def _of(visit: Visit, number: int, case: Case) -> Iterator[Followed]:
    following = [later.first_dose_at for later in case.dosed[number + 1 :] if later.first_dose_at]
    _, until = window(visit, case.protocol)
    held = _first(entry for entry in case.all(IntegrationHeld, visit=visit.id))
    yield _judged(visit, SESSION, min((until, *following)), held, case.at)
    reached = _first(entry for entry in case.all(NextDayContact, visit=visit.id) if entry.fact.reached)
    yield _judged(visit, CALL, call_by(visit, case.protocol), reached, case.at)


def _first(entries: Iterable[Entry]) -> Entry | None:
    return min(entries, key=order, default=None)


def _judged(visit: Visit, what: str, by: datetime, done: Entry | None, at: datetime) -> Followed:
    if done is None:
        return Followed(visit, what, by, None, "", NOT_YET if at <= by else MISSING)
    state = IN_TIME if done.effective_at <= by else LATE
    return Followed(visit, what, by, done.effective_at, done.author, state)
