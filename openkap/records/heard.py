"""When each device was last heard: a light in the room, not a record, so not written with every message."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from openkap.records.models import HeardRow

WRITTEN_EVERY = timedelta(seconds=2)


class _Lately:
    """What was heard in this process and is not written yet."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[datetime, bool]] = {}
        self._turned_away: Counter[str] = Counter()
        self._lock = Lock()

    def due(self, device: str, at: datetime, *, away: bool) -> int | None:
        """How many were turned away since it was last written, or None while that was a moment ago."""
        with self._lock:
            self._turned_away[device] += away
            written = self._written.get(device)
            if written and written[1] == away and written[0] <= at < written[0] + WRITTEN_EVERY:
                return None
            self._written[device] = (at, away)
            return self._turned_away.pop(device, 0)


_LATELY = _Lately()


def note(device: str, at: datetime, *, sent_at: datetime | None = None, turned_away: str = "") -> None:
    """The device spoke: what its clock said, and why it was turned away, if it was."""
    more = _LATELY.due(device, at, away=bool(turned_away))
    if more is None:
        return
    row, _ = HeardRow.objects.get_or_create(device=device, defaults={"at": at})
    row.at, row.why = at, turned_away
    if sent_at:
        row.skew_ms = round((at - sent_at).total_seconds() * 1000)
    row.turned_away += more
    row.save()


def of(devices: Iterable[str]) -> dict[str, HeardRow]:
    """When each of these devices was last heard."""
    return HeardRow.objects.in_bulk(list(devices))
