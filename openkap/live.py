"""Tell whoever is looking: what is new, as server-sent events.

One machine needs no broker: one thread asks the database a few times a second how far the ledgers that
somebody watches have come, and looks for whoever watches one that moved. A look goes in the order of row
numbers, so nothing is missed between two of them, and a listener that was away starts again from its last id.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

from django.db import DatabaseError, close_old_connections

ROUND_EVERY_SECONDS = 0.1
LOOK_EVERY_SECONDS = 5.0
"""Also where nothing moved: the clock alone changes a phase."""
BEAT_EVERY_SECONDS = 1.0
"""A room that hears nothing for ten of these says so, and sounds."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell. `id` says how far the listener has come, "" when it did not move."""

    id: str
    kind: str
    data: dict[str, Any]


Look = Callable[[str], Sequence[Event]]
"""Given the last id, what is new since, oldest first. Called in the thread of the pulse."""

Ends = Callable[[Collection[str]], Mapping[str, int]]
"""Given ledgers, the number each has come to. Called in the thread of the pulse."""

Said = Callable[[], Mapping[str, Any]]
"""What a beat says beside its time. Called in the thread of the pulse, once for all listeners of a round."""


@dataclass(eq=False, slots=True)
class _Listener:
    ledgers: frozenset[str]
    look: Look
    after: str
    loop: asyncio.AbstractEventLoop
    asked: "asyncio.Future[Sequence[Event]] | None" = (
        None  # set while it waits; one that is slow is not looked for
    )
    stood: Mapping[str, int | None] | None = None  # where its ledgers were at its last look
    looked_at: float = 0.0
    beat_at: float = 0.0

    async def news(self) -> Sequence[Event]:
        """What is new, as soon as there is anything."""
        self.asked = self.loop.create_future()
        return await self.asked


@dataclass
class Pulse:
    """One thread that looks for all listeners of this process, as long as there are any.

    `every`: seconds between two rounds. `look_every`: also where nothing moved. `beat_every`: seconds
    between two beats, each of which means that the database answered.
    """

    ends: Ends
    said: Said = dict
    every: float = ROUND_EVERY_SECONDS
    look_every: float = LOOK_EVERY_SECONDS
    beat_every: float = BEAT_EVERY_SECONDS
    _listeners: list[_Listener] = field(default_factory=list, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)
    _beating: bool = field(default=False, init=False)

    async def follow(
        self, look: Look, after: str = "", *, ledgers: Collection[str] = ()
    ) -> AsyncIterator[Sequence[Event]]:
        """Everything after `after`, then everything new, for ever; what comes at once is told together."""
        listener = _Listener(frozenset(ledgers), look, after, asyncio.get_running_loop())
        with self._listening(listener):
            while True:
                yield await listener.news()

    @contextmanager
    def _listening(self, listener: _Listener) -> Iterator[None]:
        with self._lock:
            self._listeners.append(listener)
            if not self._beating:
                self._beating = True
                Thread(target=self._beat, name="pulse", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)

    def _beat(self) -> None:
        """Until nobody listens. Between two rounds no connection to the database is held."""
        while listeners := self._still_listening():
            self._round([one for one in listeners if one.asked is not None])
            close_old_connections()
            sleep(self.every)

    def _still_listening(self) -> list[_Listener]:
        with self._lock:
            self._beating = bool(self._listeners)
            return list(self._listeners)

    def _round(self, waiting: Sequence[_Listener]) -> None:
        """Look for everybody whose ledger moved, and tell each event loop once."""
        ends = self._ends(frozenset().union(*(one.ledgers for one in waiting)))
        beat: Event | None = None
        told: dict[asyncio.AbstractEventLoop, list[_Told]] = defaultdict(list)
        for one in waiting:
            try:
                news = self._news(one, ends)
                if monotonic() - one.beat_at >= self.beat_every:
                    beat = beat or self._heartbeat()
                    one.beat_at = monotonic()
                    news.append(beat)
            except Exception as fault:  # noqa: BLE001 - it ends this one's stream, and the page asks again
                close_old_connections()
                told[one.loop].append(_Told(_taken(one), fault))
            else:
                if news:
                    told[one.loop].append(_Told(_taken(one), news))
        for loop, all_of_it in told.items():
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(_tell, all_of_it)

    def _ends(self, ledgers: Collection[str]) -> Mapping[str, int]:
        """A database that does not answer has moved for everybody: their own look says so."""
        try:
            return self.ends(ledgers) if ledgers else {}
        except DatabaseError:
            close_old_connections()
            return {}

    def _news(self, one: _Listener, ends: Mapping[str, int]) -> list[Event]:
        stands = {name: ends.get(name) for name in one.ledgers}
        now = monotonic()
        if one.stood == stands and now - one.looked_at < self.look_every:
            return []
        one.stood, one.looked_at = stands, now
        news = list(one.look(one.after))
        one.after = next((event.id for event in reversed(news) if event.id), one.after)
        return news

    def _heartbeat(self) -> Event:
        return Event("", "beat", {"at": datetime.now(UTC).isoformat(), **self.said()})


@dataclass(frozen=True, slots=True)
class _Told:
    asked: "asyncio.Future[Sequence[Event]]"
    news: Sequence[Event] | Exception


def _taken(one: _Listener) -> "asyncio.Future[Sequence[Event]]":
    asked, one.asked = one.asked, None
    assert asked is not None  # only who waits is looked for
    return asked


def _tell(told: Sequence[_Told]) -> None:
    for one in told:
        if one.asked.done():  # the page went away
            continue
        if isinstance(one.news, Exception):
            one.asked.set_exception(one.news)
        else:
            one.asked.set_result(one.news)


def sse(event: Event) -> bytes:
    """The event as text/event-stream. JSON has no line break in it, so one data line is enough."""
    head = f"id: {event.id}\n" if event.id else ""
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return f"{head}event: {event.kind}\ndata: {data}\n\n".encode()
