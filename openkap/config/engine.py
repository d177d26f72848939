"""The process that evaluates the alerts and looks for who went silent: `python -m openkap.config.engine`.

It is a child of the server, and ends with it. A fault ends it too: the server starts it again within seconds,
and it tells by itself how long it was away.
"""

import os
import signal
import time
from datetime import UTC, datetime
from types import FrameType

import django
from django.db import close_old_connections


def main() -> None:
    """Run until told to stop, or until the process that started us has gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")
    parent = os.getppid()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then tells us
    django.setup()
    from openkap.actions import drills
    from openkap.actions.alert_engine import GLANCE_EVERY_SECONDS, STEP_EVERY_SECONDS, Engine
    from openkap.actions.device_limits import DeviceEngine
    from openkap.actions.outreach import Outreach

    engine, devices, outreach = Engine(), DeviceEngine(), Outreach()
    while os.getppid() == parent:
        began = time.monotonic()
        engine.step(datetime.now(UTC))
        devices.step(datetime.now(UTC))
        drills.play(datetime.now(UTC))
        outreach.step(datetime.now(UTC))
        while time.monotonic() < began + STEP_EVERY_SECONDS:
            time.sleep(GLANCE_EVERY_SECONDS)
            engine.glance(datetime.now(UTC))
        close_old_connections()


def _leave(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
