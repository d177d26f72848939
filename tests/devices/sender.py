"""A sender of HL7 v2 over a plain socket, and the messages it sends."""

import re
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
START, END = b"\x0b", b"\x1c\r"
_STAMP = re.compile(rb"(?<![\d.])20\d{10}(?:\d\d)?(?:\.\d+)?(?:[+-]\d{4})?(?![\d.])")


def real_messages() -> dict[str, bytes]:
    """The messages of real devices, by file name; skipped where they are not."""
    folder = SHARED / "hl7v2"
    if not folder.is_dir():
        pytest.skip("the real messages are not beside this checkout (../shared/data/hl7v2)")
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.hl7"))}


def made_now(message: bytes, at: datetime | None = None) -> bytes:
    """The same message with each of its times set to this moment: what is years old would be refused."""
    now = (at or datetime.now(UTC)).strftime("%Y%m%d%H%M%S.%f")[:-2] + "+0000"
    return _STAMP.sub(now.encode(), message)


def of_nobody(message: bytes) -> bytes:
    """The same message without whom it is about."""
    return re.sub(rb"(?m)^PID\|[^\r\n]*", b"PID|", message.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


def oru(
    *observations: str, number: str = "1", at: datetime | None = None, pid: str = "", msh13: str = ""
) -> bytes:
    """A message of these OBX lines, measured now."""
    now = (at or datetime.now(UTC)).strftime("%Y%m%d%H%M%S.%f")[:-2] + "+0000"
    lines = [
        f"MSH|^~\\&|MON|BED|||{now}||ORU^R01^ORU_R01|{number}|P|2.6|{msh13}",
        f"PID|{pid}",
        "PV1||I|",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{now}",
        *observations,
    ]
    return "\r".join(lines).encode() + b"\r"


def pulse(value: object, unit: str = "264864^MDC_DIM_BEAT_PER_MIN^MDC", **more: str) -> str:
    """A heart rate."""
    status, nature, at = (more.get(name, "") for name in ("status", "nature", "at"))
    return f"OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC||{value}|{unit}||{nature}|||{status or 'F'}|||{at}"


class Link:
    """One connection that sends a message and waits for its answer."""

    def __init__(self, port: int, wrap=lambda plain: plain) -> None:
        self.socket = wrap(socket.create_connection(("127.0.0.1", port), timeout=20))
        self._held = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, message: bytes) -> list[str]:
        """MSA of the answer: its code, the number it answers, its words. ConnectionError: there is none."""
        self.socket.sendall(START + message + END)
        return self.answer()

    def answer(self) -> list[str]:
        while END not in self._held:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("closed")
            self._held += more
        found, _, self._held = self._held.partition(END)
        (msa,) = (line for line in found.decode().split("\r") if line.startswith("MSA|"))
        return (msa + "|||").split("|")[1:4]
