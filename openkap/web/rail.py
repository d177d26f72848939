"""The stage rail: the map of a course, each stop a link to its page."""

from typing import Any

from openkap.clinical.answers import Status
from openkap.web.door import link

SAYS = {"done": "done", "current": "now", "ahead": "", "blocked": "waiting"}


def rail(status: Status, chart_id: str, *, here: str = "") -> list[dict[str, Any]]:
    """The five stops for `parts/rail.html`. `here` is the stage whose page is being shown."""
    return [
        {
            "stage": mark.stage,
            "state": mark.state,
            "current": mark.state in ("current", "blocked"),
            "says": mark.words or SAYS.get(mark.state, ""),
            "href": _address(mark.stage, status, chart_id),
            "here": mark.stage == here,
        }
        for mark in status.rail
    ]


def _address(stage: str, status: Status, chart_id: str) -> str:
    if stage != "dosing":
        return link(stage, chart=chart_id)
    if status.visit:
        return link("visit", chart=chart_id, visit=status.visit.id)
    return link("visits", chart=chart_id)
