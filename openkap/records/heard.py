"""When each device was last heard: a light in the room, not a record, so not written with every message."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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

    def due(self, spoke: "Spoke") -> int | None:
        """How many were turned away since it was last written, or None while that was a moment ago."""
        device, at, away = spoke.device, spoke.at, bool(spoke.turned_away)
        with self._lock:
            self._turned_away[device] += away
            written = self._written.get(device)
            if written and written[1] == away and written[0] <= at < written[0] + WRITTEN_EVERY:
                return None
            self._written[device] = (at, away)
            return self._turned_away.pop(device, 0)


_LATELY = _Lately()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """A device spoke: what its clock said, and why it was turned away, if it was."""

    device: str
    at: datetime
    sent_at: datetime | None = None
    turned_away: str = ""


def note(spoken: Iterable[Spoke]) -> None:
    """Who spoke, in order; written at once for all of which it is due."""
    due = [(one, more) for one in spoken if (more := _LATELY.due(one)) is not None]
    if not due:
        return
    rows = of({one.device for one, _ in due})
    for one, more in due:
        row = rows.setdefault(one.device, HeardRow(device=one.device))
        row.at, row.why = one.at, one.turned_away
        if one.sent_at:
            row.skew_ms = round((one.at - one.sent_at).total_seconds() * 1000)
        row.turned_away += more
    HeardRow.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["device"],
        update_fields=["at", "skew_ms", "turned_away", "why"],
    )


def of(devices: Iterable[str]) -> dict[str, HeardRow]:
    """When each of these devices was last heard."""
    return HeardRow.objects.in_bulk(list(devices))
