"""The product's addresses with two holes planted in them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from openkap.records.models import EntryRow
from openkap.web.door import needs


def unguarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody may read this")


@needs("chart.read")
def unscoped(request: HttpRequest, chart: object) -> HttpResponse:
    """Asks for the permission and forgets to ask whose chart it is."""
    return HttpResponse(
        " ".join(EntryRow.objects.filter(subject=f"chart:{chart}").values_list("body", flat=True))
    )


urlpatterns = [
    path("charts/<uuid:chart>/unscoped/", unscoped),
    path("unguarded/", unguarded),
    path("", include("openkap.web.urls")),
]
