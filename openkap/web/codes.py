"""Sign-in codes: shown once to whoever gives one, typed once by whoever was given it."""

from uuid import UUID

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from openkap.actions import codes as act
from openkap.clinical.refusal import BadInput
from openkap.web import pages, signin
from openkap.web.care_team import care_team
from openkap.web.door import needs, show
from openkap.web.passkeys import BACKEND


@needs("code.give", back=care_team)
def give(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The page that answers shows the code, this once."""
    frame = pages.of(request, chart, permission="chart.read")
    code = act.give(request.principal, str(chart), at=request.at)
    told = {
        "code": code,
        "until": request.at + act.LASTS,
        "enter": request.build_absolute_uri(reverse("enter")),
    }
    return show(request, "code.html", frame | told)


@needs("public")
def enter_page(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    return show(request, "enter.html")


@needs("public", back=enter_page)
def _enter(request: HttpRequest) -> HttpResponse:
    try:
        signin.within_tries(request, signin.NOBODY)
        user = act.proven(request.POST.get("code", ""), at=request.at)
    except BadInput as fault:
        if fault.where == "code":
            signin.failed(request, signin.NOBODY)
        raise BadInput("code", fault.what, fault.todo) from None
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect(reverse("home"))


@needs("public")
def enter(request: HttpRequest) -> HttpResponseBase:
    """GET shows the form, POST tries the code."""
    return _enter(request) if request.method == "POST" else enter_page(request)
