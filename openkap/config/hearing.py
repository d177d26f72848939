"""The one listening process: takes what devices send until Ctrl-C or TERM."""

import asyncio
import signal
import socket
import ssl

from openkap.devices.mllp import Listener
from openkap.protocol.doors import doors


def hear(bound: socket.socket, context: ssl.SSLContext | None, says: str) -> None:
    """Listen until told to stop. `says` is printed once devices are answered."""
    asyncio.run(_hear(bound, context, says))


async def _hear(bound: socket.socket, context: ssl.SSLContext | None, says: str) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, over.set)
    listener = Listener(doors().mllp)
    await listener.start(bound, context)
    print(says, flush=True)
    await over.wait()
    await listener.stop()
