"""What else a server has to do: a large record comes in, every ledger is checked, a report is set."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from bench.pages import SERVE
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.entries.screening import Problem
from openkap.records.ledger import Draft, append
from openkap.records.policy import Principal

ENTRIES, AT_A_TIME = 5_000, 200


@contextmanager
def work(who: Principal) -> Iterator[None]:
    """All three at once, again and again until it is over."""
    over = threading.Event()
    threads = [
        threading.Thread(target=again, args=(over, one), daemon=True)
        for one in (lambda: bring_in(who), check, report)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(120)


def again(over: threading.Event, one) -> None:
    while not over.is_set():
        one()


def bring_in(who: Principal) -> None:
    """A record of five thousand entries, as an import appends it."""
    now, subject = datetime.now(UTC), f"chart:{uuid4()}"
    person = ChartOpened(
        family_name="Long", given_name="Record", birth_date=datetime(1960, 1, 1).date(), sex="male",
        clinic=who.clinic, synthetic=True,
    )  # fmt: skip
    append([Draft(subject, person, now)], author="bench", via="bench", at=now)
    for start in range(0, ENTRIES, AT_A_TIME):
        drafts = [
            Draft(subject, Problem(text=f"Problem {start + number}"), now) for number in range(AT_A_TIME)
        ]
        append(drafts, author="bench", via="bench", at=datetime.now(UTC))


def check() -> None:
    command("verify")


def report() -> None:
    command("protocol", "handbook", str(Path(__file__).parents[1] / "out" / "handbook.pdf"))


def command(*words: str) -> None:
    subprocess.run([sys.executable, "-c", SERVE, *words], stdout=subprocess.DEVNULL, check=False)
