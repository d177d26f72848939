"""The process that places reminders and hands them over: `python -m openkap.config.posting`.

A child of the server, like the engine of the alerts, and apart from it: a slow mail server holds up nobody.
"""

import os
import signal
import time
from datetime import UTC, datetime
from types import FrameType, ModuleType

import django
from django.db import close_old_connections

LOOK_EVERY_SECONDS = 5


def main() -> None:
    """Run until told to stop, or until the process that started us has gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")
    parent = os.getppid()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    while os.getppid() == parent:
        round_()
        close_old_connections()
        time.sleep(LOOK_EVERY_SECONDS)


def round_() -> int:
    """Place what is owed and hand over what waits; how many the next server took."""
    from django.conf import settings

    from openkap.actions import reminding

    mail = settings.OPENKAP.mail
    reminding.place(datetime.now(UTC))
    taken = 0
    for row in reminding.waiting(datetime.now(UTC)):
        taken += _hand_over(row, mail)
    return taken


def _hand_over(row, mail) -> bool:  # type: ignore[no-untyped-def] # types of rooms that Django must load first
    from openkap.actions import reminding
    from openkap.channels import Later, Refused, email, sms

    channels: dict[str, ModuleType] = {"email": email, "sms": sms}
    message_id = f"<{row.chart.hex}.{row.pk}@reminders.invalid>"
    try:
        said = channels[row.channel].deliver(
            mail, to=row.address, subject=row.subject, body=row.body, message_id=message_id
        )
    except Refused as fault:
        reminding.fail(row, "refused", str(fault), datetime.now(UTC))
        return False
    except Later as fault:
        reminding.again(row, str(fault), datetime.now(UTC))
        return False
    reminding.sent(row, said, datetime.now(UTC))
    return True


def _leave(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
