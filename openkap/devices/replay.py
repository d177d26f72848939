"""Play a recording into a visit as if the device stood there."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID, uuid5

from openkap.actions.dosing import add_readings
from openkap.clinical.refusal import BadInput
from openkap.devices.vitals_csv import Recording
from openkap.records.policy import Principal
from openkap.records.readings import Sample

Wait = Callable[[float], None]


def replay(
    recording: Recording,
    who: Principal,
    chart: str,
    visit: str,
    *,
    speed: Decimal = Decimal(60),
    wait: Wait = time.sleep,
) -> int:
    """Send every value at `speed` times its own pace, a commit a row; how many were stored.

    A value is stamped with the moment it is sent: at 60 times the pace an hour fills a minute of trend.
    """
    if speed <= 0:
        raise BadInput("--speed", f"{speed} is not above zero", "60 plays an hour in a minute")
    began = datetime.now(UTC)
    stored = 0
    for due, samples in _rows(recording, chart, visit, began, speed):
        wait(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        stored += add_readings(who, chart, visit=visit, samples=samples, at=max(due, datetime.now(UTC)))
    return stored


def _rows(
    recording: Recording, chart: str, visit: str, began: datetime, speed: Decimal
) -> Iterator[tuple[datetime, list[Sample]]]:
    """One row of the recording at a time, and when it is due."""
    name = f"{chart} {visit} {recording.name} {began.isoformat()}"
    for seconds, group in groupby(recording.samples, key=lambda sample: sample.seconds):
        due = began + timedelta(seconds=float(seconds / speed))
        yield (
            due,
            [
                Sample(
                    id=uuid5(_NAMESPACE, f"{name} {seconds} {sample.signal}"),
                    chart=chart,
                    visit=visit,
                    signal=sample.signal,
                    value=sample.value,
                    unit=sample.unit,
                    source=f"recording {recording.name}"[:80],
                    device_at=due,
                )
                for sample in group
            ],
        )


_NAMESPACE = UUID("6f1d1f5e-6a2b-5f0c-9d3e-1f4b7a8c2d10")
