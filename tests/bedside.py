"""A bedside: one chart with a visit, devices for it, and the real listener on a real socket."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.person import ChartOpened, Identifier

VISIT = "v1"
LOOPBACK = ("127.0.0.1",)


@dataclass
class Bedside:
    """One chart, one visit, and the people and devices around it."""

    clinic: Any
    people: dict[str, Any]
    chart: str
    key: str = ""  # of the device registered last

    def opened(self, *, clinic: Any = None, **person: Any) -> str:
        """Another chart with a booked visit."""
        from openkap.records.ledger import Draft, append

        chart, now = str(uuid4()), datetime.now(UTC)
        facts = [ChartOpened(**PERSON | {"clinic": str((clinic or self.clinic).id)} | person), BOOKED]
        append([Draft(f"chart:{chart}", fact, now) for fact in facts], author="t", via="t", at=now)
        return chart

    def device(self, name: str = "Monitor 3", language: str = "hl7v2", **known: Any) -> Any:
        """A registered device, bound to nothing. `known`: certificate, addresses, bed."""
        from openkap.actions.devices import Known, register_device
        from openkap.records.devices import named

        made, self.key = register_device(
            self.people["manager"],
            name=name,
            language=language,
            known=Known(**{"addresses": LOOPBACK} | known),
            at=datetime.now(UTC),
        )
        return named(made)

    def bound(self, device: Any = None) -> Any:
        """The device, bound to the visit from now on."""
        from openkap.actions.devices import bind_device

        device, now = device or self.device(), datetime.now(UTC)
        bind_device(self.people["monitor"], self.chart, at=now, visit=VISIT, device=device.device)
        return device

    def stored(self) -> dict[str, str]:
        """The last value of each signal with its unit."""
        from openkap.records.models import Reading

        rows = Reading.objects.filter(chart=self.chart).order_by("number")
        return {row.signal: f"{row.thousandths / 1000:g} {row.unit}" for row in rows}

    def aside(self) -> list[str]:
        """Why each thing was put aside."""
        from openkap.records.models import QuarantineRow

        return list(QuarantineRow.objects.order_by("received_at").values_list("why", flat=True))


PERSON = {
    "family_name": "Berg",
    "given_name": "Ada",
    "birth_date": date(1980, 1, 1),
    "sex": "female",
    "synthetic": True,
}
BOOKED = VisitBooked(
    visit=VISIT, starts_at=datetime(2026, 5, 14, 10, 0, tzinfo=UTC), room="Blue", route="iv", number=1
)
NUMBER = Identifier(system="urn:mrn", value="4711")


def _bedside(clinic: Any, people: dict[str, Any]) -> Bedside:
    bedside = Bedside(clinic, people, "")
    bedside.chart = bedside.opened()
    return bedside


@pytest.fixture
def bedside(clinic: Any, people: dict[str, Any]) -> Bedside:
    return _bedside(clinic, people)


@pytest.fixture
def open_bedside(transactional_db: None, clinic: Any, people: dict[str, Any]) -> Bedside:
    """The same where other threads can see it."""
    return _bedside(clinic, people)


@pytest.fixture
def listening() -> Iterator[Callable[..., int]]:
    """Starts the real listener in a thread of its own; gives its port."""
    from openkap.config.serving import listening as bind
    from openkap.devices.mllp import Listener
    from openkap.protocol.doors import doors

    ends: list[Callable[[], None]] = []

    def start(*, context: Any = None, limits: Any = None, answers: Any = None) -> int:
        loop, up = asyncio.new_event_loop(), threading.Event()
        listener = Listener(limits or doors().mllp, **({"answers": answers} if answers else {}))
        bound = bind("127.0.0.1", 0)

        async def serve() -> None:
            await listener.start(bound, context)
            up.set()

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(serve())
            loop.run_forever()
            _cancel_all(loop)
            loop.run_until_complete(listener.stop())
            loop.close()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        assert up.wait(10)
        ends.append(lambda: (loop.call_soon_threadsafe(loop.stop), thread.join(10)))
        return bound.getsockname()[1]

    yield start
    for end in ends:
        end()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
