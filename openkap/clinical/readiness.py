"""The preparation checklist of one person: each line done, waiting or not needed, by whom, by when, why."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical import plan
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.gates import reasons
from openkap.clinical.holds import upcoming
from openkap.clinical.prepared_for import ReadinessItem
from openkap.clinical.rules import Reason
from openkap.clinical.sought import found

DONE, WAITING, NOT_NEEDED = "done", "waiting", "not needed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list as it stands."""

    item: ReadinessItem
    state: str  # DONE · WAITING · NOT_NEEDED
    reasons: tuple[Reason, ...]  # why it waits
    entry: Entry | None  # what is there
    stops_dose: bool  # a rule of this line closes the gate to a dose
    by: datetime | None  # when it is wanted; None while nothing is booked


def readiness(case: Case) -> tuple[Line, ...]:
    """Every line of the protocol's checklist, in its order."""
    visit = upcoming(case)
    return tuple(_line(item, case, visit) for item in case.protocol.readiness)


def _line(item: ReadinessItem, case: Case, visit: Visit | None) -> Line:
    entry = found(item.shows, case.chart, case.at, case.visit)
    over = item.each_dose and visit is None and plan.doses_left(case)
    because = () if over else tuple(reason for rule in item.rules for reason in reasons(rule, case))
    return Line(
        item=item,
        state=WAITING if because else DONE if entry else NOT_NEEDED,
        reasons=because,
        entry=entry,
        stops_dose=any(case.protocol.rule(rule).then == "block" for rule in item.rules),
        by=visit.starts_at - item.lead if visit else None,
    )
