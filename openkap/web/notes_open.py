"""While a writer's notes are open: their key goes with the browser, sealed by a secret of this process alone.

Neither the database nor the browser alone can open a note; after a quarter of an hour without a request, and
after a restart, the passphrase is asked for again.
"""

from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest, HttpResponse

COOKIE = "notes"
OPEN_SECONDS = 15 * 60
_OURS = Fernet(Fernet.generate_key())


def key_of(request: HttpRequest) -> bytes | None:
    """The key, if this person opened their notes in this browser and has not been away since."""
    try:
        held = _OURS.decrypt(request.COOKIES.get(COOKIE, "").encode(), ttl=OPEN_SECONDS)
    except InvalidToken:
        return None
    user, _, key = held.partition(b"\0")
    return key if user == request.principal.user.encode() else None


def keep(request: HttpRequest, response: HttpResponse, key: bytes) -> HttpResponse:
    """Open for as long again from now."""
    held = _OURS.encrypt(request.principal.user.encode() + b"\0" + key).decode()
    response.set_cookie(
        COOKIE,
        held,
        max_age=OPEN_SECONDS,
        path="/charts/",
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path="/charts/", samesite="Strict")
    return response
