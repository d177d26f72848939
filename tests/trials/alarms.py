"""The room's alerts in a trial: the engine looks all day, the nurse answers late, twice, or never."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from openkap.actions import alerts
from openkap.actions.alert_engine import BEAT_EVERY, Engine
from openkap.actions.alerts import Screen
from openkap.clinical.alerts.lifecycle import standing
from openkap.clinical.entries import Entry
from openkap.records.models import EngineRow

if TYPE_CHECKING:
    from tests.trials.day import Day

LOOK_EVERY = timedelta(seconds=30)
"""Far slower than the engine itself; the times of every channel fall on a look."""
WAKE, REST = timedelta(minutes=2), timedelta(minutes=5)
"""So long after anything happened the engine looks as often as that; then seldom, until something does."""
STALLED = 0.003
"""How often the engine was away before a look, and finds so by its own heartbeat."""


@dataclass
class Watch:
    """One engine, when it last looked, and when anything last happened."""

    looked_at: datetime
    happened_at: datetime
    engine: Engine = field(default_factory=Engine)

    def until(self, at: datetime, chance: Callable[[], float]) -> list[Entry]:
        """Every look up to a moment at which somebody does something; what was written."""
        written = []
        while (now := self._next()) <= at:
            if chance() > STALLED:
                EngineRow.objects.update_or_create(id=1, defaults={"beat_at": now - BEAT_EVERY})
            self.looked_at, owed = now, self.engine.step(now)
            self.happened_at = now if owed else self.happened_at
            written += owed
        self.happened_at = at
        # What happens now is seen by the next look; none is made in the past of it.
        self.looked_at += (at - self.looked_at) // LOOK_EVERY * LOOK_EVERY
        return written

    def _next(self) -> datetime:
        awake = self.looked_at < self.happened_at + WAKE
        return self.looked_at + (LOOK_EVERY if awake else REST)


def answer(day: "Day") -> None:
    """Perhaps a screen tells, perhaps somebody acknowledges one alert or silences it; else it stays so."""
    listed = standing(day.telling.folded(), day.visit, day.at)
    if not listed:
        return
    one, drawn = day.chance.choice(listed), day.chance.random()
    if drawn < 0.3:
        screen = Screen("Room 1", day.chance.choice(("shown", "sounded")))
        seen = {"visit": day.visit, "raised": [alert.raised for alert in listed], "screen": screen}
        nurse = day.telling.staff.monitor
        day.stored += alerts.receive(nurse, day.telling.chart, at=day.at, **seen)
    elif drawn < 0.6:
        day.do(alerts.acknowledge, raised=one.raised, screen="Room 1")
    elif drawn < 0.7:
        day.do(alerts.silence, raised=one.raised)
