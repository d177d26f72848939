"""Somebody from whom nothing came after a dose: the one task that opens because nothing happened."""

from datetime import datetime

from openkap.clinical import maintenance
from openkap.clinical.answers import Visit
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries.dosing import Arrived
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.integration import call_by

RULE = "silent-after-dose"
PORTAL = "portal"
"""How an entry came that the patient wrote on pages of their own."""


def silence(case: Case) -> Bars:
    """Something heard from the patient after the call of the next day fell due."""
    visit = case.dosed[-1] if case.dosed else None
    if visit is None or case.at < _looked_for(visit, case) or _heard(visit, case) or maintenance.closed(case):
        return ()
    return (Bar(f"Nothing has been heard since dose {visit.number}"),)


def outreach(case: Case) -> tuple[TaskOpened, ...]:
    """The task to reach somebody who went silent; none where it was opened before, whatever became of it."""
    return tuple(
        TaskOpened(task=task, what=bar.says, rule=RULE)
        for bar in silence(case)
        if (task := f"silent-{case.dosed[-1].id}") not in {fact.task for fact in case.chart.facts(TaskOpened)}
    )


def _looked_for(visit: Visit, case: Case) -> datetime:
    """From when the silence after a dose is one: some hours after its call was due."""
    return call_by(visit, case.protocol) + case.protocol.span("silence-after")


def _heard(visit: Visit, case: Case) -> bool:
    """Reached, met, arrived, or wrote by themselves since the call was due."""
    if visit.contacted or visit.integration_held:
        return True
    since = call_by(visit, case.protocol)
    came = any(entry.effective_at > since for entry in case.all(Arrived))
    return came or any(e.via == PORTAL and since < e.effective_at <= case.at for e in case.chart.entries)
