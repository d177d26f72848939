"""A bad network for MLLP: a proxy that duplicates and cuts, and a sender that sends until it is answered."""

import random
import socket
import threading
from collections import Counter
from contextlib import suppress

from tests.devices.sender import END, Link

DUPLICATED, CUT = 0.10, 0.02


class Proxy:
    """Between one sender and the listener, message by message. `did` counts what it did to them."""

    def __init__(self, to: int, seed: int) -> None:
        self._to, self._random, self.did = to, random.Random(seed), Counter()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                self._talk(self._door.accept()[0])

    def _talk(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._to)) as far, suppress(ConnectionError):
            while message := _until_end(near):
                self.did["messages"] += 1
                if self._lucky(CUT / 2):
                    self.did["cut before"] += 1
                    far.sendall(message[: len(message) // 2])
                    return
                far.sendall(message)
                answer = _until_end(far)
                if self._lucky(DUPLICATED):
                    self.did["duplicated"] += 1
                    far.sendall(message)
                    _until_end(far)
                if self._lucky(CUT / 2):
                    self.did["cut after"] += 1
                    return
                near.sendall(answer)

    def _lucky(self, share: float) -> bool:
        return self._random.random() < share


def _until_end(link: socket.socket) -> bytes:
    held = b""
    while not held.endswith(END):
        more = link.recv(65536)
        if not more:
            return b""
        held += more
    return held


def send_all(port: int, messages: list[bytes]) -> Counter:
    """Each message until it is acknowledged, in order, over a new connection where the old one was cut."""
    codes: Counter = Counter()
    link = Link(port)
    for message in messages:
        while True:
            try:
                codes[link.ask(message)[0]] += 1
                break
            except OSError:
                codes["sent again"] += 1
                link.socket.close()
                link = Link(port)
    link.socket.close()
    return codes
