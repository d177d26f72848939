"""Today at a glance: who comes, what waits for whom, and how many people are at each stage.

Rows say what each chart said at its last entry. The clock moves some of them on, so charts
with a visit that is open or today, or with something that has fallen due since, are assessed again as of now.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from openkap.clinical.answers import STAGES, Due, OpenTask, Status, Visit
from openkap.clinical.chart import Chart
from openkap.clinical.messages import ANSWERED
from openkap.clinical.protocol import Adoption, Protocol
from openkap.clinical.status import assess
from openkap.records import decoded, policy
from openkap.records.in_force import in_force
from openkap.records.lists import VISIT_COLUMNS
from openkap.records.models import ChartRow, Clinic, DueRow, TaskRow, VisitRow
from openkap.records.policy import Principal
from openkap.records.readings import OVER
from openkap.records.scope import listed, of_clinic, plain, readable

ASSESSED_AT_MOST = 60
"""Charts assessed again because a due has passed. The rest go by their rows, which say when it is due."""


@dataclass(frozen=True, slots=True)
class VisitToday:
    row: ChartRow
    visit: Visit  # as assessed now; as of its last entry where the reader may not see clinical answers
    chart: Chart | None  # None where the reader may not see clinical answers, as is `status`
    status: Status | None


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person. What a patient wrote is in sight from the first minute."""

    chart: ChartRow
    kind: str  # "task" · "due"
    what: str
    who: str  # role that owes it; for a task, whoever took it, or ""
    at: datetime  # since when a task is open; when a due falls due
    overdue: bool
    task: str = ""
    visit: str = ""
    stage: str = ""
    rule: str = ""  # of a due


@dataclass(frozen=True, slots=True)
class Board:
    at: datetime
    day: tuple[datetime, datetime]  # today where the clinic is, as UTC
    visits: tuple[VisitToday, ...]  # by start
    needs: tuple[Need, ...]  # safety tasks first, oldest first, then dues up to the end of today
    stages: dict[str, int]  # stage → charts; all five
    next_who: dict[str, int]  # role → charts whose next step is theirs
    charts: int


def board(who: Principal, at: datetime) -> Board:
    """The board of the reader's clinic, in the same number of queries whatever the number of charts.

    Of charts the reader may not open there are visits and counts, without needs, reasons or answers.
    """
    policy.require(who, "board.read")
    day = today(who, at)
    rows = list(_visits_of(who, day))
    charts = [row.chart for row in rows]
    clinical, opens = policy.sees_clinical_lists(who), readable(who)
    now = _as_of_now(who, {row.chart_id for row in rows if opens(row.chart_id)}, at) if clinical else {}
    counts = Counter(listed(who).values_list("stage", "next_who"))
    return Board(
        at=at,
        day=day,
        visits=tuple(_visit(row, chart, now) for row, chart in zip(rows, plain(who, charts), strict=True)),
        needs=tuple(n for n in _needs(who, now, at=at, until=day[1]) if opens(n.chart.chart))
        if clinical
        else (),
        stages={stage: sum(n for (found, _), n in counts.items() if found == stage) for stage in STAGES},
        next_who=dict(_by_role(counts)) if clinical else {},
        charts=counts.total(),
    )


def zone(who: Principal) -> ZoneInfo:
    """Where the clinic is."""
    clinic = None if who.system else Clinic.objects.filter(id=who.clinic).first()
    return ZoneInfo(clinic.time_zone if clinic else "UTC")


def today(who: Principal, at: datetime) -> tuple[datetime, datetime]:
    """From midnight to midnight where the clinic is, in UTC. When the clocks change it has 23 or 25 hours."""
    there = zone(who)
    date = at.astimezone(there).date()
    midnights = (datetime.combine(date + timedelta(days=n), time(), there) for n in (0, 1))
    start, end = (midnight.astimezone(UTC) for midnight in midnights)
    return start, end


def _visits_of(who: Principal, day: tuple[datetime, datetime]) -> QuerySet[VisitRow]:
    """Visits that start today, and earlier ones that somebody came to and nobody has closed."""
    going_on = Q(starts_at__lt=day[0]) & ~Q(phase__in=("booked", *OVER))
    rows = VisitRow.objects.filter(Q(starts_at__gte=day[0], starts_at__lt=day[1]) | going_on)
    rows = rows.exclude(chart__drill=True, phase__in=OVER)
    return of_clinic(who, rows).select_related("chart").order_by("starts_at", "id")


