"""The one listening process: takes what devices send, calls those that are called, until Ctrl-C or TERM."""

import asyncio
import signal
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openkap.devices.mllp import Listener
from openkap.protocol.doors import doors


@dataclass(frozen=True, slots=True)
class Calls:
    """SDC devices to call. `files`: our key, certificate and the devices' authority, () in the clear."""

    addresses: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def hear(bound: socket.socket, context: ssl.SSLContext | None, calls: Calls, says: str) -> None:
    """Listen until told to stop. `says` is printed once devices are answered. Raises BadInput: see Call."""
    following = _started(calls)
    try:
        asyncio.run(_hear(bound, context, says))
    finally:
        for call in following:
            call.stop()


def _started(calls: Calls) -> list[Any]:
    if not calls.addresses:
        return []
    from openkap.devices.sdc_call import Call, contexts_of

    following = [Call(address, contexts_of(calls.files)) for address in calls.addresses]
    for call in following:
        call.start()
    return following


async def _hear(bound: socket.socket, context: ssl.SSLContext | None, says: str) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, over.set)
    listener = Listener(doors().mllp)
    await listener.start(bound, context)
    print(says, flush=True)
    await over.wait()
    await listener.stop()
