"""Reminders through a real mail server on this computer: taken, refused, not now, and killed in the midst."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.records.process import ROOT, environment, migrated, run

PLACED = """
from datetime import UTC, datetime, timedelta
from uuid import UUID
from openkap.actions import reminding
from openkap.demo.clinic import make, staff
from openkap.demo.telling import Person, Telling
from openkap.demo.visiting import Visiting
from datetime import date
clinic = make("UTC")
now = datetime.now(UTC)
of = Telling(staff(clinic), Person("Ada", "Berg", "female", date(1980, 1, 1), "none", signs_in="ada"), now)
of.made_ready(1)
way = {{"channel": {channel!r}, "address": {address!r}}}
reminding.choose(of.patient(), of.chart, at=now - timedelta(hours=3), **way)
Visiting(of, now + timedelta(hours=20)).booked(now - timedelta(hours=2))
"""
ROUND = "from openkap.config.posting import round_; print(round_())"
LEFT = """
from openkap.records.models import OutboxRow
print(*OutboxRow.objects.values_list("state", "said", "tries"))
"""


class Box:
    """What the mail server does with a mail: `answer` to whom it is for, and what it took."""

    def __init__(self) -> None:
        self.answer, self.silent_seconds = "250 OK", 0.0
        self.taken: list[tuple[str, Any]] = []
        self.begun = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        self.begun += 1
        await asyncio.sleep(self.silent_seconds)
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content)))
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, dict[str, str]]]:
    made = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    mail = {"OPENKAP_MAIL": f"smtp://127.0.0.1:{port}", "OPENKAP_MAIL_FROM": "reminders@clinic.example"}
    yield made, mail | {"OPENKAP_SMS_DOMAIN": "sms.example"}
    server.stop()


def home_with(path: Path, channel: str, address: str) -> Path:
    migrated(path)
    made = run(path, PLACED.format(channel=channel, address=address), OPENKAP_DEMO="1")
    assert made.returncode == 0, made.stderr
    return path


def told(home: Path, program: str, mail: dict[str, str]) -> str:
    made = run(home, program, **mail)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.mark.parametrize(
    ("channel", "address", "to"),
    [("email", "ada@mail.example", "ada@mail.example"), ("sms", "+1 555 0142", "15550142@sms.example")],
)
def test_it_is_handed_over_once(
    tmp_path: Path, box: tuple[Box, dict[str, str]], channel: str, address: str, to: str
) -> None:
    """Over two rounds; the receipt says who took it and no more."""
    server, mail = box
    home = home_with(tmp_path, channel, address)
    assert [told(home, ROUND, mail), told(home, ROUND, mail)] == ["1", "0"]
    ((recipient, message),) = server.taken
    assert recipient == to
    assert "appointment" in message.get_payload()
    assert message["Auto-Submitted"] == "auto-generated"
    assert told(home, LEFT, mail) == "('sent', 'taken by 127.0.0.1', 1)"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("550 no such person", "('refused', '550 no such person', 0)"),
        ("450 later", "('waiting', '450 later', 1)"),
    ],
)
def test_no_and_not_now_are_told_apart(
    tmp_path: Path, box: tuple[Box, dict[str, str]], answer: str, left: str
) -> None:
    server, mail = box
    server.answer = answer
    home = home_with(tmp_path, "email", "ada@mail.example")
    assert told(home, ROUND, mail) == "0"
    assert told(home, LEFT, mail) == left


def test_killed_while_it_is_handed_over(tmp_path: Path, box: tuple[Box, dict[str, str]]) -> None:
    """Before the server answered, so nobody knows: it goes again, and carries the same id."""
    server, mail = box
    home = home_with(tmp_path, "email", "ada@mail.example")
    server.silent_seconds = 3
    with subprocess.Popen(
        [sys.executable, "-m", "openkap.config.posting"], cwd=ROOT, env=environment(home, **mail)
    ) as process:
        until = time.monotonic() + 60
        while not server.begun and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    assert told(home, LEFT, mail) == "('waiting', '', 0)"
    server.silent_seconds = 0
    assert told(home, ROUND, mail) == "1"
    until = time.monotonic() + 10
    while len(server.taken) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len({message["Message-ID"] for _, message in server.taken}) == 1
    assert told(home, LEFT, mail).startswith("('sent'")
