"""Python programs of their own, on a home of their own, as a server or a command would run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = "import django; django.setup()\nfrom django.db import connection\n"


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a program that keeps everything under `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENKAP_")}
    ours = {
        "OPENKAP_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "openkap.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    return kept | ours | more


def run(home: Path, program: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What a program says and how it ends."""
    return subprocess.run(
        [sys.executable, "-c", SETUP + program],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def migrated(home: Path) -> Path:
    """The home with a fresh database in it."""
    made = run(home, "from django.core.management import call_command; call_command('migrate', verbosity=0)")
    assert made.returncode == 0, made.stderr
    return home / "data" / "openkap.sqlite3"
