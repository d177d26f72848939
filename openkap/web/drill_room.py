"""What the room shows of a drill under way."""

from datetime import datetime
from typing import Any

from openkap.clinical import drills as clinical
from openkap.clinical.chart import Chart
from openkap.protocol.drills import drills as known


def in_room(chart: Chart, at: datetime) -> dict[str, Any]:
    """What the room shows of a drill under way; nothing for everybody who exists."""
    begun = clinical.begun(chart)
    drill = known().get(begun.fact.drill) if begun else None
    if begun is None or drill is None or clinical.over(chart):
        return {"drill": None}
    moments = [{"after_s": 0, "says": drill.says}]
    moments += [
        {"after_s": int(moment.after.total_seconds()), "says": moment.says}
        for moment in drill.moments
        if moment.says
    ]
    told = clinical.told(drill, at - begun.effective_at)
    return {
        "drill": drill,
        "drill_began_at": begun.effective_at,
        "drill_moments": moments,
        "drill_told": told,
    }
