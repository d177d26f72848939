"""One visit on paper: who, what was asked and answered, the dose with its sum, what happened, how it ended.

Made from the entries alone, with what was corrected and what was written late, each with both times.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo

from openkap.clinical import recovery
from openkap.clinical.answers import Visit
from openkap.clinical.balance import balance, off
from openkap.clinical.case import Case, times
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry, kind_of
from openkap.clinical.entries.dosing import VisitBooked, VitalSigns
from openkap.clinical.entries.office import Allowed
from openkap.clinical.entries.preparation import Consented
from openkap.clinical.entries.screening import Allergy
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.reports.drawing import Drawing
from openkap.reports.session_trend import trend
from openkap.reports.typeset import typeset

MMHG, MM = "mm[Hg]", "mmHg"
"""A unit as it is coded, and as it is read."""
LATE = timedelta(minutes=1)
"""What was written this long after it happened says both times."""
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Before the dose", ("arrived", "checked", "weighed", "override", "seconded")),
    ("Order and doses", ("dose-", "rate-", "infusion-", "site-", "hold-", "device-used")),
    ("Adverse events and rescue", ("adverse", "rescue")),
    ("Alerts", ("alert",)),
    ("The drug", ("drug-", "waste-", "variance-")),
    ("Going home", ("discharge", "ready-to-leave", "visit-closed", "visit-stopped", "rems-")),
)
"""Title → how the kinds begin that stand under it; everything else of the visit is what happened."""
HAPPENED = "What happened"
APART = ("vital-signs", "readings-sealed", "visit-booked", "allowed", "refused")
"""Kinds with a place of their own."""
ELSEWHERE = ("integration-",)
"""How kinds begin that belong to the therapy after the visit, not to this sheet."""


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    says: str
    by: str
    note: str = ""  # written late, or what it corrects


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    says: tuple[str, ...]  # sums and sentences that are no entry
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    title: str
    clinic: str
    synthetic: bool
    who: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    vitals: tuple[tuple[str, ...], ...]
    figure: Drawing | None
    figure_says: str
    made: str  # when, and from which entries


@dataclass(frozen=True, slots=True)
class Reader:
    """How entries are told: a sentence, the name of who wrote it, the clinic's own clock."""

    sentence: Callable[[Entry], str]
    name: Callable[[str], str]
    zone: tzinfo
    clinic: str
    head: str  # hash the ledger of the chart ends with

    def clock(self, at: datetime, day: datetime) -> str:
        """ "10:05"; "00:10, 20 May" on another day, and with the year in another one."""
        there, then = at.astimezone(self.zone), day.astimezone(self.zone)
        if there.date() == then.date():
            return f"{there:%H:%M}"
        year = "" if there.year == then.year else f" {there.year}"
        return f"{there:%H:%M}, {there.day} {there:%b}{year}"

    def moment(self, at: datetime) -> str:
        there = at.astimezone(self.zone)
        return f"{there.day} {there:%B %Y}, {there:%H:%M}"


def session_record(
    chart: Chart, visit: Visit, protocol: Protocol, at: datetime, reader: Reader
) -> SessionRecord:
    """The record of one visit as known at `at`."""
    entries = [e for e in chart.entries if getattr(e.fact, "visit", "") == visit.id and e.recorded_at <= at]
    corrected = {e.supersedes: e for e in chart.entries if e.supersedes}
    standing = [e for e in entries if e.id not in corrected]
    lines = {title: _lines(standing, title, entries, visit, reader) for title in _titles()}
    signs = [e for e in standing if isinstance(e.fact, VitalSigns)]
    first, last = chart.entries[0].seq, chart.seq
    return SessionRecord(
        title=f"Record of visit {visit.number}, {reader.moment(visit.starts_at)}",
        clinic=reader.clinic,
        synthetic=chart.person.synthetic,
        who=_who(chart, visit, protocol, reader),
        parts=tuple(part for part in _parts(lines, chart, visit, protocol, at, reader) if part),
        vitals=tuple(_row(e, visit, reader) for e in sorted(signs, key=_order)),
        figure=trend(signs, visit, reader.zone),
        figure_says="Charted blood pressure, pulse and oxygen; a tick for each dose. Nothing is smoothed.",
        made=f"Made {reader.moment(at)} from entries {first} to {last}, head {reader.head[:16]}",
    )


def as_pdf(record: SessionRecord, *, made: datetime) -> bytes:
    """One visit to print, tagged for a screen reader. `made` is aware."""
    return typeset("session_record", json.dumps(asdict(record), ensure_ascii=False), made=made)


def _titles() -> tuple[str, ...]:
    return (*(title for title, _ in PARTS), HAPPENED)


