"""Run as a program: writers that are killed while they write, or that all write at once. Prints JSON.

python -m tests.records.crowd kill ROUNDS SEED
python -m tests.records.crowd together WRITERS ENTRIES
"""

import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import django

django.setup()

from openkap.clinical.entries.person import ChartOpened  # noqa: E402
from openkap.clinical.entries.preparation import Intention  # noqa: E402
from openkap.records import readings  # noqa: E402
from openkap.records.ledger import Draft, append  # noqa: E402
from openkap.records.models import ChartRow, EntryRow, HeadRow, Reading  # noqa: E402
from openkap.records.verify import verify  # noqa: E402


def now() -> datetime:
    return datetime.now(UTC)


def write(chart: str, words: str) -> str:
    (entry,) = append([Draft(f"chart:{chart}", Intention(words=words), now())], author="a", via="t", at=now())
    return str(entry.id)


def measure(chart: str, count: int) -> list[str]:
    samples = [
        readings.Sample(uuid4(), chart, "v1", "spo2", Decimal(97), "%", "monitor", now())
        for _ in range(count)
    ]
    return [str(row.id) for row in readings.store(samples, received_at=now())]


def in_a_process(work: Callable[[int], None]) -> tuple[int, int]:
    """A child that does the work and tells what was acknowledged through a pipe."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        try:
            work(there)
        except Exception:  # noqa: BLE001 - the parent only sees a pipe that ends, so the child says why
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(there)
    return child, here


def entries_until_killed(chart: str) -> Callable[[int], None]:
    def work(pipe: int) -> None:
        while True:
            os.write(pipe, f"entry {write(chart, 'still here')}\n".encode())

    return work


def readings_until_killed(chart: str) -> Callable[[int], None]:
    def work(pipe: int) -> None:
        while True:
            for id in measure(chart, 3):
                os.write(pipe, f"reading {id}\n".encode())

    return work


def everything(pipe: int) -> list[str]:
    with os.fdopen(pipe) as told:
        return [line for line in told.read().splitlines(keepends=True) if line.endswith("\n")]


def missing(acknowledged: list[str]) -> list[str]:
    """What was acknowledged and is not there."""
    wanted = {line.split()[1] for line in acknowledged}
    there = set(EntryRow.objects.values_list("id", flat=True))
    there |= {str(id) for id in Reading.objects.values_list("id", flat=True)}
    return sorted(wanted - there)


def apart(question: Callable[..., object], *given: object) -> Any:
    """The answer of a process of its own, so that nobody holds the database open between two rounds."""
    child, pipe = in_a_process(lambda there: os.write(there, json.dumps(question(*given)).encode() + b"\n"))
    (answer,) = everything(pipe)
    os.waitpid(child, 0)
    return json.loads(answer)


def kill(rounds: int, seed: int) -> dict[str, object]:
    """Two writers a round, killed at a random moment after the first acknowledgement; then all is checked."""
    rng, chart, acknowledged, faults = random.Random(seed), apart(opened), [], []
    for _ in range(rounds):
        pair = [in_a_process(work(chart)) for work in (entries_until_killed, readings_until_killed)]
        select.select([pipe for _, pipe in pair], [], [], 30)
        time.sleep(rng.random() * 0.12)
        for child, _ in pair:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        acknowledged += [line for _, pipe in pair for line in everything(pipe)]
        faults += apart(found_wrong, acknowledged)
    stored, behind = apart(stored_and_behind)
    return {"acknowledged": len(acknowledged), "faults": faults, "behind": behind, "stored": stored}


def found_wrong(acknowledged: list[str]) -> list[str]:
    return [str(fault) for fault in verify()] + missing(acknowledged)


def stored_and_behind() -> tuple[int, list[str]]:
    return EntryRow.objects.count() + Reading.objects.count(), charts_behind()


def together(writers: int, entries: int) -> dict[str, object]:
    """Many processes append to one chart at the same time."""
    chart = apart(opened)

    def work(pipe: int) -> None:
        for number in range(entries):
            os.write(pipe, f"entry {write(chart, str(number))}\n".encode())

    crowd = [in_a_process(work) for _ in range(writers)]
    acknowledged = [line for _, pipe in crowd for line in everything(pipe)]
    for child, _ in crowd:
        os.waitpid(child, 0)
    numbers = EntryRow.objects.filter(subject=f"chart:{chart}").order_by("seq").values_list("seq", flat=True)
    return {
        "acknowledged": len(acknowledged),
        "missing": missing(acknowledged),
        "numbers": list(numbers),
        "faults": [str(fault) for fault in verify()],
        "behind": charts_behind(),
    }


def charts_behind() -> list[str]:
    """Charts whose lists are not at the ledger's last entry."""
    ends = dict(HeadRow.objects.filter(subject__startswith="chart:").values_list("subject", "seq"))
    listed = {f"chart:{row.chart}": row.seq for row in ChartRow.objects.all()}
    return sorted(subject for subject in ends | listed if ends.get(subject) != listed.get(subject))


def opened() -> str:
    chart = str(uuid4())
    person = ChartOpened(
        family_name="Berg", given_name="Ada", birth_date=date(1980, 1, 1), sex="female", clinic=str(uuid4())
    )
    append([Draft(f"chart:{chart}", person, now())], author="a", via="t", at=now())
    return chart


if __name__ == "__main__":
    act = {"kill": kill, "together": together}[sys.argv[1]]
    print(json.dumps(act(*map(int, sys.argv[2:]))))
