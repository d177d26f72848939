"""A request that is too long is refused before anything of it is kept."""

import asyncio
import socket
import threading
import time
from typing import Any

import pytest
import uvicorn
from django.core.asgi import get_asgi_application

from openkap.config import asgi
from openkap.config.body_limit import BodyLimit
from openkap.fhir.json_text import MOST_BYTES

MOST = 10


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body to its end, as Django does, and says how long it was."""
    body, more = b"", True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        body, more = body + event.get("body", b""), event.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(body)).encode()})


def asked(*pieces: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), app: Any = echo) -> tuple[Any, int]:
    """Status and headers of the answer (None when there was none), and how many pieces were taken."""
    waiting, sent = list(pieces), []

    async def receive() -> Any:
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "headers": list(headers), "method": "POST", "path": "/sign-in/"}
    asyncio.run(BodyLimit(app, most=MOST)(scope, receive, send))
    return sent[0] if sent else None, len(pieces) - len(waiting)


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (b"10", 200),
        (b"11", 413),
        (b"0011", 413),
        (b"0", 200),
        (b"", 200),
        (b"ten", 200),
        (b"9" * 5000, 413),
        (b"0" * 5000, 200),
    ],
)
def test_an_announced_length_is_refused_unread(length: bytes, status: int) -> None:
    """Ten bytes are taken, eleven are not, and a number as long as a book is a number."""
    answer, taken = asked(b"0123456789", headers=((b"Content-Length", length),))
    assert answer["status"] == status
    assert taken == (0 if status == 413 else 1)


@pytest.mark.parametrize(
    ("pieces", "status", "taken"),
    [
        ((b"01234", b"56789"), 200, 2),
        ((b"01234", b"56789", b"x", b"never"), 413, 3),
        ((b"0123456789x",), 413, 1),
        ((b"", b""), 200, 2),
    ],
)
def test_an_unannounced_length_is_counted(pieces: tuple[bytes, ...], status: int, taken: int) -> None:
    """In chunks, or with a length that lies: cut off at the first byte too many."""
    found, read = asked(*pieces, headers=((b"content-length", b"3"),))
    assert (found["status"], read) == (status, taken)
    assert ((b"connection", b"close") in found["headers"]) is (status == 413)


def test_an_answer_that_began_is_not_answered_twice() -> None:
    """An application that answers before it has read is left to end by itself."""

    async def hasty(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": []})
        assert (await receive())["type"] == "http.disconnect"
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.body", "body": b""})

    assert asked(b"x" * 11, app=hasty)[0]["status"] == 202


def test_what_is_no_request_passes() -> None:
    """The server's own start-up talk has no body."""
    seen = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(BodyLimit(inside, most=MOST)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_the_product_itself_is_behind_it() -> None:
    """The longest record fits with its form; the application inside is Django's."""
    assert isinstance(asgi.application, BodyLimit)
    assert MOST_BYTES < asgi.application.most < 2 * MOST_BYTES


@pytest.fixture
def port() -> Any:
    """Django behind the limit on a real server."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    app: Any = BodyLimit(get_asgi_application(), most=MOST)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield bound.getsockname()[1]
    server.should_exit = True
    thread.join()
    bound.close()


def test_a_stranger_who_sends_without_end_is_cut_off(port: int) -> None:
    """Over a real connection, in chunks, without a cookie: 413, and the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
        caller.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        caller.sendall(b"B\r\n0123456789x\r\n")
        told = b""
        while piece := caller.recv(4096):
            told += piece
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in told.lower()
