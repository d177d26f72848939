"""Scoped reads: everything asks who is asking, and there is no unscoped twin."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils import timezone

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.records import decoded, policy
from openkap.records.board import Board, board
from openkap.records.models import (
    AccessRow,
    BindingRow,
    ChartRow,
    HeadRow,
    IdentifierRow,
    Reading,
    TeamRow,
)
from openkap.records.policy import NotFound, Principal
from openkap.records.readings import since
from openkap.records.scope import listed, of_clinic, plain
from openkap.records.search import folded

__all__ = [
    "Board",
    "NotFound",
    "accesses",
    "carriers",
    "board",
    "bound_charts",
    "chart",
    "charts",
    "entries",
    "may_open",
    "namesakes",
    "must_open",
    "readings",
    "team",
    "teams",
]


def chart(who: Principal, chart_id: str, *, permission: str = "chart.read", log: bool = True) -> Chart:
    """The chart, or NotFound, whether it is absent or not for this person. Each look is logged.

    `log=False` is for the second and later reads of one look: a live page that refreshes itself.
    """
    must_open(who, chart_id, permission)
    wanted = _uuid(chart_id)
    if log:
        _note(who, wanted, permission, allowed=True)
    found = decoded.chart(f"chart:{wanted}")
    if found is None:
        raise NotFound
    return found


def bound_charts(bound: Sequence[tuple[Principal, BindingRow]]) -> list[Chart]:
    """The chart each device is bound to, for that device alone: one query, however many there are."""
    for who, binding in bound:
        chart, clinic = str(binding.chart_id), str(binding.clinic)
        if not policy.may_open(who, "device.send", chart=chart, clinic=clinic, team=False):
            raise NotFound
    found = decoded.charts(list({f"chart:{binding.chart_id}" for _, binding in bound}))
    try:
        return [found[f"chart:{binding.chart_id}"] for _, binding in bound]
    except KeyError:
        raise NotFound from None


def entries(
    who: Principal, chart_id: str, *, permission: str = "chart.read", log: bool = True
) -> list[Entry]:
    """Every entry of the chart in ledger order, corrected ones too."""
    return list(chart(who, chart_id, permission=permission, log=log).entries)


def head(who: Principal, chart_id: str, *, permission: str = "chart.read") -> str:
    """The hash that the chart's ledger ends with now."""
    if not may_open(who, chart_id, permission):
        raise NotFound
    return HeadRow.objects.get(subject=f"chart:{_uuid(chart_id)}").hash


def charts(who: Principal, search: str = "") -> list[ChartRow]:
    """Charts of the clinic by name; each word of `search` is in the name, birth date or an identifier."""
    policy.require(who, "charts.list")
    rows = listed(who)
    for word in folded(search).split():
        rows = rows.filter(sought__contains=word)
    return plain(who, rows.order_by("family", "given", "chart"))


def readings(
    who: Principal, chart_id: str, visit: str, after: int = 0, *, permission: str = "visit.read"
) -> list[Reading]:
    """Device readings of a visit numbered above `after`, in the order received. Not logged one by one."""
    if not may_open(who, chart_id, permission):
        raise NotFound
    return since(chart_id, visit, after)


def team(who: Principal, chart_id: str, *, permission: str = "chart.read") -> list[TeamRow]:
    """The care team of a chart, by name."""
    if not may_open(who, chart_id, permission):
        raise NotFound
    return list(TeamRow.objects.filter(chart=UUID(chart_id)).order_by("name"))


def teams(who: Principal) -> set[str]:
    """Ids of the charts whose care team `who` is on."""
    return {str(chart) for chart in TeamRow.objects.filter(user=who.user).values_list("chart", flat=True)}


def carriers(who: Principal, system: str, value: str) -> dict[str, str]:
    """The charts of the clinic that carry this identifier: chart → whose, as `lists.whose` says it."""
    policy.require(who, "chart.import")
    rows = of_clinic(who, IdentifierRow.objects.filter(system=system, value=value))
    return {str(chart): person for chart, person in rows.values_list("chart", "person")}


def namesakes(who: Principal, family: str, given: str, birth_date: date) -> int:
    """How many charts of the clinic have this name and birth date."""
    policy.require(who, "chart.import")
    return listed(who).filter(family=family, given=given, birth_date=birth_date).count()


def accesses(who: Principal, chart_id: str, *, permission: str = "chart.read") -> list[AccessRow]:
    """Who looked at the chart, newest first. A patient asks with "portal.read" and sees their own."""
    if not may_open(who, chart_id, permission):
        raise NotFound
    return list(AccessRow.objects.filter(chart=chart_id).order_by("-at", "-id"))


def may_open(who: Principal, chart_id: str, permission: str) -> bool:
    """Whether the chart is there and open to `who` for this. Never says which of the two failed."""
    wanted = _uuid(chart_id)
    clinic = ChartRow.objects.filter(chart=wanted).values_list("clinic", flat=True).first()
    if clinic is None:
        return False
    on_team = TeamRow.objects.filter(chart=wanted, user=who.user).exists()
    return policy.may_open(who, permission, chart=str(wanted), clinic=str(clinic), team=on_team)


def must_open(who: Principal, chart_id: str, permission: str) -> None:
    """NotFound, and the attempt in the log, unless the chart is open to `who` for this.

    Ask outside any transaction that the NotFound would undo: the log would go with it.
    """
    if not may_open(who, chart_id, permission):
        _note(who, _uuid(chart_id), permission, allowed=False)
        raise NotFound


def _uuid(chart_id: str) -> UUID:
    try:
        return UUID(chart_id)
    except ValueError:
        raise NotFound from None


def _note(who: Principal, chart: UUID, permission: str, *, allowed: bool) -> None:
    AccessRow.objects.create(
        chart=chart,
        user=who.user,
        name=who.name[:200],
        role=who.role,
        clinic=who.clinic,
        permission=permission,
        at=timezone.now(),
        allowed=allowed,
    )
