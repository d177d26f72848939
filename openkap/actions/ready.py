"""From when a patient could have gone home: worked out once, when they go."""

from openkap.actions.act import Act
from openkap.clinical.entries.recovery import ReadyToLeave
from openkap.clinical.ready_to_leave import minutes_since, ready_at


def ready_to_leave(act: Act, visit: str) -> ReadyToLeave | None:
    """The fact to write beside a discharge; None where no dose was given."""
    found = act.visit(visit)
    ready = ready_at(act.chart, act.protocol, found, act.terms.effective_at or act.at)
    if ready is None or found.first_dose_at is None:
        return None
    return ReadyToLeave(visit=visit, ready_at=ready, minutes=minutes_since(found.first_dose_at, ready))
