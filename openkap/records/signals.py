"""Messages between the two browsers of a call: passed on, and forgotten after minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openkap.records.models import SignalRow

KEPT = timedelta(minutes=2)
CLINIC, HOME = SIDES = ("clinic", "home")


@dataclass(frozen=True, slots=True)
class Call:
    """The call of one visit by one link: whoever holds another link hears nothing of it."""

    chart: UUID
    visit: str
    link_sha256: str


def put(call: Call, side: str, body: str, at: datetime) -> None:
    """Pass a message on to the other side; what is old is forgotten by the way."""
    SignalRow.objects.filter(sent_at__lt=at - KEPT).delete()
    SignalRow.objects.create(
        chart=call.chart, visit=call.visit, link_sha256=call.link_sha256, side=side, body=body, sent_at=at
    )


def last() -> int:
    """The number of the newest message of anybody; 0 when there is none."""
    return SignalRow.objects.order_by("-id").values_list("id", flat=True).first() or 0


def to(side: str, call: Call, after: int) -> Sequence[tuple[int, str]]:
    """What the other side sent in this call after a number: (number, message), oldest first."""
    rows = SignalRow.objects.filter(
        chart=call.chart, visit=call.visit, link_sha256=call.link_sha256, id__gt=after
    )
    return list(rows.exclude(side=side).order_by("id").values_list("id", "body"))
