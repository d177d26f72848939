"""Appending to the ledger beside bare SQLite: same library, key, pragmas, bytes and number of commits."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from django.conf import settings
from sqlcipher3 import dbapi2

from bench.row import Row, faster

ROUNDS = 8
COMMITS = 50
GROUP = 20
COLUMNS = (
    "id", "subject", "seq", "kind", "body", "effective_at", "recorded_at",
    "author", "via", "supersedes", "prev_hash", "hash",
)  # fmt: skip


def rows() -> list[Row]:
    """A second: entries alone and twenty a commit, with and without lists; readings of many submitters."""
    return [
        _entries("one entry a commit", _clinic, group=1),
        _entries("one entry a commit, the chart assessed and listed", _chart, group=1),
        _entries(f"{GROUP} entries a commit", _clinic, group=GROUP),
        _entries(f"{GROUP} entries a commit, the chart assessed and listed", _chart, group=GROUP),
        _readings(),
    ]


def _entries(name: str, opened: Callable[[], str], *, group: int) -> Row:
    """Turn and turn about, so that a noisy moment of the machine meets both; each time a new ledger."""
    ours, peer, bare = 0.0, 0.0, _bare()
    for _ in range(ROUNDS):
        subject = opened()
        ours += _timed(partial(_append, subject, group))
        groups = list(_groups(subject, group))
        peer += _timed(partial(_bare_append, bare, groups))
    count = ROUNDS * COMMITS * group
    return faster(name, count / ours, count / peer, "entries/s")


def _append(subject: str, group: int) -> None:
    from openkap.clinical.entries.screening import Score
    from openkap.records.ledger import Draft, append

    fact = Score(instrument="phq9", total=14, items=(2, 2, 1, 2, 1, 2, 2, 1, 1))
    for _ in range(COMMITS):
        now = datetime.now(UTC)
        append([Draft(subject, fact, now)] * group, author=str(uuid4()), via="web", at=now)


def _groups(subject: str, group: int) -> Iterator[list[tuple[Any, ...]]]:
    """The very rows just committed, as they were grouped."""
    from openkap.records.models import EntryRow

    last = EntryRow.objects.filter(subject=subject).order_by("-seq").values_list(*COLUMNS)[: COMMITS * group]
    ordered = list(reversed(last))
    for start in range(0, len(ordered), group):
        yield ordered[start : start + group]


def _bare_append(bare: Any, groups: list[list[tuple[Any, ...]]]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    for group in groups:
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(f"INSERT INTO entry VALUES ({marks})", group)
        head = group[-1]
        bare.execute(
            "INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)", (head[1], head[2], head[-1], head[-1])
        )
        bare.execute("COMMIT")


def _bare() -> Any:
    """The same library, key and pragmas, with tables of the same shape and indexes, and nothing else."""
    from openkap.records.sqlcipher.base import DURABLE
    from openkap.records.sqlcipher.key import read_or_make

    key = read_or_make(settings.OPENKAP.key_file)
    bare = dbapi2.connect(Path(settings.OPENKAP.home) / "data" / f"bare-{uuid4()}", isolation_level=None)
    for pragma in (f"PRAGMA key = \"x'{key.hex()}'\"", *DURABLE):
        bare.execute(pragma)
    bare.execute(f"CREATE TABLE entry ({', '.join(COLUMNS)}, PRIMARY KEY (id), UNIQUE (subject, seq))")
    bare.execute("CREATE TABLE head (subject PRIMARY KEY, seq, hash, mac)")
    bare.execute(
        "CREATE TABLE reading (id PRIMARY KEY, chart, visit, number, body, UNIQUE (chart, visit, number))"
    )
    return bare


def _readings() -> Row:
    """16 submitters of 5 readings each at a time, beside bare SQLite committing each submission by itself."""
    chart, bare = str(uuid4()), _bare()
    ours = peer = 0.0
    for turn in range(ROUNDS):
        ours += _timed(lambda: _submit(chart))
        peer += _timed(partial(_bare_readings, bare, chart, turn))
    count = ROUNDS * 16 * 5 * 5
    return faster("readings of 16 submitters, 5 at a time", count / ours, count / peer, "readings/s")


def _submit(chart: str) -> None:
    threads = [Thread(target=_submitter, args=(chart,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _submitter(chart: str) -> None:
    from decimal import Decimal

    from openkap.records.readings import Sample, store

    for _ in range(5):
        now = datetime.now(UTC)
        store(
            [Sample(uuid4(), chart, "v1", "spo2", Decimal(97), "%", "monitor", now) for _ in range(5)],
            received_at=now,
        )


def _bare_readings(bare: Any, chart: str, turn: int) -> None:
    for commit in range(16 * 5):
        bare.execute("BEGIN IMMEDIATE")
        first = (turn * 80 + commit) * 5
        bare.executemany(
            "INSERT INTO reading VALUES (?, ?, ?, ?, ?)",
            [
                (str(uuid4()), chart, "v1", first + n, "spo2 97000 % monitor" + "2026-05-14" * 4)
                for n in range(5)
            ],
        )
        bare.execute("COMMIT")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _clinic() -> str:
    return f"clinic:{uuid4()}"


def _chart() -> str:
    from openkap.clinical.entries.person import ChartOpened
    from openkap.records.ledger import Draft, append

    subject, now = f"chart:{uuid4()}", datetime.now(UTC)
    person = ChartOpened(
        family_name="Berg", given_name="Ada", birth_date=date(1980, 1, 1), sex="female", clinic=str(uuid4())
    )
    append([Draft(subject, person, now)], author="bench", via="bench", at=now)
    return subject
