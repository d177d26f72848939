"""What every page about one person is given: header, rail, chart, status."""

from typing import Any

from django.http import HttpRequest

from openkap.clinical.answers import Status
from openkap.clinical.chart import Chart
from openkap.clinical.status import assess
from openkap.protocol.load import adopted
from openkap.records import read
from openkap.web.rail import rail
from openkap.web.who import who


def of(request: HttpRequest, chart_id: Any, *, permission: str, here: str = "") -> dict[str, Any]:
    """The context of a chart page. Raises NotFound for a chart that is absent or not yours.

    Keys: chart, chart_id, status, protocol, who, rail, seen, synthetic.
    """
    chart = read.chart(request.principal, str(chart_id), permission=permission)
    return frame(chart, assess(chart, adopted(), request.at), str(chart_id), here=here)


def frame(chart: Chart, status: Status, chart_id: str, *, here: str = "") -> dict[str, Any]:
    return {
        "chart": chart,
        "chart_id": chart_id,
        "status": status,
        "protocol": adopted(),
        "who": who(chart, status),
        "rail": rail(status, chart_id, here=here),
        "seen": chart.seq,
        "synthetic": chart.person.synthetic,
    }
