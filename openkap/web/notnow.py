"""A page to print and hand over: why not now, what could change it, what to do next, whom to call."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.clinical.case import Case
from openkap.clinical.notnow import not_now as told
from openkap.records.read import NotFound
from openkap.web import pages, people
from openkap.web.door import needs, show


@needs("screening.read")
def not_now(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The page of the decision that stands. NotFound where there is nothing to explain."""
    context = pages.of(request, chart, permission="screening.read", here="screening")
    page = told(Case(context["chart"], context["protocol"], request.at))
    if page is None:
        raise NotFound
    author = page.decided.author
    by = people.names(request.principal, {author}).get(author, "")
    return show(
        request, "screening/not_now.html", context | {"page": page, "signed_by": by.partition(",")[0]}
    )
