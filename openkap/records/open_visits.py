"""The visits that go on now, as somebody of their clinic may see them."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import UNDER_THE_DRUG, visits
from openkap.records import decoded, policy
from openkap.records.in_force import in_force
from openkap.records.models import VisitRow
from openkap.records.policy import Principal
from openkap.records.scope import of_clinic, readable

ROOMS_SHOW = ("arrived", "checked", *UNDER_THE_DRUG, "discharged", "stopped")


@dataclass(frozen=True, slots=True)
class OpenVisit:
    chart: Chart
    visit: Visit


def open_visits(who: Principal, at: datetime) -> tuple[OpenVisit, ...]:
    """By room. Charts the reader may not open are left out: two queries, however many there are."""
    policy.require(who, "visit.read")
    opens = readable(who)
    rows = of_clinic(who, VisitRow.objects.filter(phase__in=ROOMS_SHOW)).values_list("chart_id", "visit")
    wanted = {visit: f"chart:{chart}" for chart, visit in rows if opens(chart)}
    charts = decoded.charts(sorted(set(wanted.values())))
    protocol = in_force(who.clinic)
    found = [
        OpenVisit(charts[subject], visit)
        for subject in sorted(set(wanted.values()))
        if subject in charts
        for visit in visits(charts[subject], protocol, at)
        if wanted.get(visit.id) == subject
    ]
    return tuple(sorted(found, key=lambda one: (one.visit.room, one.visit.starts_at, one.visit.id)))
