"""Tell whoever is looking: what is new, as server-sent events.

One machine needs no broker: each listener looks at the database a few times a second, in the order of row
numbers, so nothing is missed between two looks, and a listener that was away starts again from its last id.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

LOOK_EVERY_SECONDS = 0.25
BEAT_EVERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell. `id` says how far the listener has come, "" when it did not move."""

    id: str
    kind: str
    data: dict[str, Any]


Look = Callable[[str], Sequence[Event]]
"""Given the last id, what is new since, oldest first. Called in a worker thread, so it may wait."""


async def follow(
    look: Look, after: str = "", *, every: float = LOOK_EVERY_SECONDS, beat: float = BEAT_EVERY_SECONDS
) -> AsyncIterator[Event]:
    """Everything after `after`, then everything new, for ever. A "beat" each `beat` seconds at least."""
    looked = sync_to_async(partial(_fresh, look), thread_sensitive=False)
    clock = asyncio.get_running_loop().time
    beat_at = clock()
    while True:
        for event in await looked(after):
            after = event.id or after
            yield event
        if clock() >= beat_at:
            beat_at = clock() + beat
            yield Event("", "beat", {"at": datetime.now(UTC).isoformat()})
        await asyncio.sleep(every)


def _fresh(look: Look, after: str) -> Sequence[Event]:
    """One look. No request ends in a worker thread, so nothing else lets its dead connections go."""
    close_old_connections()
    try:
        return look(after)
    finally:
        close_old_connections()


def sse(event: Event) -> bytes:
    """The event as text/event-stream. JSON has no line break in it, so one data line is enough."""
    head = f"id: {event.id}\n" if event.id else ""
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return f"{head}event: {event.kind}\ndata: {data}\n\n".encode()
