"""Run as a program: writers whose power is cut while they write. Prints JSON.

python -m tests.trials.cuts ROUNDS SEED [careless]

Everything they write is on a disk that forgets what was not synced (tests.trials.volatile). `careless` turns
the database's care for the disk down, to show that such a disk does lose what a careless program wrote.
One writer walks a visit; when the power is back the visit goes on, until it is closed or stopped.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tests.records.crowd import (
    apart,
    everything,
    found_wrong,
    in_a_process,
    readings_until_killed,
    stored_and_behind,
)
from tests.trials import walk

LONGEST = 0.8
"""Seconds after which the power goes at the latest; a visit takes several cuts to end."""
OVER = ("closed", "stopped")
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
    """The same, and no connection of its process waits for the disk."""

    def careless(pipe: int) -> None:
        connection_created.connect(_let_the_disk_wait)
        work(pipe)

    return careless


def _let_the_disk_wait(connection: BaseDatabaseWrapper, **_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")


def cut(rounds: int, seed: int, *, careless: bool = False) -> dict[str, object]:
    """Two writers a round; the power goes some time after both began to write; then all is checked."""
    rng, acknowledged, faults = random.Random(seed), [], []
    of_visits, phases, visit = 0, Counter[str](), None
    MOUNT.rename(DISK)
    MOUNT.mkdir()
    with powered():
        apart(walk.found_clinic)
    for number in range(rounds):
        with powered():
            visit = walk.Open(**apart(walk.booked, number) if visit is None else apart(walk.stands, visit))
        phases[visit.phase] += 1
        works = [walk.visit_until_killed(visit, rng.getrandbits(32)), readings_until_killed(visit.chart)]
        told = until_dark([carelessly(work) if careless else work for work in works], rng.random() * LONGEST)
        of_visits += len(told[0])
        acknowledged += [line for lines in told for line in lines]
        with powered():
            faults += apart(found_wrong, acknowledged)
        if faults:
            break
        if visit.phase in OVER:
            visit = None
    with powered():
        stored, behind = apart(stored_and_behind) if not faults else (0, [])
    counted = {"acknowledged": len(acknowledged), "of visits": of_visits, "stored": stored, "phases": phases}
    return counted | {"faults": faults[:20], "behind": behind}


def until_dark(works: list[Work], seconds: float) -> list[list[str]]:
    """What each writer was told was kept until the power went, so long after both had begun."""
    with powered() as disk:
        begun = [in_a_process(work) for work in works]
        for _, pipe in begun:
            select.select([pipe], [], [], 30)
        time.sleep(seconds)
        disk.kill()
        for child, _ in begun:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return [everything(pipe) for _, pipe in begun]


if __name__ == "__main__":
    print(json.dumps(cut(int(sys.argv[1]), int(sys.argv[2]), careless="careless" in sys.argv[3:])))
