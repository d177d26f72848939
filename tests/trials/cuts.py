"""Run as a program: writers whose power is cut while they write. Prints JSON.

python -m tests.trials.cuts ROUNDS SEED [careless]

Everything they write is on a disk that forgets what was not synced (tests.trials.volatile). `careless` turns
the database's care for the disk down, to show that such a disk does lose what a careless program wrote.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests.records.crowd import (
    apart,
    entries_until_killed,
    everything,
    found_wrong,
    in_a_process,
    opened,
    readings_until_killed,
    stored_and_behind,
)

HOME = Path(os.environ["OPENKAP_HOME"])
MOUNT, DISK = HOME / "data", HOME / "disk"
Work = Callable[[int], None]


@contextmanager
def powered() -> Iterator[subprocess.Popen[bytes]]:
    """The disk, spinning. However it ended, the mount is gone afterwards."""
    disk = subprocess.Popen([sys.executable, "-m", "tests.trials.volatile", str(DISK), str(MOUNT)])
    try:
        _until(MOUNT.is_mount)
        yield disk
    finally:
        disk.kill()
        disk.wait()
        subprocess.run(["fusermount", "-u", "-z", str(MOUNT)], check=True)


def _until(ready: Callable[[], bool]) -> None:
    for _ in range(1000):
        if ready():
            return
        time.sleep(0.01)
    raise TimeoutError("the disk did not come up")


def carelessly(work: Work) -> Work:
    def careless(pipe: int) -> None:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = NORMAL")
        work(pipe)

    return careless


def cut(rounds: int, seed: int, *, careless: bool = False) -> dict[str, object]:
    """Two writers a round; the power goes some time after the first acknowledgement; then all is checked."""
    rng, acknowledged, faults = random.Random(seed), [], []
    MOUNT.rename(DISK)
    MOUNT.mkdir()
    with powered():
        chart = apart(opened)
    for _ in range(rounds):
        with powered() as disk:
            works = [entries_until_killed(chart), readings_until_killed(chart)]
            pair = [in_a_process(carelessly(work) if careless else work) for work in works]
            select.select([pipe for _, pipe in pair], [], [], 30)
            time.sleep(rng.random() * 0.12)
            disk.kill()
            for child, _ in pair:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            acknowledged += [line for _, pipe in pair for line in everything(pipe)]
        with powered():
            faults += apart(found_wrong, acknowledged)
        if faults:
            break
    with powered():
        stored, behind = apart(stored_and_behind) if not faults else (0, [])
    return {"acknowledged": len(acknowledged), "faults": faults[:20], "behind": behind, "stored": stored}


if __name__ == "__main__":
    print(json.dumps(cut(int(sys.argv[1]), int(sys.argv[2]), careless="careless" in sys.argv[3:])))
