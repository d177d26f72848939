"""The scores of a person, scale by scale: the latest with its word, its change, and what to keep in mind."""

from dataclasses import dataclass

from openkap.clinical.change import Followed, followed
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.screening import Score
from openkap.clinical.instruments import Instrument
from openkap.clinical.protocol import Protocol
from openkap.web import words
from openkap.web.door import link


@dataclass(frozen=True, slots=True)
class Row:
    """One scale as it stands: `latest` and the `earlier` ones, newest first."""

    title: str
    measures: str
    assumed: tuple[str, ...]
    latest: "Line"
    earlier: tuple["Line", ...]
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    day: str
    total: str  # "12 of 27"; "" for a triage
    word: str
    by: str
    change: str
    parts: tuple[str, ...]
    pattern: str
    notes: tuple[str, ...]


def rows(chart: Chart, protocol: Protocol) -> list[Row]:
    """Every scale on file, the one scored last first."""
    told = [(scale, told) for scale in protocol.instruments.values() if (told := of(chart, scale))]
    told.sort(key=lambda pair: pair[1][-1].at, reverse=True)
    return [_row(scale, points, chart) for scale, points in told]


def of(chart: Chart, scale: Instrument) -> tuple[Followed, ...]:
    """The scores of one scale, oldest first."""
    doses = [entry.effective_at for entry in chart.all(DoseGiven)]
    entries = [entry for entry in chart.all(Score) if entry.fact.instrument == scale.id]
    return followed(scale, entries, doses, chart.person.sex)


def _row(scale: Instrument, points: tuple[Followed, ...], chart: Chart) -> Row:
    lines = [line(scale, point) for point in reversed(points)]
    chart_id = chart.subject.partition(":")[2]
    return Row(
        scale.title,
        scale.measures,
        assumed(scale),
        lines[0],
        tuple(lines[1:]),
        link("score", chart=chart_id, instrument=scale.id),
    )


def assumed(scale: Instrument) -> tuple[str, ...]:
    """The parts of a scale that nobody published, or that were recalled: said wherever they speak."""
    parts = {"bands": scale.bands, "meaningful_change": scale.meaningful_change is not None}
    return tuple(
        words.name(part) for part, there in parts.items() if there and scale.basis_for(part) == "assumed"
    )


def line(scale: Instrument, point: Followed) -> Line:
    """One score in words."""
    highest = f" of {scale.highest}" if scale.highest is not None else ""
    level = point.scored.level
    return Line(
        day=words.day(point.at),
        total="" if scale.how == "triage" else f"{point.scored.total}{highest}",
        word=f"{level.word.capitalize()}: {level.says[:1].lower()}{level.says[1:]}"
        if level
        else point.scored.word,
        by=_by(point.by),
        change=change(scale, point),
        parts=tuple(f"{part.title}: {part.total} of {part.highest}" for part in point.scored.parts),
        pattern=point.scored.pattern,
        notes=tuple(f"{note[:1].upper()}{note[1:]}." for note in point.notes),
    )


def change(scale: Instrument, point: Followed) -> str:
    """How the total moved since the baseline, and whether by as much as the scale calls meaningful."""
    if point.change is None:
        return "The baseline." if point.is_baseline and scale.how != "triage" else ""
    if not point.change:
        return "The same as at the baseline."
    way = "Higher" if point.change > 0 else "Lower"
    said = f"{way} by {abs(point.change)} than at the baseline"
    if point.better is not None:
        said += f", which is {'better' if point.better else 'worse'}"
    if point.counts is None:
        return f"{said}. What change counts is not known here."
    size = "a meaningful change" if point.counts else "less than a meaningful change"
    return f"{said}: {size} on this scale ({scale.meaningful_change})."


def _by(by: str) -> str:
    return {"patient": "the patient", "record": "an imported record"}.get(by, words.role(by))
