"""What a visit at home shows beside what every visit does: where help has to go, the sitter, the picture."""

from datetime import datetime
from typing import Any

from openkap.clinical import home
from openkap.clinical.alerts.charted import charted
from openkap.clinical.alerts.judge import LATE, sitter_due, unseen
from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries.home import HomeConfirmed, SitterNamed
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.clinical.video import video
from openkap.web import room


def of(chart: Chart, visit: Visit, protocol: Protocol, at: datetime) -> dict[str, Any]:
    """What whoever sends help needs, and what was said live; nothing for a visit in the clinic."""
    if visit.place != home.HOME:
        return {}
    due, _ = sitter_due(visit, charted(chart, visit.id, protocol.span(LATE)), protocol, at)
    _, plan = video_due(chart, visit, protocol, at)
    return {
        "sitter_due": due,
        "sitter_words": _words(due, at),
        "home_named": home.named(chart, at),
        "home_confirmed": chart.latest(HomeConfirmed, visit=visit.id),
        "sitter": chart.latest(SitterNamed, visit=visit.id),
        "video": video(chart, visit.id),
        "plan_at": plan,
        "plan_words": _words(plan, at),
    }


def video_due(
    chart: Chart, visit: Visit, protocol: Protocol, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Since when nobody sees a patient under the drug, and when the emergency number is called."""
    return unseen(visit, charted(chart, visit.id, protocol.span(LATE)), protocol, at)


def _words(due: datetime | None, at: datetime) -> str:
    if due is None:
        return ""
    return room.late_words(due, at) if at > due else f"in {in_words(due - at)}"