def _as_of_now(who: Principal, first: set[UUID], at: datetime) -> dict[UUID, tuple[Chart, Status]]:
    """Charts that moved with the clock, assessed again: `first`, then those with a due newly passed."""
    passed = DueRow.objects.filter(at__gt=F("chart__assessed_at"), at__lte=at).exclude(chart__in=first)
    more = of_clinic(who, passed).order_by("-at").values_list("chart", flat=True)[:ASSESSED_AT_MOST]
    wanted = {f"chart:{chart}": chart for chart in (*first, *more)}
    charts = decoded.charts(list(wanted))
    protocols = {clinic: in_force(clinic) for clinic in {chart.person.clinic for chart in charts.values()}}
    return {
        wanted[subject]: (chart, _assessed(chart, protocols[chart.person.clinic], at))
        for subject, chart in charts.items()
    }


_RECENT: dict[tuple[UUID, str, Adoption | None, datetime], Status] = {}
_RECENT_AT_MOST = 1_000


def _assessed(chart: Chart, protocol: Protocol, at: datetime) -> Status:
    """Assessed once a minute for each state of a chart; a board that refreshes itself costs little."""
    minute = at.replace(second=0, microsecond=0)
    key = (chart.entries[-1].id, protocol.hash, protocol.adoption, minute)
    if key not in _RECENT:
        if len(_RECENT) >= _RECENT_AT_MOST:
            _RECENT.clear()
        _RECENT[key] = assess(chart, protocol, at)
    return _RECENT[key]


def _visit(row: VisitRow, shown: ChartRow, now: dict[UUID, tuple[Chart, Status]]) -> VisitToday:
    if row.chart_id not in now:
        return VisitToday(shown, _as_listed(row), None, None)
    chart, status = now[row.chart_id]
    visit = next((visit for visit in status.visits if visit.id == row.visit), _as_listed(row))
    return VisitToday(shown, visit, chart, status)


def _as_listed(row: VisitRow) -> Visit:
    return Visit(id=row.visit, **{name: getattr(row, name) for name in VISIT_COLUMNS})


def _needs(
    who: Principal, now: dict[UUID, tuple[Chart, Status]], *, at: datetime, until: datetime
) -> list[Need]:
    others = Q(chart__drill=False) & ~Q(chart__in=now)
    tasks = of_clinic(who, TaskRow.objects.filter(others)).select_related("chart")
    dues = of_clinic(who, DueRow.objects.filter(others, Q(at__lt=until) | Q(rule=ANSWERED))).select_related(
        "chart"
    )
    rows = {row.chart: row for row in listed(who).filter(chart__in=now)}
    open_tasks = [_task(row.chart, row) for row in tasks]
    open_dues = [_due(row.chart, row, at) for row in dues]
    for chart, (_, status) in now.items():
        if chart not in rows:
            continue  # a drill owes nothing
        open_tasks += [_task(rows[chart], task) for task in status.tasks]
        open_dues += [
            _due(rows[chart], due, at) for due in status.due if due.at < until or due.rule == ANSWERED
        ]
    return [*sorted(open_tasks, key=_oldest), *sorted(open_dues, key=_oldest)]


def _oldest(need: Need) -> tuple[datetime, str]:
    return need.at, need.chart.name


def _task(chart: ChartRow, task: OpenTask | TaskRow) -> Need:
    return Need(chart, "task", task.what, task.taken_by, task.opened_at, overdue=True, task=task.task)


def _due(chart: ChartRow, due: Due | DueRow, at: datetime) -> Need:
    return Need(
        chart,
        "due",
        due.what,
        due.who,
        due.at,
        overdue=at > due.at,
        visit=due.visit,
        stage=due.stage,
        rule=due.rule,
    )


def _by_role(counts: Counter[tuple[str, str]]) -> Counter[str]:
    by_role: Counter[str] = Counter()
    for (_, role), number in counts.items():
        by_role[role] += number
    return by_role
