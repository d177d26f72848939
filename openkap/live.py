"""Tell whoever is looking: what is new, as server-sent events.

One machine needs no broker: one thread asks the database a few times a second how far the ledgers that
somebody watches have come, and wakes who watches one that moved. A listener then looks in the order of row
numbers, so nothing is missed between two looks, and one that was away starts again from its last id.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock, Thread
from time import sleep
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

PULSE_EVERY_SECONDS = 0.1
LOOK_EVERY_SECONDS = 1.0
"""Also where nothing moved: the clock alone changes a phase."""
BEAT_EVERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell. `id` says how far the listener has come, "" when it did not move."""

    id: str
    kind: str
    data: dict[str, Any]


Look = Callable[[str], Sequence[Event]]
"""Given the last id, what is new since, oldest first. Called in a worker thread, so it may wait."""


Ends = Callable[[Collection[str]], Mapping[str, int]]
"""Given ledgers, the number each has come to. Called in a thread of its own."""


class Pulse:
    """Wakes whoever watches a ledger that moved: one question for all listeners of this process."""

    def __init__(self, ends: Ends, *, every: float = PULSE_EVERY_SECONDS) -> None:
        self._ends, self._every = ends, every
        self._watchers: list[_Watcher] = []
        self._lock = Lock()
        self._beating = False

    @contextmanager
    def watching(self, ledgers: frozenset[str]) -> Iterator[asyncio.Event]:
        """An event that is set when any of them has moved, and at once."""
        watcher = _Watcher(ledgers, asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._watchers.append(watcher)
            if not self._beating:
                self._beating = True
                Thread(target=self._beat, name="pulse", daemon=True).start()
        try:
            yield watcher.moved
        finally:
            with self._lock:
                self._watchers.remove(watcher)

    def _beat(self) -> None:
        """Until nobody watches. A database that does not answer wakes everybody: their own look says so."""
        before: Mapping[str, int] = {}
        while watchers := self._still_watching():
            now = self._now(frozenset().union(*(watcher.ledgers for watcher in watchers)))
            for watcher in watchers:
                if any(now.get(name) != before.get(name) for name in watcher.ledgers):
                    watcher.wake()
            before = now
            sleep(self._every)

    def _now(self, ledgers: frozenset[str]) -> Mapping[str, int]:
        try:
            return self._ends(ledgers)
        except DatabaseError:
            return {}
        finally:
            close_old_connections()

    def _still_watching(self) -> list["_Watcher"]:
        with self._lock:
            self._beating = bool(self._watchers)
            return list(self._watchers)


@dataclass(frozen=True, eq=False, slots=True)
class _Watcher:
    ledgers: frozenset[str]
    loop: asyncio.AbstractEventLoop
    moved: asyncio.Event

    def wake(self) -> None:
        with suppress(RuntimeError):  # the loop was closed between two beats
            self.loop.call_soon_threadsafe(self.moved.set)


async def follow(
    look: Look,
    after: str = "",
    *,
    moved: asyncio.Event,
    every: float = LOOK_EVERY_SECONDS,
    beat: float = BEAT_EVERY_SECONDS,
) -> AsyncIterator[Event]:
    """Everything after `after`, then everything new, for ever. A "beat" each `beat` seconds at least.

    Looks when `moved` is set, and `every` so many seconds without it.
    """
    looked = sync_to_async(partial(_fresh, look), thread_sensitive=False)
    clock = asyncio.get_running_loop().time
    beat_at = clock()
    while True:
        moved.clear()
        for event in await looked(after):
            after = event.id or after
            yield event
        if clock() >= beat_at:
            beat_at = clock() + beat
            yield Event("", "beat", {"at": datetime.now(UTC).isoformat()})
        with suppress(TimeoutError):
            await asyncio.wait_for(moved.wait(), every)


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
