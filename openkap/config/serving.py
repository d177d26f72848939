"""The one server process: uvicorn on a port of our own, ended by Ctrl-C or TERM."""

import signal
import socket
from collections.abc import Callable
from contextlib import nullcontext
from types import FrameType

import uvicorn
from django.conf import settings

from openkap.config.supervised import supervised
from openkap.config.unusable import Unusable

ENGINE = "openkap.config.engine"
"""What evaluates the alerts, beside the server and for as long as it runs."""
POSTING = "openkap.config.posting"
"""What hands over reminders, where the clinic has a mail server."""
GRACE_SECONDS = 2
"""Live pages never end by themselves; after this they are cut off and come back by themselves."""


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the port, or Unusable in one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as fault:
        bound.close()
        reason = getattr(fault, "strerror", None) or str(fault)
        raise Unusable(
            f"Port {port} of {host} cannot be used ({reason}). Choose another with --port."
        ) from None
    return bound


def serve(bound: socket.socket, serving: Callable[[], None]) -> None:
    """Answer until told to stop. `serving` is called once requests are answered."""
    config = uvicorn.Config(
        "openkap.config.asgi:application",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    signal.signal(signal.SIGTERM, _leave)
    with supervised(ENGINE), supervised(POSTING) if settings.OPENKAP.mail else nullcontext():
        _Server(config, serving).run(sockets=[bound])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, serving: Callable[[], None]) -> None:
        super().__init__(config)
        self._serving = serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._serving()


def _leave(_: int, __: FrameType | None) -> None:
    """uvicorn raises the signal again when it has closed; without this, nobody would tidy up after it."""
    raise SystemExit(0)
