"""openkap demo: a synthetic clinic, filled and running, on one port."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

NAME = "demo"
HELP = "Fill and serve a synthetic clinic with one dosing session running; nobody in it is real."
PERMISSION = "system.operate"
GIVES_WAY = False

HOME = "var/demo"
HOST = "127.0.0.1"
CAUGHT = "mail-caught"
"""Folder of the home in which reminders are left, so that none goes out."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--home", type=Path, default=None, help=f"folder of its data ({HOME})")


def run(arguments: argparse.Namespace) -> int:
    began = time.monotonic()
    home = arguments.home or Path(os.environ.get("OPENKAP_HOME") or HOME)
    os.environ.update(OPENKAP_HOME=str(home), OPENKAP_DEMO="1")
    os.environ.setdefault("OPENKAP_MAIL", f"file://{(home / CAUGHT).resolve()}")
    os.environ.setdefault("OPENKAP_MAIL_FROM", "reminders@demonstration.invalid")
    from openkap.config import boot
    from openkap.config.serving import listening, serve

    bound = listening(HOST, arguments.port)
    port = bound.getsockname()[1]
    _say(f"the data is in {home}, and reminders are left in its {CAUGHT}")
    boot.ready()
    _fill()
    monitor = subprocess.Popen([sys.executable, "-m", "openkap.demo.monitor"], env=os.environ.copy())
    try:
        serve(bound, lambda: _serving(port, time.monotonic() - began))
    finally:
        monitor.terminate()
        monitor.wait()
        _say("ended")
    return 0


def _fill() -> None:
    from datetime import UTC, datetime

    from django.conf import settings

    from openkap.demo.seed import seed

    seed(datetime.now(UTC), time_zone=settings.TIME_ZONE, tell=_say)


def _serving(port: int, seconds: float) -> None:
    from openkap.demo.clinic import STAFF
    from openkap.demo.seed import people

    _say(f"serving after {seconds:.0f} s")
    print(f"\n  http://localhost:{port}\n\n  Sign in with one click, no password:")
    for role, (username, name) in STAFF.items():
        print(f"    {username:<18} {role:<11} {name}")
    for person in people():
        if person.signs_in:
            print(f"    {person.signs_in:<18} {'patient':<11} {person.name}")
    print("\n  Everyone in it is synthetic. Ctrl-C ends it.\n", flush=True)


def _say(text: str) -> None:
    print(f"openkap: {text}", flush=True)
