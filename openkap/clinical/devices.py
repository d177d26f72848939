"""Which devices send into a chart: those a person bound to a visit that is not over."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.entries.devices import DeviceBound, DeviceUnbound
from openkap.clinical.entries.dosing import VisitCancelled, VisitClosed, VisitStopped

_ENDS = (VisitClosed, VisitStopped, VisitCancelled)


@dataclass(frozen=True, slots=True)
class Binding:
    """One device that sends into one visit."""

    visit: str
    device: str
    name: str
    since: datetime
    by: str  # who bound it


def bound(chart: Chart) -> tuple[Binding, ...]:
    """The devices bound now, in the order bound. A visit that ends unbinds whatever was still bound to it."""
    over = {entry.fact.visit for kind in _ENDS for entry in chart.all(kind)}
    standing: dict[str, Binding] = {}
    for entry in sorted((*chart.all(DeviceBound), *chart.all(DeviceUnbound)), key=lambda e: e.seq):
        fact = entry.fact
        standing.pop(fact.device, None)
        if isinstance(fact, DeviceBound):
            standing[fact.device] = Binding(
                fact.visit, fact.device, fact.name, entry.recorded_at, entry.author
            )
    return tuple(binding for binding in standing.values() if binding.visit not in over)
