"""One whole course of 1,000 entries: folding it, and every question a page or an action asks of it."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.row import Row, quicker

DOSES, SIGNS = 20, 38
"""What makes a course of the crowd about 1,000 entries long: a long course, closely watched."""
TIMES = 60
GOAL_MS = 5.0


def rows() -> list[Row]:
    """p95 in milliseconds against the goal of 5. "Anew": with nothing remembered from an earlier question."""
    from openkap.clinical.chart import fold
    from openkap.clinical.gates import verdict
    from openkap.clinical.screening import screen
    from openkap.clinical.status import assess
    from openkap.protocol.load import shipped

    entries, at, protocol = _entries(), datetime.now(UTC), shipped()
    folded = fold("chart:bench", entries)
    count = f"{len(entries):,} entries"

    def anew() -> Any:
        return fold("chart:bench", entries)

    return [
        quicker(f"fold {count}", _p95(anew), GOAL_MS, "ms"),
        quicker("fold and assess, anew", _p95(lambda: assess(anew(), protocol, at)), GOAL_MS, "ms"),
        quicker("assess again, a page refreshed", _p95(lambda: assess(folded, protocol, at)), GOAL_MS, "ms"),
        quicker("fold and screen, anew", _p95(lambda: screen(anew(), protocol, at)), GOAL_MS, "ms"),
        quicker(
            "the gate of a dose",
            _p95(lambda: verdict("start-dose", folded, protocol, at, "crowd-1-19")),
            GOAL_MS,
            "ms",
        ),
    ]


def _entries() -> list[Any]:
    from openkap.clinical.entries import Entry
    from openkap.clinical.entries.person import ChartOpened
    from openkap.demo.crowd import one
    from openkap.records.ledger import uuid7

    at = datetime.now(UTC)
    record = one(1, at, doses=DOSES, signs=SIGNS)
    person = record.person
    opened = ChartOpened(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        sex=person.sex,
        clinic="bench",
    )
    facts = [(opened, at - timedelta(days=9000)), *record.facts]
    return [
        Entry(uuid7(when), "chart:bench", number, fact, when, when, "bench", "bench")
        for number, (fact, when) in enumerate(facts, 1)
    ]


def _p95(work: Callable[[], object]) -> float:
    """Milliseconds that 95 of 100 runs stay under, once warm."""
    work()
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(times, n=20)[-1]
