"""What every page about one person is given: header, rail, chart, status."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from openkap.clinical.answers import Status
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import IN_PROGRESS
from openkap.clinical.status import assess
from openkap.records import policy, read
from openkap.web.rail import rail
from openkap.web.who import who


def of(request: HttpRequest, chart_id: Any, *, permission: str, here: str = "") -> dict[str, Any]:
    """The context of a chart page. Raises NotFound for a chart that is absent or not yours.

    Keys: chart, chart_id, status, protocol, who, rail, seen, synthetic.
    """
    chart = read.chart(request.principal, str(chart_id), permission=permission)
    return frame(request, chart, assess(chart, request.protocol, request.at), here=here)


def frame(request: HttpRequest, chart: Chart, status: Status, *, here: str = "") -> dict[str, Any]:
    chart_id = chart.subject.removeprefix("chart:")
    return {
        "chart": chart,
        "chart_id": chart_id,
        "status": status,
        "protocol": request.protocol,
        "who": who(chart, status),
        "rail": rail(status, chart_id, here=here),
        "seen": chart.seq,
        "synthetic": chart.person.synthetic,
        "emergency_at": _emergency_at(request, status, chart_id),
    }


def _emergency_at(request: HttpRequest, status: Status, chart_id: str) -> str:
    """Where an emergency is declared from any page of somebody who is here; "" when nobody is."""
    here = status.visit is not None and status.visit.phase in IN_PROGRESS
    if not here or status.visit is None or not policy.may(request.principal, "visit.observe"):
        return ""
    return reverse("visit-emergency", kwargs={"chart": chart_id, "visit": status.visit.id})
