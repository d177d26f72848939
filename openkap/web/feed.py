"""Device readings for the room: the last of each minute, read once and added to as more arrive.

A long visit has tens of thousands of readings, and its page is drawn again with every entry.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import Lock

from openkap.clinical.quantity import plain
from openkap.protocol.doors import doors
from openkap.records import read
from openkap.records.models import Reading
from openkap.records.policy import Principal
from openkap.web.vitals import Point

VISITS_KEPT = 64


@dataclass
class Feed:
    """What is kept of one visit: how far it was read, and the last point of each signal in each minute."""

    number: int = 0
    points: dict[tuple[str, datetime], Point] = field(default_factory=dict)

    def add(self, rows: list[Reading]) -> None:
        """Take in readings in the order received. A late one never replaces a later one of its minute."""
        for row in rows:
            key = row.signal, row.device_at.replace(second=0, microsecond=0)
            held = self.points.get(key)
            if held is None or held.at <= row.device_at:
                shown = plain(Decimal(row.thousandths).scaleb(-3))
                live = abs(row.received_at - row.device_at) <= doors().live_within
                self.points[key] = Point(
                    row.signal, row.device_at, shown, device=True, source=row.source, live=live
                )
            self.number = max(self.number, row.number)


_feeds: OrderedDict[tuple[str, str], Feed] = OrderedDict()
_lock = Lock()


def of_visit(who: Principal, chart: str, visit: str) -> tuple[list[Point], int]:
    """The points of a visit and the number of its last reading. Raises NotFound as the read itself does."""
    with _lock:
        feed = _feeds.setdefault((chart, visit), Feed())
        _feeds.move_to_end((chart, visit))
        if len(_feeds) > VISITS_KEPT:
            _feeds.popitem(last=False)
        after = feed.number
    new = read.readings(who, chart, visit, after)
    with _lock:
        feed.add(new)
        return list(feed.points.values()), feed.number
