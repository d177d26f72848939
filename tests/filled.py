"""A demonstration clinic, filled once a test run: what `openkap demo` makes of an empty folder.

Filling takes longer than most files of tests, so whoever needs it, in whichever worker, works on a copy.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.records.process import ROOT, environment

OPENKAP = (sys.executable, "-u", "-c", "import sys; from openkap.config.cli import main; sys.exit(main())")
STARTS_WITHIN_S = 400  # 25 s on a free core; five tasks a core are not a fault
ENDS_WITHIN_S = 60
_ADDRESS = re.compile(r"http://localhost:\d+")
_LAST_WORDS = "Ctrl-C ends it"


@dataclass(frozen=True, slots=True)
class Filled:
    """The folder as it lay when the first start had ended: never written to again."""

    home: Path
    said: str  # everything the first start said until it served
    began: datetime
    served: datetime

    def copy(self, to: Path) -> Path:
        """A clinic of one's own in a folder that is not there yet."""
        shutil.copytree(self.home, to)
        return to


@contextmanager
def demonstration(home: Path, **more: str) -> Iterator[str]:
    """`openkap demo` on a port the system chooses, ended on leaving; gives what it said until it served.

    `more`: of its environment.
    """
    command = [*OPENKAP, "demo", "--port", "0", "--home", str(home)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            yield said_by(server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=ENDS_WITHIN_S)
    assert server.returncode == 0, f"the demonstration ended with {server.returncode}"


def address(said: str) -> str:
    """Where it serves."""
    found = _ADDRESS.search(said)
    assert found, f"the demonstration did not start:\n{said[-2000:]}"
    return found[0]


def said_by(server: "subprocess.Popen[str]") -> str:
    """What it says until it serves, or until it ends; what it says later is read and dropped."""
    said: list[str] = []
    serves = threading.Event()

    def listen() -> None:
        for line in server.stdout or ():
            said.append(line)
            if _LAST_WORDS in line:
                serves.set()
        serves.set()

    threading.Thread(target=listen, daemon=True).start()
    serves.wait(STARTS_WITHIN_S)
    return "".join(said)


@pytest.fixture(scope="session")
def filled_demo(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The workers of a run share one; whoever comes first fills it, and the others wait."""
    mine = tmp_path_factory.getbasetemp()
    place = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "filled-demo"
    place.mkdir(exist_ok=True)
    story = place / "story.json"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not story.exists():
            story.write_text(json.dumps(_fill(place / "home")), encoding="utf-8")
    said, began, served = json.loads(story.read_text(encoding="utf-8"))
    return Filled(place / "home", said, datetime.fromisoformat(began), datetime.fromisoformat(served))


def _fill(home: Path) -> tuple[str, str, str]:
    began = datetime.now(UTC)
    with demonstration(home) as said:
        served = datetime.now(UTC)
        address(said)
    return said, began.isoformat(), served.isoformat()
