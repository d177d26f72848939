"""A drill: an emergency that is practised on a patient who does not exist."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.entries.kind import kind


@dataclass(frozen=True, slots=True)
class DrillResult:
    """One thing that was expected. `after_s`: how long it took; None where it was not done."""

    says: str
    within_s: int
    after_s: int | None = None


@kind("drill-begun")
class DrillBegun:
    """This chart and its one visit are a drill. Nobody was given anything."""

    visit: str
    drill: str  # id in protocol/drills


@kind("drill-ended")
class DrillEnded:
    visit: str


@kind("drill-recorded")
class DrillRecorded:
    """The result, in the clinic's own ledger: part of the record of everybody who took part."""

    chart: str
    drill: str  # id in protocol/drills
    title: str
    began_at: datetime
    people: tuple[str, ...]  # ids of the users who began it or wrote in its chart
    names: tuple[str, ...]  # theirs, in the same order
    results: tuple[DrillResult, ...]
    protocol: str  # hash of the protocol it was judged by
