"""The live stream: for whoever may watch this visit, never buffered, never guessed at."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from django.test import Client

from openkap.live import Event
from openkap.web import stream as stream_view
from tests.web.course import Course

Role = Callable[[str], Client]


@pytest.fixture
def stream(course: Course) -> str:
    """The address of the stream of a visit that is booked."""
    course.cleared().prepared().booked()
    return f"/charts/{course.chart}/visits/{course.visit}/stream/"


def test_nothing_between_holds_events_back(stream: str, as_role: Role) -> None:
    """Server-sent events, not stored, not compressed, not buffered by a proxy."""
    response = as_role("monitor").get(stream)
    assert response["Content-Type"] == "text/event-stream"
    assert response["X-Accel-Buffering"] == "no"
    assert "no-transform" in response["Cache-Control"]
    assert "Content-Encoding" not in response


@pytest.mark.parametrize("role", ["manager"])
def test_whoever_may_not_watch_finds_nothing(stream: str, as_role: Role, role: str) -> None:
    """Forbidden and absent are the same page."""
    assert as_role(role).get(stream).status_code == 404
    assert as_role("monitor").get(stream.replace("/stream", "x/stream")).status_code == 404


@pytest.mark.parametrize("after", ["x", "1", "1-2-3", "-1-0", "9" * 50 + "-x", "１-0"])
def test_a_made_up_position_is_refused_before_the_stream_begins(
    stream: str, as_role: Role, after: str
) -> None:
    """A sentence and 400; not a stream that dies halfway."""
    assert as_role("monitor").get(stream, {"after": after}).status_code == 400
    assert as_role("monitor").get(stream, headers={"Last-Event-ID": after}).status_code == 400


@pytest.mark.parametrize("after", ["", "0-0", "41-1200"])
def test_a_real_position_is_taken(stream: str, as_role: Role, after: str) -> None:
    """The pair of the test above."""
    assert as_role("monitor").get(stream, {"after": after}).status_code == 200


MEANT, CUT_OFF = b"retry: 100\n\n", b"retry: 1000\n\n"


def test_a_stream_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time the tab has to ask again, at once, so that whoever was signed out stops watching."""
    monkeypatch.setattr(stream_view, "LONGEST_S", 0)
    first, beat, last = asyncio.run(written(3))
    assert (first, beat[:11], last) == (CUT_OFF, b"id: 0-0\neve", MEANT)


def test_a_stream_that_is_cut_off_is_asked_for_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser left to itself waits for three; a server that comes back is not stormed."""
    monkeypatch.setattr(stream_view, "LONGEST_S", 60)
    first, *beats = asyncio.run(written(3))
    assert first == CUT_OFF
    assert len(beats) == 3
    assert MEANT not in beats


@pytest.mark.parametrize(("share", "lets"), [(0, 1), (1, 3)])
def test_tabs_that_opened_together_do_not_return_together(
    monkeypatch: pytest.MonkeyPatch, share: float, lets: int
) -> None:
    """Each draws its own end, between half of the longest and the whole of it."""
    drawn: list[tuple[float, float]] = []
    monkeypatch.setattr(stream_view, "uniform", lambda *bounds: drawn.append(bounds) or share)
    assert len([chunk for chunk in asyncio.run(written(3)) if chunk.startswith(b"id: ")]) == lets
    assert drawn == [(0.5, 1)]


async def written(events: int) -> list[bytes]:
    """What the stream lets through of so many events."""

    async def told() -> AsyncIterator[Sequence[Event]]:
        for number in range(events):
            yield [Event(f"{number}-0", "beat", {})]

    return [chunk async for chunk in stream_view._written(told())]
