"""Everything about a chart at a moment: where the person is, what is next and in the way, what is owed."""

from collections.abc import Mapping
from datetime import datetime

from openkap.clinical import (
    asking,
    dosing,
    integration,
    maintenance,
    messages,
    preparation,
    rail,
    rems,
    steps,
)
from openkap.clinical.answers import Due, Status
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.gates import GATES, judge, reasons
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Reason, Verdict
from openkap.clinical.tasks import open_tasks, worst_first

_TURNED_DOWN = "dose-needs-clearance"
_ON_THE_DAY = "dosing"


def assess(chart: Chart, protocol: Protocol, at: datetime) -> Status:
    """The status of a chart at `at`, under a protocol. Pure: the same three give the same answer."""
    case = Case(chart, protocol, at)
    if visit := dosing.current(case.visits):
        case = case.about(visit.id)
    gates = {action: judge(action, case) for action in GATES}
    course, tasks = maintenance.course(case), worst_first(open_tasks(chart, at), protocol)
    here = rail.stage(case, gates)
    step = steps.following(case, here, gates, tasks)
    return Status(
        at=at,
        stage=here,
        rail=rail.marks(case, here, gates, course),
        next=step,
        blocks=_blocks(step.action, gates, case),
        findings=case.screening.findings,
        unknown=case.screening.unknown,
        worst=case.screening.worst,
        gates=gates,
        due=_due(case),
        tasks=tasks,
        visits=case.visits,
        visit=case.this_visit,
        course=course,
    )


def _blocks(action: str, gates: Mapping[str, Verdict], case: Case) -> tuple[Reason, ...]:
    """What is in the way of the next step. Before the day itself, the day's own checks are not."""
    if action == "none":
        return () if maintenance.closed(case) else reasons(_TURNED_DOWN, case)
    if action == "arrive":
        rule = case.protocol.rule
        return tuple(r for r in gates["start-dose"].because if rule(r.rule).stage != _ON_THE_DAY)
    gate = {"answer-screening": "decide-screening"}.get(action, action)
    return gates[gate].because if gate in gates else ()


def _due(case: Case) -> tuple[Due, ...]:
    """What is owed, soonest first."""
    owed = (
        *asking.due(case),
        *preparation.due(case),
        *dosing.due(case.this_visit),
        *integration.due(case),
        *maintenance.due(case),
        *rems.due(case),
        *messages.due(case),
    )
    return tuple(sorted(owed, key=lambda due: (due.at, due.what)))
