"""The forecast behind the readings of a visit, from the doses charted in it and nothing else.

It is drawn again with every page and never asked by a gate: the room opens and closes without it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from openkap.clinical.chart import Chart
from openkap.clinical.protocol import Protocol
from openkap.kinetics.refusal import Refused
from openkap.web import forecasting
from openkap.web.forecast_shown import STEP_MIN, Row, Shown, shown


@dataclass(frozen=True, slots=True)
class Behind:
    """The forecast with the moment of each of its rows, so that it lies on the clock of the readings."""

    shown: Shown
    rows: tuple[tuple[datetime, Row], ...]


def behind(chart: Chart, visit: str, protocol: Protocol, at: datetime) -> dict[str, Any]:
    """`forecast`: None before a dose; `forecast_fault`: one sentence where a dose cannot be forecast."""
    try:
        given = forecasting.given(chart, visit, protocol, at)
        if given is None:
            return {"forecast": None}
        made = forecasting.of(given.regimen, forecasting.person(chart, at))
    except Refused as fault:
        return {"forecast": None, "forecast_fault": forecasting.refusal(fault)}
    told = shown(made, STEP_MIN)
    rows = tuple((given.since + timedelta(minutes=row.minute), row) for row in told.rows)
    return {"forecast": Behind(told, rows)}
