"""How long a request may be. Django writes the whole body to disk before it asks who is sending it."""

from typing import Any

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)

TOO_LONG = b"The request is too long. Send one person's record at a time.\n"
_MOST_DIGITS = 18


class BodyLimit:
    """An ASGI application that refuses bodies of more than `most` bytes with 413, before the one inside.

    A length that is announced is refused unread; one that is not, at the first byte too many. Both close.
    """

    def __init__(self, inside: ASGI3Application, *, most: int) -> None:
        self.inside, self.most = inside, most

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            await self.inside(scope, receive, send)
        elif _announced(scope) > self.most:
            await _refuse(send)
        else:
            await _Counted(self.most, receive, send).answer(self.inside, scope)


class _Counted:
    """One request, its bytes counted as they come in."""

    def __init__(self, most: int, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self.left, self._receive, self._send = most, receive, send
        self.began = False

    async def answer(self, inside: ASGI3Application, scope: HTTPScope) -> None:
        await inside(scope, self.receive, self.send)
        if self.left < 0 and not self.began:
            await _refuse(self._send)

    async def receive(self) -> ASGIReceiveEvent:
        """To the application inside, a body that is too long is a sender who has gone: it stops."""
        event = await self._receive() if self.left >= 0 else None
        if event and event["type"] == "http.request":
            self.left -= len(event.get("body", b""))
        return event if event and self.left >= 0 else {"type": "http.disconnect"}

    async def send(self, event: ASGISendEvent) -> None:
        self.began = True
        await self._send(event)


def _announced(scope: HTTPScope) -> int:
    """The longest Content-Length in bytes; 0 where none is given or it is no number."""
    said = (value.strip() for name, value in scope["headers"] if name.lower() == b"content-length")
    digits = (value.lstrip(b"0") for value in said if value.isdigit())
    # Thousands of digits are refused by int() with an error, so they are cut to a number that is long enough.
    return max((int(value[: _MOST_DIGITS + 1] or b"0") for value in digits), default=0)


async def _refuse(send: ASGISendCallable) -> None:
    headers = {
        b"content-type": b"text/plain; charset=utf-8",
        b"content-length": str(len(TOO_LONG)).encode(),
        b"x-content-type-options": b"nosniff",
        b"cache-control": b"no-store",
        b"connection": b"close",  # else the server would read the rest to keep the connection
    }
    start: Any = {"type": "http.response.start", "status": 413, "headers": list(headers.items())}
    await send(start | {"trailers": False})
    await send({"type": "http.response.body", "body": TOO_LONG, "more_body": False})
