"""The pump behind every live page: what is new, in order, once, and a beat in silence."""

import asyncio
import time
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError, connection, connections

from openkap.live import Event, Pulse, follow, sse


async def first(
    count: int, look: Callable[[str], Sequence[Event]], after: str = "", **pace: float
) -> list[Event]:
    found: list[Event] = []
    moved = asyncio.Event()
    async for event in follow(look, after, moved=moved, **{"every": 0.001, "beat": 60.0} | pace):
        found.append(event)
        if len(found) == count:
            break
    return found


def numbered(upto: int) -> Callable[[str], Sequence[Event]]:
    """A source that has everything up to a number, and answers with what lies behind the id."""
    return lambda after: [Event(str(n), "n", {"n": n}) for n in range(int(after or 0) + 1, upto + 1)]


@pytest.mark.parametrize(("after", "expected"), [("", ["1", "2", "3"]), ("2", ["3"]), ("3", [])])
def test_it_starts_behind_the_last_id(after: str, expected: list[str]) -> None:
    """From the beginning, from the middle, and from the end: each event once, then the beat."""
    events = asyncio.run(first(len(expected) + 1, numbered(3), after))
    assert [event.id for event in events] == [*expected, ""]
    assert events[-1].kind == "beat"


def test_what_comes_later_is_told_once() -> None:
    """The source grows between two looks: nothing is missed and nothing comes twice."""
    looks = iter(range(1, 100))
    events = asyncio.run(first(40, lambda after: numbered(next(looks))(after)))
    assert [event.id for event in events if event.id] == [str(n) for n in range(1, 40)]


def test_silence_has_a_beat() -> None:
    """Nothing happens, and the page still hears that somebody is there."""
    events = asyncio.run(first(3, numbered(0), beat=0.01))
    assert [event.kind for event in events] == ["beat"] * 3
    assert all(event.data["at"] for event in events)


def test_an_event_without_an_id_does_not_move_the_place() -> None:
    """After it, the next look still starts behind the last numbered one."""
    asked: list[str] = []

    def look(after: str) -> Sequence[Event]:
        asked.append(after)
        return [Event("7", "n", {}), Event("", "phase", {})] if len(asked) == 1 else []

    asyncio.run(first(4, look, beat=0.0))
    assert asked[1] == "7"


async def woken(pulse: Pulse, ledger: str, do: Callable[[], None], patience: float) -> bool:
    with pulse.watching(frozenset({ledger})) as moved:
        await asyncio.wait_for(moved.wait(), 5)  # at once: where it stands is news to a new watcher
        moved.clear()
        do()
        try:
            await asyncio.wait_for(moved.wait(), patience)
        except TimeoutError:
            return False
        return True


@pytest.mark.parametrize(("touched", "patience", "expected"), [("mine", 5.0, True), ("other", 0.1, False)])
def test_a_listener_is_woken_by_its_own_ledger_alone(touched: str, patience: float, expected: bool) -> None:
    """The ledger it watches has one entry more; another's is none of its business."""
    ends = {"mine": 1, "other": 1}
    pulse = Pulse(lambda ledgers: {name: ends[name] for name in ledgers}, every=0.002)
    grown = asyncio.run(woken(pulse, "mine", lambda: ends.update({touched: 2}), patience))
    assert grown is expected


def test_the_pulse_stops_when_nobody_watches_and_starts_again() -> None:
    """No thread of its own is left behind, and the next listener is served."""
    asked: list[object] = []
    pulse = Pulse(lambda ledgers: asked.append(ledgers) or {"mine": len(asked)}, every=0.002)
    for _ in range(2):
        assert asyncio.run(woken(pulse, "mine", lambda: None, 5.0))
        assert any(_rests(asked) for _ in range(50)), "it goes on asking for nobody"


def _rests(asked: list[object]) -> bool:
    before = len(asked)
    time.sleep(0.1)
    return len(asked) == before


def test_a_database_that_is_away_is_not_the_end_of_the_pulse() -> None:
    """It asks again, and tells when something moved."""
    answers = iter([OperationalError("away"), OperationalError("away")])

    def ends(_: object) -> dict[str, int]:
        fault = next(answers, None)
        if fault:
            raise fault
        return {"mine": next(numbers)}

    numbers = iter(range(1, 1000))
    assert asyncio.run(woken(Pulse(ends, every=0.002), "mine", lambda: None, 5.0))


def test_an_event_as_the_browser_reads_it() -> None:
    """Id, kind, one line of JSON; line breaks inside the text cannot end the event early."""
    sent = sse(Event("4-2", "event", {"note": "first\nsecond\n\nid: 9", "who": "Zoë"}))
    assert (
        sent == 'id: 4-2\nevent: event\ndata: {"note":"first\\nsecond\\n\\nid: 9","who":"Zoë"}\n\n'.encode()
    )
    assert sse(Event("", "beat", {})) == b"event: beat\ndata: {}\n\n"


def test_a_source_that_fails_is_heard() -> None:
    """A fault while looking ends the stream with that fault, so the page reconnects."""

    def broken(_: str) -> Sequence[Event]:
        raise LookupError("gone")

    with pytest.raises(LookupError):
        asyncio.run(first(1, broken))


@pytest.mark.django_db(transaction=True)
def test_a_look_lets_its_database_connection_go() -> None:
    """A worker thread outlives every request, so a connection it opened ends with the look."""
    opened: list[object] = []

    def look(_: str) -> Sequence[Event]:
        connection.ensure_connection()
        opened.append(connections["default"])
        return [Event("1", "n", {})]

    asyncio.run(first(1, look))
    assert [one.connection for one in opened] == [None]
