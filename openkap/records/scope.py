"""Which rows of a list a person may see, and which columns of them."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from openkap.records import policy
from openkap.records.models import ChartRow, TeamRow
from openkap.records.policy import Principal

Row = TypeVar("Row", bound=Model)


def listed(who: Principal) -> QuerySet[ChartRow]:
    """The rows of every chart this person may see listed. A drill is nobody's."""
    return of_clinic(who, ChartRow.objects.filter(drill=False))


def of_clinic(who: Principal, rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows of the reader's clinic: none for who has none, all for the operator."""
    if who.system:
        return rows
    return rows.filter(clinic=who.clinic) if who.clinic else rows.none()


def plain(who: Principal, rows: Iterable[ChartRow]) -> list[ChartRow]:
    """The rows as this person may see them: without the clinical columns of charts they may not open."""
    shown, opens = list(rows), readable(who)
    for row in shown:
        if not opens(row.chart):
            row.next_says = row.waiting = row.worst = ""
            row.phq9 = row.gad7 = row.phq9_at = row.gad7_at = None
    return shown


def readable(who: Principal) -> Callable[[UUID], bool]:
    """Whether what is inside a chart of the reader's own list is theirs to see: one query for any list."""
    if not policy.sees_clinical_lists(who):
        return lambda chart: False
    if policy.opens_whole_clinic(who):
        return lambda chart: True
    return set(TeamRow.objects.filter(user=who.user).values_list("chart", flat=True)).__contains__
