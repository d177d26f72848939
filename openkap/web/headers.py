"""What every response says about itself: run only our files, never be framed, stay in no cache."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "img-src 'self' data:",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
WITH_MICROPHONE = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
"""Of a page of a journal, which may be spoken."""
WITH_CAMERA = "camera=(self), geolocation=(), microphone=(self), payment=(), usb=()"
"""Of the two pages of a call. Everything else of the policy stays: a picture comes from no address."""

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class SecurityHeaders:
    """Middleware, for both kinds of server, so that it costs no thread hop."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.waits = iscoroutinefunction(get_response)
        if self.waits:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self.waits:
            return self._later(request)
        return _marked(request, self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return _marked(request, await self.get_response(request))


def _marked(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Permissions-Policy", PERMISSIONS)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
