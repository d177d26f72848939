"""Pressures at the limit for a call, charted in one room after another: when each was on file."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from openkap.actions import dosing
from openkap.records.policy import Principal

if TYPE_CHECKING:
    from bench.room.clinic import Bed

ALERT = "pressure-crisis"
EVERY_SECONDS = 1.0


@contextmanager
def charted(who: Principal, beds: "list[Bed]", seconds: int) -> Iterator[dict[str, float]]:
    """By visit: when its pressure was taken. No room twice: an alert that stands is not raised again."""
    taken: dict[str, float] = {}
    over = threading.Event()

    def chart() -> None:
        for bed in beds[:seconds]:
            if over.wait(EVERY_SECONDS):
                return
            dosing.chart_vitals(
                who, bed.chart, at=datetime.now(UTC), visit=bed.visit, systolic=192, diastolic=124
            )
            taken[bed.visit] = time.time()

    thread = threading.Thread(target=chart, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join()
