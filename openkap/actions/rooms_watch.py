"""What is new in any open visit of a clinic, for the screen that shows all rooms."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from openkap import live
from openkap.actions.watch import BEAT_SECONDS, felt
from openkap.clinical.alerts.lifecycle import standing
from openkap.live import Event
from openkap.records.open_visits import open_visits
from openkap.records.policy import Principal

LOOK_EVERY_SECONDS = 0.5


async def follow(who: Principal) -> AsyncIterator[Event]:
    """An "entry" whenever a room is no longer as it was, and a "beat" every second. No patient is named."""
    never = asyncio.Event()
    look = RoomsWatch(who).look
    async for event in live.follow(look, moved=never, every=LOOK_EVERY_SECONDS, beat=BEAT_SECONDS):
        yield await felt(event)


@dataclass
class RoomsWatch:
    """One listener of all rooms."""

    who: Principal
    seen: tuple[object, ...] | None = field(default=None, init=False)

    def look(self, after: str) -> list[Event]:
        """Nothing, or that something moved: the page that hears it draws itself anew."""
        del after
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
