"""Pages of a clinic of 1,000 people, asked of the real server process over HTTP by one browser."""

import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import uuid4

from bench.row import Row, quicker

PEOPLE = 1_000
TIMES = 60
GOAL_MS = 100.0
PATIENCE_SECONDS = 30
SERVE = "import sys; from openkap.config.cli import main; sys.exit(main(sys.argv[1:]))"


def rows() -> list[Row]:
    """p95 in milliseconds against the goal of 100."""
    username, charts = _clinic()
    with _server() as port:
        browser = Browser(port)
        browser.sign_in(username)
        pages = {
            f"the board of {PEOPLE:,} people": "/board/",
            f"the list of {PEOPLE:,} people": "/charts/",
            "a search among them": "/charts/?q=rowan+8",
            "a chart after six doses": f"/charts/{charts[6]}/",
            "its screening": f"/charts/{charts[6]}/screening/",
        }
        return [quicker(name, browser.p95(path), GOAL_MS, "ms") for name, path in pages.items()]


def _clinic() -> tuple[str, list[str]]:
    from openkap.demo.crowd import crowd
    from openkap.records.accounts import create_clinic, create_user
    from openkap.records.policy import principal_of

    clinic = create_clinic(f"Crowd {uuid4()}", demonstration=True)
    user = create_user(f"crowd-{uuid4()}", name="Crowd", role="prescriber", clinic=clinic)
    return user.username, crowd(principal_of(user), PEOPLE, datetime.now(UTC))


@contextmanager
def _server() -> Iterator[int]:
    """The product's own command on a free port, ended afterwards."""
    command = [sys.executable, "-c", SERVE, "serve", "--port", "0"]
    # The one-click sign-in of a demonstration spares the measuring a password.
    server = subprocess.Popen(
        command, env={**os.environ, "OPENKAP_DEMO": "1"}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r":(\d+)\s*$", said)
        assert found, f"the server said {said!r}"
        yield int(found[1])
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)


class Browser:
    """One connection kept open, and its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
        self._cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form)
        self._connection.request("GET" if form is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        text = answer.read().decode()
        assert answer.status in (200, 302), f"{path} answered {answer.status}"
        return text

    def sign_in(self, username: str) -> None:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("/sign-in/"))
        assert found, "the sign-in page has no form"
        self.ask(f"/demo/sign-in/{username}/", {"csrfmiddlewaretoken": found[1]})

    def p95(self, path: str) -> float:
        """Milliseconds until the last byte that 95 of 100 requests stay under, once warm."""
        self.ask(path)
        times = []
        for _ in range(TIMES):
            start = time.perf_counter()
            self.ask(path)
            times.append((time.perf_counter() - start) * 1000)
        return statistics.quantiles(times, n=20)[-1]
