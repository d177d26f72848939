"""MLLP: a socket, TLS with a certificate for each device, and messages between two marks.

Who calls is known before a byte is read; everything is bounded; one message of a connection at a time, so its
order is kept; and an answer goes out only once what it speaks of is committed. Our own framing: that of `hl7`
has no limit of time, none of connections, and parses before anybody asks who sends.
"""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from django.db import DatabaseError, connection

from openkap.devices import hl7_door
from openkap.protocol.doors import Mllp
from openkap.records.devices import Peer, calling
from openkap.records.onecommit import Busy

START, END = b"\x0b", b"\x1c\r"
BETWEEN = b"\r\n"
"""Some senders put line breaks between messages; nothing else may stand there."""
CHUNK = 65536
HANDS = 8
"""Messages looked at at once. More would only wait for the one writer of the database."""
LANGUAGE = "hl7v2"
_log = logging.getLogger(__name__)

Answer = Callable[[Sequence[str], bytes, int], bytes]


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


def stored(callers: Sequence[str], raw: bytes, place: int) -> bytes:
    """The answer of the real door. A connection to the database that failed is not used again."""
    try:
        return hl7_door.answer(callers, raw, place=place, at=datetime.now(UTC))
    except DatabaseError:
        connection.close()
        raise


class Listener:
    """Takes connections of one socket until it is closed."""

    def __init__(self, limits: Mllp, *, answer: Answer = stored) -> None:
        self.limits, self._answer = limits, answer
        self._open: Counter[str] = Counter()
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="mllp")
        self._server: asyncio.Server | None = None

    async def start(self, bound: socket.socket, context: ssl.SSLContext | None) -> None:
        """Answer from now on. Without a context, in the clear: for this computer or a tunnel."""
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
        callers = await self._run(_callers, peer)
        frames, place = Frames(self.limits.most_bytes), 0
        async for message in self._messages(frames, reader):
            place += 1
            now = datetime.now(UTC)
            if callers:
                reply = await self._run(self._answer, callers, message, place)
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

    async def _run(self, work: Callable[..., object], *arguments: object):
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self.limits.answer_s):
            return await loop.run_in_executor(self._hands, work, *arguments)


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
