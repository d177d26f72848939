"""MLLP: a socket, TLS with a certificate for each device, and messages between two marks.

Who calls is known before a byte is read; everything is bounded; one message of a connection at a time, so its
order is kept; what waits from all connections is handled at once; and an answer goes out only once what it
speaks of is committed. Our own framing: that of `hl7` has no limit of time, none of connections, and parses
before anybody asks who sends.
"""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, connection

from openkap.devices import hl7_door
from openkap.devices.hl7_door import Call
from openkap.protocol.doors import Mllp
from openkap.records.devices import Peer, calling
from openkap.records.onecommit import Busy

START, END = b"\x0b", b"\x1c\r"
BETWEEN = b"\r\n"
"""Some senders put line breaks between messages; nothing else may stand there."""
CHUNK = 65536
HANDS = 2
"""One stores what waits while the other finds out who calls."""
GATHER_SECONDS = 0.05
"""How long messages wait for those of the other connections: each batch asks the database the same once."""
LANGUAGE = "hl7v2"
_log = logging.getLogger(__name__)

Answers = Callable[[Sequence[Call]], Sequence[bytes | Exception]]
_Waiting = tuple[Call, "asyncio.Future[bytes]"]


class NotFramed(Exception):
    """What came is no MLLP, or more than is taken; the connection ends."""


