"""The pump behind every live page: what is new, in order, once, and a beat in silence."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from openkap.live import Event, News, Pulse, sse

QUICK = {"every": 0.001, "look_every": 0.001, "beat_every": 60.0}


Look = Callable[[str], Sequence[Event]]


def looks(asks: Sequence[tuple[Look, str]]) -> Sequence[News]:
    """Each listener's own function is asked; where it has no answer, it fails alone."""
    told: list[News] = []
    for look, after in asks:
        try:
            told.append(look(after))
        except LookupError as fault:
            told.append(fault)
    return told


def pulse(ends: Any = lambda _: {}, **pace: Any) -> Pulse[Look]:
    return Pulse(looks, ends, **QUICK | pace)


async def first(count: int, look: Look, after: str = "", *, by: Pulse[Look] | None = None) -> list[Event]:
    found: list[Event] = []
    async for events in (by or pulse()).follow(look, after):
        found += events
        if len(found) >= count:
            return found
    raise AssertionError("it never ends")


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
    grown = iter(range(1, 100))
    events = asyncio.run(first(40, lambda after: numbered(next(grown))(after)))
    assert [event.id for event in events if event.id] == [str(n) for n in range(1, 40)]


def test_silence_has_a_beat_that_says_what_it_is_given() -> None:
    """Nothing happens, and the page still hears that somebody is there, and how the engine does."""
    events = asyncio.run(first(3, numbered(0), by=pulse(said=lambda: {"engine_s": 2.0}, beat_every=0.01)))
    assert [event.kind for event in events] == ["beat"] * 3
    assert all(event.data["at"] and event.data["engine_s"] == 2.0 for event in events)


def test_an_event_without_an_id_does_not_move_the_place() -> None:
    """After it, the next look still starts behind the last numbered one."""
    asked: list[str] = []

    def look(after: str) -> Sequence[Event]:
        asked.append(after)
        return [Event("7", "n", {}), Event("", "phase", {})] if len(asked) == 1 else []

    asyncio.run(first(6, look, by=pulse(beat_every=0.0)))
    assert asked[1] == "7"


async def told_after(by: Pulse[Look], do: Callable[[], None], patience: float) -> bool:
    """Whether a listener of the ledger "mine" hears of what `do` does."""
    numbers = iter(range(1, 1000))
    stream = by.follow(lambda _: [Event(str(next(numbers)), "n", {})], ledgers=["mine"])
    await asyncio.wait_for(anext(stream), 5)  # where it stands is news to a new listener
    heard = asyncio.ensure_future(anext(stream))
    do()
    done, _ = await asyncio.wait([heard], timeout=patience)
    heard.cancel()
    await asyncio.gather(heard, return_exceptions=True)
    await stream.aclose()
    return bool(done)


@pytest.mark.parametrize(("touched", "patience", "expected"), [("mine", 5.0, True), ("other", 0.1, False)])
def test_a_listener_is_told_of_its_own_ledger_alone(touched: str, patience: float, expected: bool) -> None:
    """The ledger it watches has one entry more; another's is none of its business."""
    ends = {"mine": 1, "other": 1}
    by = pulse(lambda ledgers: {name: ends[name] for name in ledgers}, look_every=60.0)
    assert asyncio.run(told_after(by, lambda: ends.update({touched: 2}), patience)) is expected


def test_the_clock_alone_is_a_reason_to_look() -> None:
    """Nothing moved, and after its while a listener is looked for all the same."""
    assert asyncio.run(told_after(pulse(lambda _: {"mine": 1}, look_every=0.02), lambda: None, 5.0))


def test_who_does_not_listen_yet_is_not_looked_for() -> None:
    """A page that takes its time gets everything in one piece; nothing piles up for it."""
    asked: list[str] = []

    def look(after: str) -> Sequence[Event]:
        asked.append(after)
        return [Event(str(len(asked)), "n", {})]

    async def slow() -> None:
        stream = pulse().follow(look)
        await anext(stream)
        await asyncio.sleep(0.1)
        assert len(asked) == 1
        await anext(stream)
        await stream.aclose()

    asyncio.run(slow())
    assert asked == ["", "1"]


