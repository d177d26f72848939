"""The way into every page: who is asking, may they, and what a refusal looks like.

`@needs("permission")` marks a view with the permission it needs; a test crawls the routes for that mark.
The view finds `request.at` (the moment, UTC), `request.principal` (None on a public page) and
`request.protocol` (what is in force in the person's clinic).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from openkap.actions.door import Conflict, NotAllowed
from openkap.clinical.refusal import BadFields, BadInput
from openkap.records import policy, read
from openkap.records.in_force import in_force
from openkap.records.read import NotFound
from openkap.web.sentences import conflict_lines

View = Callable[..., HttpResponseBase]
TABS = (
    ("board", "Board", "board.read"),
    ("rooms", "Rooms", "visit.read"),
    ("charts", "Charts", "charts.list"),
    ("competences", "Staff", "competence.record"),
    ("formulary", "Drugs", "formulary.read"),
    ("devices", "Devices", "device.register"),
    ("protocol", "Protocol", "protocol.read"),
)


def needs(permission: str, *, back: View | None = None) -> Callable[[View], View]:
    """Guard a view. With `back` the view takes POST alone, and `back` is the page that shows what went wrong.

    It is called again with the same arguments; the status is 400 or 409, and fields keep what was typed.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.at = datetime.now(UTC)
            if stopped := _stopped(request, permission, kwargs.get("chart")):
                return stopped
            if "chart" in kwargs and request.principal and request.principal.role == "patient":
                return absent(request)  # patients have pages of their own, where no address names a chart
            if back and request.method != "POST":
                return HttpResponse("This address only takes what a form sends.", status=405)
            return _answered(request, lambda: view(request, *args, **kwargs), back, kwargs)

        guarded.permission = permission
        return guarded

    return guard


def _stopped(request: HttpRequest, permission: str, chart: UUID | None) -> HttpResponseBase | None:
    """The answer for someone who may not come in, or None. Absent and forbidden look alike.

    An attempt at a chart is noted there, as it is when the chart itself is closed to the person.
    """
    recognise(request)
    if permission == "public":
        return None
    if request.principal is None:
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
    if policy.may(request.principal, permission):
        return None
    if chart is not None:
        with suppress(NotFound):
            read.must_open(request.principal, str(chart), permission)
    return absent(request)


def recognise(request: HttpRequest) -> None:
    """Who asks, the protocol in force in their clinic, and the zone it shows times in."""
    if request.user.is_authenticated:
        request.principal = policy.principal_of(request.user)
        timezone.activate(request.user.clinic.time_zone)
    else:
        request.principal = None
        timezone.deactivate()
    request.protocol = in_force(request.principal.clinic if request.principal else "")


def _answered(
    request: HttpRequest, call: Callable[[], HttpResponseBase], back: View | None, kwargs: dict[str, Any]
) -> HttpResponseBase:
    try:
        return call()
    except NotFound:
        return absent(request)
    except BadFields as refusal:
        return _again(request, back, kwargs, faults=refusal.faults)
    except BadInput as refusal:
        return _again(request, back, kwargs, faults=[refusal])
    except NotAllowed as refusal:
        return _again(request, back, kwargs, verdict=refusal.verdict)
    except Conflict as conflict:
        return _both_versions(request, conflict)


def _again(
    request: HttpRequest, back: View | None, kwargs: dict[str, Any], *, faults: Any = (), verdict: Any = None
) -> HttpResponseBase:
    """The page the person was on, with what went wrong on top; or a page of its own where there is none."""
    request.faults, request.refusal = list(faults), verdict
    response = back(request, **kwargs) if back else show(request, "stopped.html")
    if response.status_code == 200:
        response.status_code = 409 if verdict else 400
    return response


def _both_versions(request: HttpRequest, conflict: Conflict) -> HttpResponseBase:
    """Someone else wrote first: show theirs and ours, and let the person decide."""
    ours = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    kept = [(n, v) for n, v in ours if n not in ("csrfmiddlewaretoken", "seen")]
    newest = max((entry.seq for entry in conflict.newer_entries), default=conflict.seen)
    context = {
        "theirs": conflict_lines(conflict.newer_entries, request.protocol),
        "ours": [(n, v) for n, v in kept if n != "form" and v],
        "kept": kept,
        "seen": newest,
    }
    return show(request, "conflict.html", context, status=409)


def absent(request: HttpRequest) -> HttpResponse:
    """The page for what is not there and for what is not yours: the same page."""
    request.faults, request.refusal = [], None
    return show(request, "absent.html", status=404)


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page, with what every page needs: who is signed in, the tabs, what was just said, what was typed."""
    principal = getattr(request, "principal", None)
    clinic = getattr(request.user, "clinic", None) if principal else None
    frame = {
        "at": getattr(request, "at", None) or datetime.now(UTC),
        "principal": principal,
        "clinic": clinic,
        "synthetic": bool(clinic and clinic.demonstration),
        "tabs": _tabs(request, principal),
        "said": request.session.pop("said", "") if _is_a_visit(request) else "",
        "faults": getattr(request, "faults", []),
        "refusal": getattr(request, "refusal", None),
        "typed": request.POST if request.method == "POST" else {},
    }
    told = frame | (context or {})
    told["synthetic"] = told["synthetic"] or frame["synthetic"]
    return render(request, template, told, status=status)


def _is_a_visit(request: HttpRequest) -> bool:
    """A person came to the page; not a page asking for itself again, nor a form shown once more."""
    return request.method == "GET" and "X-Requested-With" not in request.headers


def _tabs(request: HttpRequest, principal: Any) -> list[dict[str, Any]]:
    if principal is None or principal.role == "patient":
        return []
    return [
        {"name": title, "href": reverse(name), "current": request.path == reverse(name)}
        for name, title, permission in TABS
        if policy.may(principal, permission)
    ]


def go(request: HttpRequest, name: str, *, said: str = "", **kwargs: Any) -> HttpResponseRedirect:
    """After a write: to the page called `name`, which says once what was done."""
    if said:
        request.session["said"] = said
    return HttpResponseRedirect(reverse(name, kwargs=kwargs))


def link(name: str, **kwargs: Any) -> str:
    """The address of a page, or "" where this clinic does not serve it."""
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""
