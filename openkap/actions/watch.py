"""What is new in one visit, for a page that stays open: entries, device readings, and the phase."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from openkap.actions.alert_engine import silent_for
from openkap.clinical.chart import Chart
from openkap.clinical.dosing import visits
from openkap.clinical.entries import Entry, kind_of, to_body
from openkap.clinical.moments import in_words
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.live import Event, News, Pulse
from openkap.protocol.doors import doors
from openkap.records import ledger, read, rooms
from openkap.records.in_force import in_force
from openkap.records.models import Reading
from openkap.records.policy import NotFound, Principal
from openkap.records.readings import subject

NAMES = {"vital-signs": "vitals", "observed": "event"}
"""Kind of entry → kind of event; every other entry of the visit is an "entry"."""

PHASE_EVERY_SECONDS = 5


def engine() -> dict[str, float | None]:
    """How long ago alerts were last evaluated, so that a screen sees when they are not."""
    return {"engine_s": silent_for()}


def follow(who: Principal, chart_id: str, visit: str, after: str = "") -> AsyncIterator[Sequence[Event]]:
    """Everything of the visit after `after` (a Last-Event-ID), then everything new; a "beat" every second.

    An id is "<number of the entry>-<number of the reading>". NotFound: the chart is not open to `who`.
    """
    watch = Watch(who, UUID(chart_id), visit)
    return _PULSE.follow(watch, after, ledgers={watch.chart_ledger, subject(watch.chart_id, visit)})


@dataclass
class Watch:
    """One listener of one visit."""

    who: Principal
    chart_id: UUID
    visit: str
    phase: str = field(default="", init=False)
    looked_at: datetime | None = field(default=None, init=False)

    @property
    def chart_ledger(self) -> str:
        return f"chart:{self.chart_id}"

    def asked(self, after: str) -> rooms.Asked:
        return rooms.Asked(self.who, self.chart_id, self.visit, position(after)[1])

    def events(self, after: str, chart: Chart, readings: Sequence[Reading]) -> list[Event]:
        """What is new since the id `after`."""
        seq, number = position(after)
        events = list(self._entries(chart, seq, number))
        written = bool(events)
        seq = max(seq, chart.seq)
        for reading in readings:
            events.append(Event(f"{seq}-{reading.number}", "reading", _reading(reading)))
            number = reading.number
        events += self._moved(chart, f"{seq}-{number}", news=written)
        return events

    def _entries(self, chart: Chart, seq: int, number: int) -> Iterator[Event]:
        for entry in chart.entries[seq:]:
            if getattr(entry.fact, "visit", None) == self.visit:
                yield Event(f"{entry.seq}-{number}", NAMES.get(kind_of(entry.fact), "entry"), _entry(entry))

    def _moved(self, chart: Chart, place: str, *, news: bool) -> Iterator[Event]:
        """The phase, when it changed: by an entry, or by the clock alone."""
        now = datetime.now(UTC)
        rested = self.looked_at is not None and (now - self.looked_at).total_seconds() < PHASE_EVERY_SECONDS
        if rested and not news:
            return
        self.looked_at = now
        for visit in visits(chart, in_force(chart.person.clinic), now):
            if visit.id == self.visit and visit.phase != self.phase:
                self.phase = visit.phase
                yield Event(place, "phase", {"phase": visit.phase, "at": now.isoformat()})


def look_each(asks: Sequence[tuple[Watch, str]]) -> list[News]:
    """One look for each listener and its last id: all together, and one that may not look fails alone."""
    barred = {id(watch) for watch, _ in asks if watch.looked_at is None and not _first(watch)}
    found = rooms.news([watch.asked(after) for watch, after in asks])
    return [
        NotFound() if id(watch) in barred or news is None else watch.events(after, *news)
        for (watch, after), news in zip(asks, found, strict=True)
    ]


def _first(watch: Watch) -> bool:
    """The look that is logged: whether the visit is open to who watches."""
    try:
        read.chart(watch.who, str(watch.chart_id), permission="visit.read")
    except NotFound:
        return False
    return True


_PULSE = Pulse(look_each, ledger.ends, engine)


def position(after: str) -> tuple[int, int]:
    """The two numbers of an id; the beginning for "". BadInput when somebody made one up."""
    seq, _, number = (after or "0-0").partition("-")
    if not (_is_count(seq) and _is_count(number)):
        raise BadInput("Last-Event-ID", f"{after[:40]!r} is not one of ours", "Open the page again")
    return int(seq), int(number)


def _is_count(text: str) -> bool:
    """Digits that a database column can hold."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def _entry(entry: Entry) -> dict[str, object]:
    late = entry.recorded_at - entry.effective_at
    return {
        **to_body(entry.fact),
        "id": str(entry.id),
        "kind": kind_of(entry.fact),
        "at": entry.effective_at.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "late": in_words(late) if late.total_seconds() >= 60 else "",
    }


def _reading(reading: Reading) -> dict[str, object]:
    return {
        "signal": reading.signal,
        "value": plain(Decimal(reading.thousandths) / 1000),
        "unit": reading.unit,
        "at": reading.device_at.isoformat(),
        "received_at": reading.received_at.isoformat(),
        "source": reading.source,
        "live": abs(reading.received_at - reading.device_at) <= doors().live_within,
    }
