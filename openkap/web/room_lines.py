"""What happened in a visit, line by line: late entries with both times, first values struck through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry, kind_of
from openkap.clinical.entries.drug import DosePrepared
from openkap.clinical.entries.room import Corrected
from openkap.clinical.protocol import Protocol
from openkap.records.corrections import may_correct, may_take_out
from openkap.records.policy import Principal
from openkap.web.sentences import QUIET, sentence

SAME_MOMENT = timedelta(minutes=1)
HIDDEN_SUM = "Dose worked out by a colleague"


@dataclass(frozen=True, slots=True)
class Was:
    """What an entry said before it was corrected, and why it does not stand."""

    says: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened in the visit, as a sentence; `says` is "" when it was taken out."""

    at: datetime
    says: str
    minute: str = ""
    recorded: datetime | None = None  # when it was written, if that was later
    was: tuple[Was, ...] = ()
    entry: str = ""  # the id it can be corrected under, "" when this person may not
    author: str = ""
    undo: bool = False  # this person may take it out whole


def happened(
    chart: Chart, visit: Visit, protocol: Protocol, who: Principal, *, blind: bool = False
) -> list[Line]:
    """Everything charted in a visit as sentences, newest first. `blind`: `who` has to find the sum alone."""
    story = _Story(chart, visit, protocol, who, blind=blind)
    return [story.line(entry) for entry in sorted(story.told(), key=story.when, reverse=True)]


def newest_written(lines: list[Line]) -> list[Line]:
    """The same lines, what was written last in front: a late entry is what somebody has just done."""
    return sorted(lines, key=lambda line: line.recorded or line.at, reverse=True)


def minute_of(visit: Visit, at: datetime) -> str:
    """ "minute 23" since the dose; "" before it."""
    if visit.dose_at is None or at < visit.dose_at:
        return ""
    return f"minute {int((at - visit.dose_at).total_seconds() // 60)}"


class _Story:
    def __init__(
        self, chart: Chart, visit: Visit, protocol: Protocol, who: Principal, *, blind: bool
    ) -> None:
        self.chart, self.visit, self.protocol, self.who, self.blind = chart, visit, protocol, who, blind
        self.by_id: dict[UUID, Entry] = {entry.id: entry for entry in chart.entries}
        self.why = {fact.entry: fact.reason for fact in chart.facts(Corrected)}

    def told(self) -> Iterator[Entry]:
        for kind, group in self.chart.by_kind.items():
            if kind in QUIET:
                continue
            for entry in group:
                stands = not isinstance(entry.fact, Corrected) or entry.fact.void
                if stands and getattr(entry.fact, "visit", "") == self.visit.id:
                    yield entry

    def when(self, entry: Entry) -> tuple[datetime, int]:
        """What was taken out stays where it stood."""
        void = isinstance(entry.fact, Corrected) and entry.supersedes
        shown = self.by_id[entry.supersedes] if void and entry.supersedes else entry
        return shown.effective_at, shown.seq

    def line(self, entry: Entry) -> Line:
        void, at = isinstance(entry.fact, Corrected), self.when(entry)[0]
        kind, late = kind_of(entry.fact), entry.recorded_at - entry.effective_at >= SAME_MOMENT
        mine = not void and may_correct(self.who, kind, entry.author)
        return Line(
            at,
            "" if void else self._says(entry),
            minute_of(self.visit, at),
            entry.recorded_at if late and not void else None,
            tuple(self._before(entry)),
            str(entry.id) if mine else "",
            entry.author,
            mine and may_take_out(self.who, kind, entry.author),
        )

    def _says(self, entry: Entry) -> str:
        return (
            HIDDEN_SUM
            if self.blind and isinstance(entry.fact, DosePrepared)
            else sentence(entry, self.protocol)
        )

    def _before(self, entry: Entry) -> Iterator[Was]:
        """The versions this one replaced, newest first."""
        while entry.supersedes in self.by_id:
            entry = self.by_id[entry.supersedes]
            yield Was(sentence(entry, self.protocol), entry.effective_at, self.why.get(str(entry.id), ""))