def _who(chart: Chart, visit: Visit, protocol: Protocol, reader: Reader) -> tuple[tuple[str, str], ...]:
    person = chart.person
    route = protocol.routes.get(visit.route)
    allergies = [fact.text for fact in chart.facts(Allergy) if fact.status == "active"]
    consents = [
        f"{e.fact.document.replace('-', ' ')} {e.fact.version}, signed by {e.fact.signed_name} "
        f"{reader.moment(e.effective_at)}"
        for e in chart.all(Consented)
        if visit.first_dose_at is None or e.effective_at <= visit.first_dose_at
    ]
    born = person.birth_date
    return (
        ("Patient", f"{person.given_name} {person.family_name}"),
        ("Born", f"{born.day} {born:%B %Y}"),
        ("Allergies", ", ".join(dict.fromkeys(allergies)) or "none on record"),
        ("Route", route.title if route else visit.route),
        ("Room", visit.room),
        ("Phase", visit.phase),
        ("Consent", "; ".join(consents) or "none on record"),
    )


def _parts(
    lines: Mapping[str, tuple[Line, ...]],
    chart: Chart,
    visit: Visit,
    protocol: Protocol,
    at: datetime,
    reader: Reader,
) -> Iterable[Part | None]:
    case = Case(chart, protocol, at, visit.id)
    drug = balance(chart, visit, protocol, at)
    extra = {
        "Before the dose": _gate(chart, visit),
        "Order and doses": (f"{plain(visit.given_mg)} mg given in all",) if visit.given_mg else (),
        "The drug": (drug.line + (": not settled" if off(drug, protocol) else ""),) if drug.draws else (),
        "Going home": _recovery(case, reader),
    }
    for title in _titles():
        says = extra.get(title, ())
        yield Part(title, says, lines[title]) if says or lines[title] else None
    yield _signatures(chart, visit, at, reader)


def _gate(chart: Chart, visit: Visit) -> tuple[str, ...]:
    """What the gate looked at when the first dose was let pass."""
    first = visit.first_dose_at
    passed = [e for e in chart.all(Allowed) if e.fact.action == "start-dose" and first == e.effective_at]
    if not passed:
        return ()
    fact = passed[0].fact
    values = "; ".join(f"{one.what}: {one.value.replace(MMHG, MM)}" for one in fact.measured)
    return (
        f"{len(fact.rules)} rules let the dose pass (protocol {fact.protocol[:12]}). Looked at: {values}",
    )


def _recovery(case: Case, reader: Reader) -> tuple[str, ...]:
    found = recovery.score(case)
    said = [one.line for one in recovery.compared(case)]
    if found is not None:
        title = case.protocol.instruments[found.fact.instrument].title
        said.insert(0, f"{title} {found.fact.total} of 10 at {reader.clock(found.effective_at, case.at)}")
    return tuple(said)


def _lines(
    standing: list[Entry], title: str, entries: list[Entry], visit: Visit, reader: Reader
) -> tuple[Line, ...]:
    by_id = {e.id: e for e in entries}
    of_part = [e for e in standing if _title(e) == title]
    return tuple(
        _line(e, by_id.get(e.supersedes) if e.supersedes else None, visit, reader)
        for e in sorted(of_part, key=_order)
    )


def _title(entry: Entry) -> str:
    kind = kind_of(entry.fact)
    if kind.startswith(ELSEWHERE) or (kind in APART and entry.supersedes is None):
        return ""
    return next((title for title, begins in PARTS if kind.startswith(begins)), HAPPENED)


def _line(entry: Entry, before: Entry | None, visit: Visit, reader: Reader) -> Line:
    notes = []
    if entry.recorded_at - entry.effective_at >= LATE:
        late = in_words(entry.recorded_at - entry.effective_at)
        notes.append(f"written {late} later, at {reader.clock(entry.recorded_at, visit.starts_at)}")
    if before is not None:
        was = reader.clock(before.recorded_at, visit.starts_at)
        notes.append(f"corrects what {reader.name(before.author)} wrote at {was}: {reader.sentence(before)}")
    return Line(
        reader.clock(entry.effective_at, visit.starts_at),
        reader.sentence(entry),
        reader.name(entry.author),
        "; ".join(notes),
    )


def _row(entry: Entry, visit: Visit, reader: Reader) -> tuple[str, ...]:
    fact = entry.fact
    pressure = f"{plain(fact.systolic)}/{plain(fact.diastolic)}" if fact.systolic else ""
    first = visit.first_dose_at
    minute = str(int((entry.effective_at - first).total_seconds() // 60)) if first else ""
    numbers = ("" if v is None else plain(v) for v in (fact.heart_rate, fact.spo2))
    sedation = "" if fact.sedation is None else str(fact.sedation)
    late = entry.recorded_at - entry.effective_at >= LATE
    when = reader.clock(entry.effective_at, visit.starts_at) + (" (late)" if late else "")
    return (when, minute, pressure, *numbers, sedation, reader.name(entry.author))


def _signatures(chart: Chart, visit: Visit, at: datetime, reader: Reader) -> Part:
    """Who wrote in this visit, and how much."""
    written: dict[str, int] = {}
    for entry in chart.entries:
        of_visit = getattr(entry.fact, "visit", "") == visit.id and not isinstance(entry.fact, VisitBooked)
        if of_visit and entry.recorded_at <= at:
            written[entry.author] = written.get(entry.author, 0) + 1
    says = (f"{reader.name(author)}: {times(count, 'line')}" for author, count in written.items())
    return Part("Signed by", tuple(says), ())


def _order(entry: Entry) -> tuple[datetime, int]:
    return entry.effective_at, entry.seq
