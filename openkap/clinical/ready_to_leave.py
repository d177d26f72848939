"""From when nothing stood in the way of going home: what a REMS calls ready, apart from when one left."""

from datetime import datetime

from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import home_from
from openkap.clinical.gates import judge
from openkap.clinical.protocol import Protocol


def ready_at(chart: Chart, protocol: Protocol, visit: Visit, until: datetime) -> datetime | None:
    """The first moment up to `until` at which the discharge gate was open; None when it never was.

    The gate moves with an entry or with the route's time alone, so only those moments are asked.
    """
    last = visit.last_drug_at
    if last is None:
        return None
    moments = {e.effective_at for e in chart.entries if last <= e.effective_at <= until} | {until}
    if (home := home_from(visit, protocol)) and home <= until:
        moments.add(home)
    for at in sorted(moments):
        if judge("discharge", Case(chart, protocol, at, visit.id)).allowed:
            return at
    return None


def minutes_since(start: datetime, at: datetime) -> int:
    """Whole minutes gone by."""
    return int((at - start).total_seconds() // 60)
