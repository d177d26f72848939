"""The list of charts: search, one line a person."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from openkap.clinical.answers import STAGES
from openkap.clinical.refusal import BadInput, clean_text
from openkap.records import policy, read
from openkap.records.scope import readable
from openkap.web.door import needs, show

ON_A_PAGE = 50
LONGEST_SEARCH = 200


@needs("charts.list")
def charts(request: HttpRequest) -> HttpResponse:
    search = _search(request)
    stage = request.GET.get("stage", "")
    rows = read.charts(request.principal, search)
    if stage in STAGES:
        rows = [row for row in rows if row.stage == stage]
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page", "1"))
    opens = readable(request.principal)
    context = {
        "page": page,
        "readable": [row.chart for row in page.object_list if opens(row.chart)],
        "search": search,
        "stage": stage if stage in STAGES else "",
        "stages": STAGES,
        "may_import": policy.may(request.principal, "chart.import"),
    }
    return show(request, "charts.html", context)


def _search(request: HttpRequest) -> str:
    """What was searched for; a search that cannot be read finds everything rather than fails."""
    try:
        return clean_text(request.GET.get("q", ""), "q", limit=LONGEST_SEARCH).strip()
    except BadInput:
        return ""
