"""The devices bound to a visit as the room shows them: heard when, and how far their clocks are from ours.

These are lights about the connection. What a device measures is never compared with a clinical limit here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from openkap.clinical.chart import Chart
from openkap.clinical.devices import bound
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.protocol.doors import doors
from openkap.records import heard
from openkap.records.models import HeardRow


@dataclass(frozen=True, slots=True)
class Sending:
    """One bound device. `state`: "heard", "silent" or "waiting"; `clock`: what is wrong with its clock."""

    device: str
    name: str
    since: datetime
    state: str
    at: datetime | None = None
    clock: str = ""
    silent_after_s: int = 0


def sending(chart: Chart, visit: str, protocol: Protocol, at: datetime) -> list[Sending]:
    """Every device bound to the visit, in the order bound."""
    here = [binding for binding in bound(chart) if binding.visit == visit]
    lights = heard.of(binding.device for binding in here)
    fresh = protocol.span("device-reading-fresh")
    found = []
    for binding in here:
        row = lights.get(binding.device)
        row = row if row and row.at >= binding.since else None
        state = "waiting" if row is None else "silent" if at - row.at > fresh else "heard"
        found.append(
            Sending(
                device=binding.device,
                name=binding.name,
                since=binding.since,
                state=state,
                at=row.at if row else None,
                clock=clock_words(row) if row else "",
                silent_after_s=int(fresh.total_seconds()),
            )
        )
    return found


def clock_words(row: HeardRow) -> str:
    """What is wrong with a device's clock, "" while it is within what doors.toml allows."""
    limits = doors()
    if row.skew_ms is None:
        return "It sends no time of its own"
    off = timedelta(milliseconds=abs(row.skew_ms))
    if off <= limits.warns:
        return ""
    side = "behind" if row.skew_ms > 0 else "ahead"
    size = f"{int(off.total_seconds())} s" if off < timedelta(minutes=2) else in_words(off)
    if off > limits.live_within:
        return f"Its clock is {size} {side}: its values are kept and not shown as live. Set its clock"
    return f"Its clock is {size} {side}. Set it"
