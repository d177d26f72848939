"""The simulated monitor of the demonstration clinic: one dosing session that goes on by itself.

A process of its own, as a real monitor would be. Its numbers are synthetic and say so. It sends a row every
few seconds, charts vital signs when they are due, ends the infusion, sees the patient home, and after a rest
begins the next session, so that something is always running.
"""

import os
import signal
import time
from datetime import UTC, datetime
from types import FrameType

import django

SEND_EVERY_SECONDS = 3


def main() -> None:
    """Run until told to stop, or until the process that started us has gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")
    django.setup()
    from openkap.demo.session import Session

    parent = os.getppid()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    session = Session.of_the_clinic()
    while os.getppid() == parent:
        session.step(datetime.now(UTC))
        time.sleep(SEND_EVERY_SECONDS)


def _leave(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
