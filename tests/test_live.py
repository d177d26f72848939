"""The pump behind every live page: what is new, in order, once, and a beat in silence."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, connections

from openkap.live import Event, follow, sse


async def first(
    count: int, look: Callable[[str], Sequence[Event]], after: str = "", **pace: float
) -> list[Event]:
    found: list[Event] = []
    async for event in follow(look, after, **{"every": 0.001, "beat": 60.0} | pace):
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
