"""The room's live stream: server-sent events, one stream a tab, from the last id the tab has seen."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import uniform
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from openkap.actions.watch import follow, position
from openkap.live import Event, sse
from openkap.web import room_page
from openkap.web.door import needs

LONGEST_S = 300
"""After this at the latest the stream ends and the tab asks again: whoever was signed out stops watching."""
AGAIN_AFTER_MS, CUT_OFF_MS = 100, 1000
"""How long a tab waits before it asks again: after an end that was meant, and after any other."""


@needs("visit.read")
def stream(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Readings, entries and a heartbeat as text/event-stream, until the tab goes away.

    Starts after `Last-Event-ID`, else after `?after=`, else from the beginning.
    """
    room_page.must_see(request, chart, visit)
    after = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    position(after)  # a made-up one is refused now, not in the middle of the stream
    return streamed(follow(request.principal, str(chart), visit, after))


def streamed(events: AsyncIterator[Sequence[Event]]) -> StreamingHttpResponse:
    """Events as text/event-stream that nothing between holds back."""
    response = StreamingHttpResponse(_written(events), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


async def _written(news: AsyncIterator[Sequence[Event]]) -> AsyncIterator[bytes]:
    """Ends in the second half of its longest: tabs that were opened together do not return together."""
    clock = asyncio.get_running_loop().time
    ends_at = clock() + LONGEST_S * uniform(0.5, 1)
    yield wait(CUT_OFF_MS)
    async for events in news:
        yield b"".join(map(sse, events))
        if clock() >= ends_at:
            yield wait(AGAIN_AFTER_MS)
            return


def wait(milliseconds: int) -> bytes:
    """The words that tell a browser how long to wait; left to itself, it would wait for three seconds."""
    return f"retry: {milliseconds}\n\n".encode()
