"""HL7 v2 messages answered a second: committed here; python-hl7's own server parses and keeps nothing."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bench.row import Row, faster

MESSAGES = 400
CONNECTIONS = (1, 8)
START, END = b"\x0b", b"\x1c\r"
AGAINST = "python-hl7's server, keeping nothing"


def rows() -> list[Row]:
    """One connection waits for each answer; eight share commits."""
    with _ours() as ours, _theirs() as theirs:
        return [
            faster(
                f"messages of four values over {count} connection{'s' * (count > 1)}",
                _rate(ours, count),
                _rate(theirs, count),
                "messages/s",
                AGAINST,
            )
            for count in CONNECTIONS
        ]


def _rate(port: int, connections: int) -> float:
    """Answered messages a second, from the first to the last answer of all."""
    begin = datetime.now(UTC) + timedelta(seconds=connections * 1000)
    threads = [
        threading.Thread(target=_send, args=(port, begin + timedelta(seconds=number)))
        for number in range(connections)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return connections * MESSAGES / (time.perf_counter() - start)


def _send(port: int, begin: datetime) -> None:
    with socket.create_connection(("127.0.0.1", port)) as link:
        for number in range(MESSAGES):
            link.sendall(START + _message(begin + timedelta(milliseconds=number)) + END)
            held = b""
            while not held.endswith(END):
                held += link.recv(65536)
            assert b"MSA|AA|" in held, held


def _message(at: datetime) -> bytes:
    stamp = at.strftime("%Y%m%d%H%M%S.%f")[:-2] + "+0000"
    values = ((147842, 72, 264864), (150456, 97, 262688), (150301, 128, 266016), (150302, 78, 266016))
    lines = [
        f"MSH|^~\\&|BENCH||||{stamp}||ORU^R01^ORU_R01|{stamp}|P|2.6",
        "PID|",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{stamp}",
        *(
            f"OBX|{n}|NM|{code}^x^MDC||{value}|{unit}^x^MDC|||||F"
            for n, (code, value, unit) in enumerate(values, 1)
        ),
    ]
    return "\r".join(lines).encode() + b"\r"


@contextmanager
def _ours() -> Iterator[int]:
    from openkap.config.serving import listening
    from openkap.devices.mllp import Listener
    from openkap.protocol.doors import doors

    _place()
    listener, bound = Listener(doors().mllp), listening("127.0.0.1", 0)
    with _loop(lambda: listener.start(bound, None)):
        yield bound.getsockname()[1]


@contextmanager
def _theirs() -> Iterator[int]:
    import hl7.mllp

    async def answer(reader: Any, writer: Any) -> None:
        while not writer.is_closing():
            try:
                message = await reader.readmessage()
            except asyncio.IncompleteReadError:
                break
            writer.writemessage(message.create_ack())
            await writer.drain()
        writer.close()

    bound = socket.create_server(("127.0.0.1", 0))
    with _loop(lambda: hl7.mllp.start_hl7_server(answer, sock=bound)):
        yield bound.getsockname()[1]


@contextmanager
def _loop(start: Callable[[], Any]) -> Iterator[None]:
    """A server in a thread of its own while the block runs."""
    loop, up = asyncio.new_event_loop(), threading.Event()

    async def begin() -> None:
        await start()
        up.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        loop.run_forever()
        for task in (left := asyncio.all_tasks(loop)):
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    up.wait()
    yield
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def _place() -> None:
    """A clinic with one visit and one device bound to it."""
    from openkap.actions.devices import Known, bind_device, register_device
    from openkap.clinical.entries.dosing import VisitBooked
    from openkap.clinical.entries.person import ChartOpened
    from openkap.records.accounts import create_clinic, create_user
    from openkap.records.ledger import Draft, append
    from openkap.records.policy import principal_of

    clinic, now, chart = create_clinic(f"Bench {uuid4()}"), datetime.now(UTC), str(uuid4())
    opened = ChartOpened(
        family_name="Berg", given_name="Ada", birth_date=now.date(), sex="female", clinic=str(clinic.id)
    )
    booked = VisitBooked(visit="v1", starts_at=now, room="Blue", route="iv", number=1)
    append([Draft(f"chart:{chart}", fact, now) for fact in (opened, booked)], author="b", via="b", at=now)
    manager, nurse = (
        principal_of(create_user(f"bench-{uuid4()}", name="Bench", role=role, clinic=clinic))
        for role in ("manager", "monitor")
    )
    known = Known(addresses=("127.0.0.1",))
    device, _ = register_device(manager, name="Bench", language="hl7v2", known=known, at=now)
    bind_device(nurse, chart, at=now, visit="v1", device=device)
