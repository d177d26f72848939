"""What is new in many open rooms, in four queries for all of them: live pages look every second."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from openkap.clinical.chart import Chart
from openkap.records import decoded, policy
from openkap.records.models import ChartRow, Reading, TeamRow
from openkap.records.policy import Principal

AT_A_TIME = 200
"""A condition a room: SQLite takes no more than a thousand, one within another."""

News = tuple[Chart, Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A visit whose page somebody has open: `read.chart` logged that, and this is a later look of it."""

    who: Principal
    chart_id: UUID
    visit: str
    after: int  # number of the last reading that was told

    @property
    def subject(self) -> str:
        return f"chart:{self.chart_id}"


def news(asked: Sequence[Asked]) -> list[News | None]:
    """Of each visit its chart and its readings above a number; None where it is not open to who asks."""
    found: list[News | None] = []
    for start in range(0, len(asked), AT_A_TIME):
        found += _news(asked[start : start + AT_A_TIME])
    return found


def _news(asked: Sequence[Asked]) -> list[News | None]:
    opened = _opened(asked)
    seen = [one for one in asked if one in opened]
    charts = decoded.charts(sorted({one.subject for one in seen}))
    readings = _readings(seen)
    return [
        (charts[one.subject], [row for row in readings[one.chart_id, one.visit] if row.number > one.after])
        if one in opened and one.subject in charts
        else None
        for one in asked
    ]


def _opened(asked: Sequence[Asked]) -> set[Asked]:
    """Those whose chart is there and open to who asks, as `read.may_open` has it."""
    charts = {one.chart_id for one in asked}
    clinics = dict(ChartRow.objects.filter(chart__in=charts).values_list("chart", "clinic"))
    users = {one.who.user for one in asked if not one.who.system}
    teams = set(TeamRow.objects.filter(chart__in=charts, user__in=users).values_list("chart", "user"))
    return {
        one
        for one in asked
        if one.chart_id in clinics
        and policy.may_open(
            one.who,
            "visit.read",
            chart=str(one.chart_id),
            clinic=str(clinics[one.chart_id]),
            team=(one.chart_id, one.who.user) in teams,
        )
    }


def _readings(asked: Sequence[Asked]) -> dict[tuple[UUID, str], list[Reading]]:
    """By chart and visit, in the order received."""
    rows: dict[tuple[UUID, str], list[Reading]] = defaultdict(list)
    if not asked:
        return rows
    wanted = reduce(or_, (Q(chart=one.chart_id, visit=one.visit, number__gt=one.after) for one in asked))
    for row in Reading.objects.filter(wanted).order_by("number"):
        rows[row.chart, row.visit].append(row)
    return rows