@dataclass
class Frames:
    """The messages in a stream of bytes, however it is cut. Holds one message's bytes and a chunk at most."""

    most_bytes: int
    _held: bytearray = field(default_factory=bytearray)

    @property
    def begun(self) -> bool:
        """Whether part of a message is here and its end is not."""
        return bool(self._held)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that these bytes complete. Raises NotFramed."""
        searched = max(0, len(self._held) - 1)
        self._held += data
        while True:
            if not self._held.startswith(START):
                del self._held[: len(self._held) - len(self._held.lstrip(BETWEEN))]
            if not self._held:
                return
            if not self._held.startswith(START):
                raise NotFramed("a message does not begin with its mark")
            end = self._held.find(END, searched)
            if (end if end >= 0 else len(self._held)) - 1 > self.most_bytes:
                raise NotFramed(f"a message is longer than {self.most_bytes} bytes")
            if end < 0:
                return
            message = bytes(self._held[1:end])
            del self._held[: end + len(END)]
            searched = 0
            yield message


def framed(message: bytes) -> bytes:
    return START + message + END


def stored(calls: Sequence[Call]) -> Sequence[bytes | Exception]:
    """The answers of the real door. A connection to the database that failed is not used again."""
    try:
        return hl7_door.answers(calls)
    except DatabaseError:
        connection.close()
        raise


class Listener:
    """Takes connections of one socket until it is closed."""

    def __init__(self, limits: Mllp, *, answers: Answers = stored) -> None:
        self.limits, self._answers = limits, answers
        self._open: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []
        self._some, self._everybody = asyncio.Event(), asyncio.Event()
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="mllp")
        self._server: asyncio.Server | None = None
        self._batches: asyncio.Task[None] | None = None

    async def start(self, bound: socket.socket, context: ssl.SSLContext | None) -> None:
        """Answer from now on. Without a context, in the clear: for this computer or a tunnel."""
        self._batches = asyncio.create_task(self._answering())
        handshake = {"ssl_handshake_timeout": self.limits.whole_message_s} if context else {}
        self._server = await asyncio.start_server(
            self._connected,
            sock=bound,
            ssl=context,
            limit=CHUNK,
            backlog=self.limits.connections,
            **handshake,
        )

    async def stop(self) -> None:
        """No more connections. What is being stored is stored; what was not answered comes again."""
        if self._server:
            self._server.close()
        if self._batches:
            self._batches.cancel()
        await asyncio.get_running_loop().run_in_executor(None, self._hands.shutdown)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername")[0])
        self._open[address] += 1
        try:
            if not self._full(address):
                await self._talk(Peer(address, _fingerprint(writer)), reader, writer)
        except NotFramed as fault:
            _log.warning("%s: %s; the connection was ended", address, fault)
        except (DatabaseError, Busy, TimeoutError, RuntimeError) as fault:
            # Not acknowledged, so the sender sends it again.
            _log.warning("%s: %s; the connection was ended", address, type(fault).__name__)
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass  # the other end is gone, or we are leaving: what was not answered comes again
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forget the addresses with none
            writer.close()

    def _full(self, address: str) -> bool:
        limits = self.limits
        full = (
            self._open.total() > limits.connections or self._open[address] > limits.connections_of_one_address
        )
        if full:
            _log.warning("%s: too many connections", address)
        return full

    async def _talk(self, peer: Peer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One message after another, each answered before the next is read."""
        async with asyncio.timeout(self.limits.answer_s):
            callers = await self._in_hand(_callers, peer)
        frames, place = Frames(self.limits.most_bytes), 0
        async for message in self._messages(frames, reader):
            place += 1
            now = datetime.now(UTC)
            if callers:
                reply = await self._answered(Call(callers, message, place, now))
            else:
                reply = hl7_door.acknowledgement(hl7_door.REFUSED, hl7_door.NOBODY, hl7_door.STRANGER, now)
            writer.write(framed(reply))
            async with asyncio.timeout(self.limits.whole_message_s):
                await writer.drain()
            if not callers:
                _log.warning("%s: not registered; its message was not read", peer.address)
                return

    async def _messages(self, frames: Frames, reader: asyncio.StreamReader):
        loop = asyncio.get_running_loop()
        ends_at = None
        while True:
            if not frames.begun:
                ends_at = None
            elif ends_at is None:
                ends_at = loop.time() + self.limits.whole_message_s
            patience = ends_at if ends_at is not None else loop.time() + self.limits.first_byte_s
            async with asyncio.timeout_at(patience):
                data = await reader.read(CHUNK)
            if not data:
                return
            for message in frames.feed(data):
                ends_at = None
                yield message

    async def _answered(self, call: Call) -> bytes:
        """The answer to one message, which waits its turn among those of the other connections."""
        told: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append((call, told))
        self._some.set()
        if len(self._waiting) >= self._open.total():
            self._everybody.set()
        async with asyncio.timeout(self.limits.answer_s):
            return await told

    async def _answering(self) -> None:
        """One batch after another: while one is stored the next one gathers."""
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._everybody.wait(), GATHER_SECONDS)
            batch, self._waiting = self._waiting, []
            self._some.clear()
            self._everybody.clear()
            await self._answer_all(batch)

    async def _answer_all(self, batch: Sequence[_Waiting]) -> None:
        """Where it fails for all, each is asked by itself: nobody waits in vain for another's message."""
        here = [one for one in batch if not one[1].done()]  # the others have left, and will send again
        work = self._in_hand(self._answers, [call for call, _ in here])
        (said,) = await asyncio.gather(work, return_exceptions=True)
        if isinstance(said, BaseException):
            if len(here) > 1:
                for one in here:
                    await self._answer_all([one])
                return
            said = [said] * len(here)
        for (_, told), answer in zip(here, said, strict=True):
            _tell(told, answer)

    async def _in_hand(self, work: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._hands, work, *arguments)


def _tell(told: "asyncio.Future[bytes]", answer: bytes | BaseException) -> None:
    if told.done():
        return
    if isinstance(answer, BaseException):
        told.set_exception(answer)
    else:
        told.set_result(answer)


def _callers(peer: Peer) -> list[str]:
    try:
        return [row.device for row in calling(peer, LANGUAGE)]
    except DatabaseError:
        connection.close()
        raise


def _fingerprint(writer: asyncio.StreamWriter) -> str:
    secured = writer.get_extra_info("ssl_object")
    shown = secured.getpeercert(binary_form=True) if secured else None
    return sha256(shown).hexdigest() if shown else ""
