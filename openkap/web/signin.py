"""Coming in and going out: password, the demonstration's one click, and the address a watchdog asks."""

from contextlib import suppress
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from openkap.clinical.refusal import BadInput
from openkap.records.models import ChartRow, User
from openkap.web.door import absent, link, needs, show
from openkap.web.typed import Typed

PAUSE_S = 15 * 60
TRIES = (("pair", 10), ("address", 50), ("account", 100))
"""Failures within PAUSE_S before a pause: one account from one address, one address, one account.

The widest is last: a stranger guessing at a nurse's account does not keep the nurse out after a few tries.
"""
NOBODY = ""
"""The account of a try with a passkey or a code: one person's failures pause nobody at another address."""
DEMO_ROLES = {
    "director": "Adopts the protocol and sets what nobody has published; otherwise a prescriber.",
    "prescriber": "Decides who is suitable, approves the plan, gives the dose.",
    "therapist": "Prepares, sits with the patient, holds integration.",
    "monitor": "Runs the dosing room: checks, vital signs, discharge.",
    "manager": "Sees the board and the lists; writes nothing clinical.",
    "auditor": "Reads every chart; writes nothing.",
    "patient": "Sees what happens next, answers questionnaires, writes an intention.",
    "patient in screening": "Is new here, and in the middle of the questions about health.",
}
DEMO_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@needs("public")
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The sign-in page; also what a failed try is shown on."""
    demo = _demo_accounts()
    context = {"next": wanted(request), "demo": demo, "synthetic": bool(demo)}
    return show(request, "sign_in.html", context)


@needs("public", back=sign_in_page)
def _sign_in(request: HttpRequest) -> HttpResponse:
    typed = Typed(request)
    username = typed.text("username", todo="Write the name you sign in with")
    password = request.POST.get("password", "")
    if not password:
        typed.fault("password", "nothing was written", "Write your password")
    typed.done()
    login(request, proven(request, username, password))
    return HttpResponseRedirect(wanted(request) or reverse("home"))


def proven(request: HttpRequest, username: str, password: str) -> User:
    """Whose name and password these are, within the tries allowed. BadInput at "password"."""
    within_tries(request, username)
    user = authenticate(request, username=username, password=password)
    if user is None:
        failed(request, username)
        raise BadInput("password", "this name and password do not go together", "Check both and try again")
    cache.delete(_keys(request, username)[0][0])
    return user


def within_tries(request: HttpRequest, username: str) -> None:
    """BadInput once there were too many failures of late. NOBODY where a try names no account."""
    if any(cache.get(key, 0) >= most for key, most in _keys(request, username)):
        raise BadInput("password", "there were too many tries", "Wait 15 minutes, then try again")


def failed(request: HttpRequest, username: str) -> None:
    """One more failure."""
    _count(_keys(request, username))


@needs("public")
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """GET shows the form, POST tries it."""
    return _sign_in(request) if request.method == "POST" else sign_in_page(request)


@needs("public")
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@needs("public")
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """One click, in a demonstration clinic alone; anywhere else this address is not there."""
    user = User.objects.filter(username=username, is_active=True, clinic__demonstration=True).first()
    if not settings.DEMO or request.method != "POST" or user is None:
        return absent(request)
    login(request, user, backend=DEMO_MODEL_BACKEND)
    return HttpResponseRedirect(reverse("home"))


@needs("self")
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever is signed in."""
    first = "portal" if request.principal.role == "patient" else "board"
    if request.principal.role == "auditor":
        first = "charts"
    return HttpResponseRedirect(link(first) or reverse("charts"))


@needs("public")
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's call
    """200 once the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is a page of ours."""
    to = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if safe and to.startswith("/") else ""


def _keys(request: HttpRequest, username: str) -> list[tuple[str, int]]:
    address = _network(request.META.get("REMOTE_ADDR", ""))
    name = username.casefold().encode().hex()[:120]
    named = {"pair": f"{name}:{address}", "address": address, "account": name}
    return [(f"sign-in:{kind}:{named[kind]}", most) for kind, most in TRIES if name or kind == "address"]


def _network(address: str) -> str:
    """Whom an address stands for: itself, and in IPv6 the /64 that one line is given."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


def _count(keys: list[tuple[str, int]]) -> None:
    for key, _ in keys:
        if cache.add(key, 1, PAUSE_S):
            continue
        with suppress(ValueError):  # the pause ended in between
            cache.incr(key)


def _demo_accounts() -> list[dict[str, object]]:
    """The accounts of the demonstration, one card a role; empty in a real clinic."""
    if not settings.DEMO:
        return []
    users = User.objects.filter(clinic__demonstration=True, is_active=True).order_by("username")
    chosen = {}
    for user in users:
        chosen.setdefault(f"{user.role} in screening" if _is_new(user) else user.role, user)
    return [{"user": chosen[role], "can": can} for role, can in DEMO_ROLES.items() if role in chosen]


def _is_new(user: User) -> bool:
    """Whether this is a patient who is still being asked about their health."""
    return user.chart is not None and ChartRow.objects.filter(chart=user.chart, stage="screening").exists()
