"""What is new in any open visit of a clinic, for the screen that shows all rooms."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from openkap.actions.watch import engine
from openkap.clinical.alerts.lifecycle import standing
from openkap.live import Event, News, Pulse
from openkap.records.open_visits import open_visits
from openkap.records.policy import Principal


@dataclass
class RoomsWatch:
    """One listener of all rooms."""

    who: Principal
    seen: tuple[object, ...] | None = field(default=None, init=False)

    def look(self) -> list[Event]:
        """Nothing, or that something moved: the page that hears it draws itself anew."""
        now = datetime.now(UTC)
        state = tuple(
            (
                one.visit.id,
                one.visit.phase,
                one.chart.seq,
                tuple((a.raised, a.state) for a in standing(one.chart, one.visit.id, now)),
            )
            for one in open_visits(self.who, now)
        )
        before, self.seen = self.seen, state
        return [Event("", "entry", {"kind": "moved"})] if before is not None and before != state else []


def look_each(asks: Sequence[tuple[RoomsWatch, str]]) -> list[News]:
    """One look for each board."""
    return [watch.look() for watch, _ in asks]


_PULSE = Pulse(look_each, said=engine, look_every=0.5)
"""Its own: a look at every room must not hold up the rooms."""


def follow(who: Principal) -> AsyncIterator[Sequence[Event]]:
    """An "entry" whenever a room is no longer as it was, and a "beat" every second. No patient is named."""
    return _PULSE.follow(RoomsWatch(who))
