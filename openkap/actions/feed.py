"""Device readings into a visit, and the digest that seals them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from openkap.actions.door import Act, action, guarded
from openkap.clinical.entries.dosing import ReadingsSealed
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.records import read, readings
from openkap.records.models import VisitRow
from openkap.records.policy import Principal
from openkap.records.readings import OVER, Sample


@guarded("visit.observe")
def add_readings(
    who: Principal, chart_id: str, *, visit: str, samples: Sequence[Sample], at: datetime
) -> int:
    """Store what a device sent for this visit; how many. Acknowledged only after the commit, which is shared.

    A sample sent again under its id is stored once. BadInput when one belongs elsewhere or is no number.
    """
    read.must_open(who, chart_id, "visit.observe")
    _still_open(chart_id, visit)
    for sample in samples:
        if (sample.chart, sample.visit) != (chart_id, visit):
            raise BadInput("readings", "a reading belongs to another visit", "Bind the device to this visit")
    return len(readings.store(samples, received_at=utc(at)))


def _still_open(chart_id: str, visit: str) -> None:
    phase = VisitRow.objects.filter(chart=UUID(chart_id), visit=visit).values_list("phase", flat=True).first()
    if phase is None:
        raise BadInput("visit", "there is no such visit in this chart", "Choose one that is booked")
    if phase in OVER:
        raise BadInput("visit", f"the visit is {phase}", "Unbind the device")


@action("visit.observe")
def seal_readings(act: Act, *, visit: str) -> None:
    """Seal every reading of the visit so far into the ledger by its digest."""
    act.visit(visit)
    seals = list(sealed(act, visit))
    if not seals:
        raise BadInput("visit", "no device has sent anything for this visit", "Bind a device first")
    act.write(seals[0])


def sealed(act: Act, visit: str) -> Iterator[ReadingsSealed]:
    """The digest of the visit's readings, if there are any."""
    digest = readings.digest(act.chart.subject.removeprefix("chart:"), visit)
    if digest.count:
        yield digest
