"""The picture of a visit at home: who waits to be let in, and whether anybody of the clinic sees them now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.case import order
from openkap.clinical.chart import Chart
from openkap.clinical.entries.home import SitterInvited, VideoAdmitted, VideoAsked, VideoChanged

CONNECTED, LOST = "connected", "lost"


@dataclass(frozen=True, slots=True)
class Video:
    """How it stands. What was let in is one link: whoever comes by a newer one waits again."""

    waits_since: datetime | None  # somebody asked to be let in, and nobody has
    admitted: bool
    seen: str  # CONNECTED, LOST; "" while it never was
    since: datetime | None  # of `seen`; several reports of one loss count from the first


def video(chart: Chart, visit: str) -> Video:
    """Of one visit, as the chart has it."""
    invited = chart.latest(SitterInvited, visit=visit)
    link = invited.fact.link_sha256 if invited else ""
    asked = chart.latest(VideoAsked, visit=visit, link_sha256=link)
    admitted = chart.latest(VideoAdmitted, visit=visit, link_sha256=link)
    waits = asked is not None and admitted is None
    changes = [entry for entry in chart.all(VideoChanged) if entry.fact.visit == visit]
    seen, since = newest([(e.effective_at, e.fact.to) for e in sorted(changes, key=order)])
    return Video(asked.effective_at if waits and asked else None, admitted is not None, seen, since)


def newest(changes: Sequence[tuple[datetime, str]]) -> tuple[str, datetime | None]:
    """The last state of changes in their order, and since when; ("", None) for none."""
    state, since = "", None
    for at, to in changes:
        if to != state:
            state, since = to, at
    return state, since