def test_a_listener_that_fails_does_not_end_the_others() -> None:
    """A fault while looking ends that stream with that fault, so its page asks again; the next hears on."""

    def broken(_: str) -> Sequence[Event]:
        raise LookupError("gone")

    async def both() -> tuple[Any, Any]:
        by = pulse()
        return await asyncio.gather(
            first(1, broken, by=by), first(3, numbered(3), by=by), return_exceptions=True
        )

    fault, events = asyncio.run(both())
    assert isinstance(fault, LookupError)
    assert [event.id for event in events if event.id] == ["1", "2", "3"]


def test_the_thread_ends_when_nobody_listens_and_starts_again() -> None:
    """No thread of its own is left behind, and the next listener is served."""
    by = pulse()
    for _ in range(2):
        asyncio.run(first(1, numbered(1), by=by))
        assert any(_rests() for _ in range(50)), "it goes on for nobody"


def _rests() -> bool:
    time.sleep(0.1)
    return not [one for one in threading.enumerate() if one.name == "pulse"]


def test_a_database_that_is_away_is_not_the_end_of_the_pulse() -> None:
    """It asks again, and tells when something moved."""
    answers = iter([OperationalError("away"), OperationalError("away")])

    def ends(_: object) -> dict[str, int]:
        fault = next(answers, None)
        if fault:
            raise fault
        return {"mine": next(numbers)}

    numbers = iter(range(1, 1000))
    assert asyncio.run(told_after(pulse(ends, look_every=60.0), lambda: None, 5.0))


def test_a_database_that_fails_under_a_look_ends_every_stream_and_not_the_thread() -> None:
    """Each page is told by the end of its stream; whoever asks again is served."""
    fails = [True]

    def all_fail(asks: Sequence[tuple[Look, str]]) -> Sequence[News]:
        if fails:
            raise OperationalError("away")
        return looks(asks)

    async def both() -> Any:
        by: Pulse[Look] = Pulse(all_fail, **QUICK)
        ended = await asyncio.gather(
            *(first(1, numbered(1), by=by) for _ in range(2)), return_exceptions=True
        )
        fails.clear()
        return ended, await first(1, numbered(1), by=by)

    ended, served = asyncio.run(both())
    assert [type(fault) for fault in ended] == [OperationalError] * 2
    assert served[0].id == "1"


def test_a_beat_means_that_the_database_answered() -> None:
    """Where it does not, the stream ends instead of saying that all is well."""

    def said() -> Any:
        raise OperationalError("away")

    with pytest.raises(OperationalError):
        asyncio.run(first(1, numbered(0), by=pulse(said=said)))


def test_an_event_as_the_browser_reads_it() -> None:
    """Id, kind, one line of JSON; line breaks inside the text cannot end the event early."""
    sent = sse(Event("4-2", "event", {"note": "first\nsecond\n\nid: 9", "who": "Zoë"}))
    assert (
        sent == 'id: 4-2\nevent: event\ndata: {"note":"first\\nsecond\\n\\nid: 9","who":"Zoë"}\n\n'.encode()
    )
    assert sse(Event("", "beat", {})) == b"event: beat\ndata: {}\n\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_a_round_lets_its_database_connection_go(fails: bool) -> None:
    """The thread outlives every request, so a connection it opened ends with the round, come what may."""
    opened: list[Any] = []

    def look(_: str) -> Sequence[Event]:
        connection.ensure_connection()
        opened.append(connections["default"])
        if fails:
            raise LookupError("gone")
        return numbered(1)("")

    asyncio.run(_ended(look))
    assert any(opened[0].connection is None or time.sleep(0.05) for _ in range(50))


async def _ended(look: Look) -> None:
    try:
        await first(1, look)
    except LookupError:
        return
