"""Tell whoever is looking: what is new, as server-sent events.

One machine needs no broker: one thread asks the database a few times a second how far the ledgers that
somebody watches have come, and looks for all whose ledger moved at once. A look goes in the order of row
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
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, close_old_connections

ROUND_EVERY_SECONDS = 0.1
LOOK_EVERY_SECONDS = 5.0
"""Also where nothing moved: the clock alone changes a phase."""
BEAT_EVERY_SECONDS = 1.0
"""A room that hears nothing for ten of these says so, and sounds."""

Watched = TypeVar("Watched")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell. `id` says how far the listener has come, "" when it did not move."""

    id: str
    kind: str
    data: dict[str, Any]


News = Sequence[Event] | Exception
"""What is new for one listener, oldest first. A fault ends its stream, and its page asks again."""

Looks = Callable[[Sequence[tuple[Watched, str]]], Sequence[News]]
"""Given what each listener watches and its last id: the news of each."""

Ends = Callable[[Collection[str]], Mapping[str, int]]
"""Given ledgers, the number each has come to."""

Said = Callable[[], Mapping[str, Any]]
"""What a beat says beside its time: asked once for all listeners of a round."""


@dataclass(eq=False, slots=True)
class _Listener(Generic[Watched]):
    watched: Watched
    ledgers: frozenset[str]
    after: str
    loop: asyncio.AbstractEventLoop
    asked: "asyncio.Future[Sequence[Event]] | None" = None  # while it waits; who is slow is not looked for
    stood: Mapping[str, int | None] | None = None  # where its ledgers were at its last look
    looked_at: float = 0.0
    beat_at: float = 0.0

    async def news(self) -> Sequence[Event]:
        """What is new, as soon as there is anything."""
        self.asked = self.loop.create_future()
        return await self.asked


@dataclass
class Pulse(Generic[Watched]):
    """One thread that looks for all listeners of this process, as long as there are any.

    What it is given is called in that thread. `every`: seconds between two rounds. `look_every`: also where
    nothing moved. `beat_every`: seconds between two beats, each of which means that the database answered.
    """

    looks: Looks[Watched]
    ends: Ends = lambda _: {}
    said: Said = dict
    every: float = ROUND_EVERY_SECONDS
    look_every: float = LOOK_EVERY_SECONDS
    beat_every: float = BEAT_EVERY_SECONDS
    _listeners: list[_Listener[Watched]] = field(default_factory=list, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)
    _beating: bool = field(default=False, init=False)

    async def follow(
        self, watched: Watched, after: str = "", *, ledgers: Collection[str] = ()
    ) -> AsyncIterator[Sequence[Event]]:
        """Everything after `after`, then everything new, for ever; what comes at once is told together."""
        listener = _Listener(watched, frozenset(ledgers), after, asyncio.get_running_loop())
        with self._listening(listener):
            while True:
                yield await listener.news()

    @contextmanager
    def _listening(self, listener: _Listener[Watched]) -> Iterator[None]:
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
            try:
                self._round([one for one in listeners if one.asked is not None])
            finally:
                close_old_connections()
            sleep(self.every)

    def _still_listening(self) -> list[_Listener[Watched]]:
        with self._lock:
            self._beating = bool(self._listeners)
            return list(self._listeners)

    def _round(self, waiting: Sequence[_Listener[Watched]]) -> None:
        """Look for everybody whose ledger moved, and tell each event loop once."""
        told = self._news(waiting)
        if late := [one for one in waiting if monotonic() - one.beat_at >= self.beat_every]:
            beat = self._heartbeat()
            for one in late:
                one.beat_at = monotonic()
                told[one] = _and(told.get(one, ()), beat)
        by_loop: dict[asyncio.AbstractEventLoop, list[_Answer]] = defaultdict(list)
        for one, news in told.items():
            if one.asked is not None and news:
                by_loop[one.loop].append((one.asked, news))
                one.asked = None
        for loop, answers in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(_answer, answers)

    def _news(self, waiting: Sequence[_Listener[Watched]]) -> dict[_Listener[Watched], News]:
        ends = self._ends(frozenset().union(*(one.ledgers for one in waiting)))
        moved = [one for one in waiting if self._due(one, ends)]
        if not moved:
            return {}
        told = dict(zip(moved, self._looked([(one.watched, one.after) for one in moved]), strict=True))
        for one, news in told.items():
            if not isinstance(news, Exception):
                one.after = next((event.id for event in reversed(news) if event.id), one.after)
        return told

    def _ends(self, ledgers: Collection[str]) -> Mapping[str, int]:
        """A database that does not answer has moved for everybody: the look says so."""
        try:
            return self.ends(ledgers) if ledgers else {}
        except DatabaseError:
            close_old_connections()
            return {}

    def _due(self, one: _Listener[Watched], ends: Mapping[str, int]) -> bool:
        stands, now = {name: ends.get(name) for name in one.ledgers}, monotonic()
        if one.stood == stands and now - one.looked_at < self.look_every:
            return False
        one.stood, one.looked_at = stands, now
        return True

    def _looked(self, asks: Sequence[tuple[Watched, str]]) -> Sequence[News]:
        try:
            return self.looks(asks)
        except Exception as fault:  # noqa: BLE001 - each page is told by the end of its stream, and asks again
            close_old_connections()
            return [fault] * len(asks)

    def _heartbeat(self) -> News:
        """A database that does not answer has no heart."""
        try:
            return [Event("", "beat", {"at": datetime.now(UTC).isoformat(), **self.said()})]
        except DatabaseError as fault:
            close_old_connections()
            return fault


_Answer = tuple["asyncio.Future[Sequence[Event]]", News]


def _and(news: News, beat: News) -> News:
    if isinstance(news, Exception):
        return news
    return beat if isinstance(beat, Exception) else [*news, *beat]


def _answer(answers: Sequence[_Answer]) -> None:
    for asked, news in answers:
        if asked.done():  # the page went away
            continue
        if isinstance(news, Exception):
            asked.set_exception(news)
        else:
            asked.set_result(news)


def sse(event: Event) -> bytes:
    """The event as text/event-stream. JSON has no line break in it, so one data line is enough."""
    head = f"id: {event.id}\n" if event.id else ""
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return f"{head}event: {event.kind}\ndata: {data}\n\n".encode()
