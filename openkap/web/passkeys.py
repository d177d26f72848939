"""Passkeys on the page: added and taken away by whoever is signed in, and used on the sign-in page."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from openkap.actions import passkeys as act
from openkap.actions.passkeys import Place
from openkap.clinical.refusal import BadInput
from openkap.web import signin
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed

ASKED = "passkey asked"
ASKED_LASTS = timedelta(minutes=5)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@needs("self")
def passkeys(request: HttpRequest) -> HttpResponseBase:
    """Mine, and room for one more."""
    mine = request.principal.role == "patient"
    context = {"keys": act.mine(request.principal), "most": act.MOST}
    return show(request, "portal/passkeys.html" if mine else "passkeys.html", context)


@needs("self", back=passkeys)
def begin(request: HttpRequest) -> HttpResponse:
    """What the browser is asked to make, as JSON."""
    return _ask(request, *act.begin_adding(request.principal, _place(request)))


@needs("self", back=passkeys)
def add(request: HttpRequest) -> HttpResponseBase:
    typed = Typed(request)
    name = typed.text("name", todo="Name it, so that you know it again")
    typed.done()
    answer = {"challenge": _asked(request), "answer": request.POST.get("answer", "")}
    act.add(request.principal, _place(request), name=name, at=request.at, **answer)
    return go(request, "passkeys", said="You can sign in with it from now on.")


@needs("self", back=passkeys)
def take_away(request: HttpRequest) -> HttpResponseBase:
    act.take_away(request.principal, request.POST.get("credential", ""))
    return go(request, "passkeys", said="It opens nothing any more.")


@needs("public", back=signin.sign_in_page)
def begin_signing_in(request: HttpRequest) -> HttpResponse:
    """What the browser is asked to sign, as JSON."""
    return _ask(request, *act.begin_signing_in(_place(request)))


@needs("public", back=signin.sign_in_page)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The challenge was signed, within the tries that an address has."""
    signin.within_tries(request, signin.NOBODY)
    try:
        user = act.proven(
            _place(request),
            challenge=_asked(request),
            answer=request.POST.get("answer", ""),
            credential=request.POST.get("credential", ""),
            at=request.at,
        )
    except BadInput:
        signin.failed(request, signin.NOBODY)
        raise
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect(signin.wanted(request) or reverse("home"))


def _place(request: HttpRequest) -> Place:
    host = request.get_host()
    scheme = "https" if settings.OPENKAP.https else request.scheme
    return Place(host.rpartition(":")[0] if ":" in host else host, f"{scheme}://{host}")


def _ask(request: HttpRequest, challenge: bytes, options: str) -> HttpResponse:
    kept: dict[str, Any] = {"challenge": bytes_to_base64url(challenge), "at": request.at.isoformat()}
    request.session[ASKED] = kept
    return HttpResponse(options, content_type="application/json")


def _asked(request: HttpRequest) -> bytes:
    """The challenge this browser was given last: for one answer, and for some minutes."""
    kept = request.session.pop(ASKED, None)
    if kept is None or request.at - datetime.fromisoformat(kept["at"]) > ASKED_LASTS:
        raise BadInput("passkey", "this took too long, or was sent twice", "Try again")
    return base64url_to_bytes(kept["challenge"])
