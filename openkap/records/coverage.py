"""The follow-up of every dose of a clinic, chart by chart, for whoever may see its lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical import coverage
from openkap.clinical.case import Case
from openkap.clinical.coverage import Followed
from openkap.records import decoded, policy
from openkap.records.in_force import in_force
from openkap.records.models import ChartRow, TeamRow, User
from openkap.records.policy import Principal
from openkap.records.scope import listed, readable

CHARTS_AT_A_TIME = 100


@dataclass(frozen=True, slots=True)
class OfChart:
    """One person's doses as they were followed up. `therapist`: who of the care team joined first, or ""."""

    row: ChartRow
    opens: bool  # whether the reader may open this chart
    therapist: str  # user id
    followed: tuple[Followed, ...]


def of_clinic(who: Principal, at: datetime) -> list[OfChart]:
    """Every chart with a dose, by name. Names are for those alone who may open the chart."""
    policy.require(who, "coverage.read")
    rows = list(listed(who).filter(doses__gt=0).order_by("family", "given", "chart"))
    opens, therapists = readable(who), _therapists()
    return [
        OfChart(row, opens(row.chart), therapists.get(str(row.chart), ""), coverage.followed(case))
        for row, case in _cases(rows, who, at)
    ]


def _cases(rows: list[ChartRow], who: Principal, at: datetime) -> Iterator[tuple[ChartRow, Case]]:
    protocol = in_force(who.clinic)
    for start in range(0, len(rows), CHARTS_AT_A_TIME):
        some = rows[start : start + CHARTS_AT_A_TIME]
        charts = decoded.charts([f"chart:{row.chart}" for row in some])
        for row in some:
            yield row, Case(charts[f"chart:{row.chart}"], protocol, at)


def _therapists() -> dict[str, str]:
    """Chart → the therapist who has been on its care team longest."""
    known = {str(id) for id in User.objects.filter(role="therapist").values_list("id", flat=True)}
    found: dict[str, str] = {}
    for chart, user in TeamRow.objects.order_by("id").values_list("chart_id", "user"):
        if str(user) in known:
            found.setdefault(str(chart), str(user))
    return found
