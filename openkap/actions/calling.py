"""The call of a visit at home: what is new for the two pages that stay open, and what each sends."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from openkap.clinical.entries.home import SitterInvited
from openkap.clinical.refusal import BadInput
from openkap.clinical.video import video
from openkap.live import Event, News, Pulse
from openkap.records import decoded, signals
from openkap.records.policy import NotFound

LONGEST_MESSAGE = 32_000
"""Characters. A session description with its candidates takes a few thousand."""


@dataclass
class Line:
    """One listener of one side. `open`: NotFound once the call is closed to it; `way` names the relays."""

    chart: UUID
    visit: str
    side: str
    open: Callable[[], None]
    way: Callable[[], dict[str, Any]]
    stood: dict[str, Any] | None = field(default=None, init=False)

    def look(self, after: str) -> list[Event]:
        """The way to the relay once somebody was let in, how the call stands, and messages."""
        self.open()
        chart = decoded.chart(f"chart:{self.chart}")
        if chart is None:
            raise NotFound
        call, found = call_of(chart, self.chart, self.visit), video(chart, self.visit)
        place = int(after) if after else signals.last()
        events = []
        stands = {
            "waits": found.waits_since is not None,
            "admitted": found.admitted,
            "seen": found.seen,
            "since": found.since.isoformat() if found.since else "",
            "link": call.link_sha256[:8],  # another one: whoever was let in by the last waits again
        }
        if stands != self.stood:
            if found.admitted and not (self.stood or {}).get("admitted"):
                events.append(Event("", "way", self.way()))
            events.append(Event(str(place), "stands", stands))
            self.stood = stands
        if found.admitted:
            events += [Event(str(n), "signal", {"body": b}) for n, b in signals.to(self.side, call, place)]
        return events


def call_of(chart: Any, chart_id: UUID, visit: str) -> signals.Call:
    """The call of a visit by the link that stands."""
    invited = chart.latest(SitterInvited, visit=visit)
    return signals.Call(chart_id, visit, invited.fact.link_sha256 if invited else "")


def send(chart: Any, chart_id: UUID, visit: str, side: str, body: str) -> None:
    """Pass a message on. BadInput before somebody was let in: until then nobody hears the other."""
    if not video(chart, visit).admitted:
        raise BadInput("video", "nobody was let in", "Wait until the clinic lets you in")
    if not body or len(body) > LONGEST_MESSAGE:
        raise BadInput("body", f"{len(body)} characters are no message of a call", "Open the page again")
    signals.put(call_of(chart, chart_id, visit), side, body, datetime.now(UTC))


def look_each(asks: Sequence[tuple[Line, str]]) -> list[News]:
    """One look for each listener; one that may no longer look fails alone."""
    return [_look(line, after) for line, after in asks]


def _look(line: Line, after: str) -> News:
    try:
        return line.look(after)
    except NotFound as fault:
        return fault


_PULSE = Pulse(look_each, look_every=0.3)


def follow(line: Line, after: str = "") -> AsyncIterator[Sequence[Event]]:
    """Everything after `after` (a Last-Event-ID), then everything new; a "beat" every second."""
    if after and not (after.isascii() and after.isdigit() and len(after) <= 18):
        raise BadInput("Last-Event-ID", f"{after[:40]!r} is not one of ours", "Open the page again")
    return _PULSE.follow(line, after)
