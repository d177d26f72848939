"""Figures as plain shapes for a template: scores over time with a thin tick for every dose.

Direct labels instead of a legend, a sentence above, a table behind. Drawn twice, for a desk and for a phone,
so that text keeps its size. Nothing is smoothed: lines join the scores that were given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from openkap.clinical.answers import ScorePoint
from openkap.clinical.instruments import Instrument
from openkap.reports.drawing import Drawing, Text
from openkap.web import words
from openkap.web.timeline import marks

BEFORE = timedelta(days=180)
"""How far before the first dose the picture reaches; older scores stand in the table."""
SHORTEST = timedelta(days=28)
SIZES = (("f-desk", 808, 288, 132), ("f-phone", 346, 264, 74))
"""(css class, width, height, room for the labels at the end of the lines), in pixels."""
LEFT, TOP, FOOT = 30, 14, 54
LABEL_APART, LABEL_LINE = 32, 15


@dataclass(frozen=True, slots=True)
class Figure:
    says: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # newest first


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where a moment and a score fall on the paper."""

    start: datetime
    end: datetime
    width: float
    floor: float
    highest: int

    def x(self, at: datetime) -> float:
        return round(LEFT + self.width * ((at - self.start) / (self.end - self.start)), 1)

    def y(self, total: float) -> float:
        return round(self.floor - (self.floor - TOP) * total / self.highest, 1)


def story(
    scores: Sequence[ScorePoint],
    doses: Sequence[datetime],
    instruments: Mapping[str, Instrument],
    at: datetime,
) -> Figure | None:
    """The course so far in one picture, or None without a score; one score alone is told, not drawn.

    Drawn are the scales a course is followed by. The others stand in the list of scores.
    """
    routine = {name: scale for name, scale in instruments.items() if scale.routine}
    instruments = dict(sorted(routine.items(), key=lambda scale: -(scale[1].highest or 0)))
    known = sorted((s for s in scores if s.instrument in instruments and s.at <= at), key=lambda s: s.at)
    if not known:
        return None
    start, end = _reach(known, doses, at)
    shown = {name: [s for s in known if s.instrument == name and s.at >= start] for name in instruments}
    shown = {name: points for name, points in shown.items() if points}
    worth = any(len(points) > 1 for points in shown.values())
    drawings = tuple(_draw(size, shown, doses, instruments, (start, end)) for size in SIZES if worth)
    return Figure(_sentences(known, doses, instruments), drawings, *_table(known, doses, instruments))


def _reach(
    scores: Sequence[ScorePoint], doses: Sequence[datetime], at: datetime
) -> tuple[datetime, datetime]:
    anchor = min(doses, default=scores[-1].at)
    start = next(s.at for s in scores if s.at >= anchor - BEFORE or s is scores[-1])
    start = min(start, anchor)
    end = max([scores[-1].at, *doses, min(at, scores[-1].at + SHORTEST)])
    return start, max(end, start + SHORTEST)


def _draw(
    size: tuple[str, int, int, int],
    shown: Mapping[str, Sequence[ScorePoint]],
    doses: Sequence[datetime],
    instruments: Mapping[str, Instrument],
    reach: tuple[datetime, datetime],
) -> Drawing:
    cls, width, height, labels = size
    drawing = Drawing(cls, width, height)
    highest = max([instruments[name].highest for name in shown], default=1)
    plot = _Plot(*reach, width - LEFT - labels, height - FOOT, highest)
    _paper(drawing, plot, [instruments[name] for name in shown])
    _doses(drawing, plot, doses, height)
    for order, points in enumerate(shown.values()):
        _line(drawing, plot, points, order)
    _ends(drawing, plot, shown, instruments)
    return drawing


def _paper(drawing: Drawing, plot: _Plot, scales: Sequence[Instrument]) -> None:
    right = LEFT + plot.width
    below = max((scale.remission_below for scale in scales), default=0)
    if below:
        drawing.bands.append((LEFT, plot.y(below), plot.width, round(plot.floor - plot.y(below), 1)))
        drawing.texts.append(Text(LEFT + 8, plot.floor - 8, f"below {below}: remission"))
    for total in (*range(0, plot.highest - 2, 5), plot.highest):
        drawing.lines.append((LEFT, plot.y(total), right, plot.y(total), "f-grid" if total else "f-axis"))
        drawing.texts.append(Text(LEFT - 8, plot.y(total) + 4, str(total), "", "end"))
    for when, says in marks(plot.start, plot.end, most=max(3, int(plot.width // 110))):
        drawing.lines.append((plot.x(when), plot.floor, plot.x(when), plot.floor + 5, "f-axis"))
        drawing.texts.append(Text(plot.x(when), plot.floor + 19, says, "", "middle"))


def _doses(drawing: Drawing, plot: _Plot, doses: Sequence[datetime], height: int) -> None:
    """A tick a dose, in a lane of its own below the dates, where it covers nothing."""
    inside = [dose for dose in doses if plot.start <= dose <= plot.end]
    for dose in inside:
        drawing.lines.append((plot.x(dose), height - 20, plot.x(dose), height - 4, "f-dose"))
    if inside:
        count = f"{len(inside)} dose{'s' if len(inside) > 1 else ''}"
        drawing.texts.append(Text(LEFT + plot.width + 10, height - 8, count, "f-end"))


def _line(drawing: Drawing, plot: _Plot, points: Sequence[ScorePoint], order: int) -> None:
    extra = " f-{}--2" if order else ""
    spots = [(plot.x(point.at), plot.y(point.total)) for point in points]
    drawing.paths.append(("M" + " L".join(f"{x} {y}" for x, y in spots), "f-line" + extra.format("line")))
    drawing.dots.extend((x, y, "f-dot" + extra.format("dot")) for x, y in spots)


def _ends(
    drawing: Drawing,
    plot: _Plot,
    shown: Mapping[str, Sequence[ScorePoint]],
    instruments: Mapping[str, Instrument],
) -> None:
    """Name and last value beside the end of each line, moved apart where they would touch."""
    ends = sorted((plot.y(points[-1].total), name, points[-1]) for name, points in shown.items())
    x = max(plot.x(last.at) for _, _, last in ends) + 12
    for y, (_, name, last) in zip(
        _apart([end[0] for end in ends], plot.floor - LABEL_LINE), ends, strict=True
    ):
        drawing.texts.append(Text(x, y, f"{instruments[name].title} {last.total}", "f-name"))
        drawing.texts.append(Text(x, y + LABEL_LINE, last.band))


def _apart(heights: Sequence[float], lowest: float) -> list[float]:
    """The heights, from the top, moved so that labels neither touch nor fall below the axis."""
    placed: list[float] = []
    for number, height in enumerate(reversed(heights)):
        below = placed[-1] - LABEL_APART if number else lowest
        placed.append(min(height, below))
    return placed[::-1]


def _sentences(
    scores: Sequence[ScorePoint], doses: Sequence[datetime], instruments: Mapping[str, Instrument]
) -> tuple[str, ...]:
    """What the figure shows, a sentence an instrument. It says what was measured, never why."""
    return tuple(
        _sentence(scale, points, doses)
        for name, scale in instruments.items()
        if (points := [score for score in scores if score.instrument == name])
    )


def _sentence(scale: Instrument, points: Sequence[ScorePoint], doses: Sequence[datetime]) -> str:
    before = [point for point in points if not doses or point.at <= min(doses)]
    first, last = (before or points)[-1 if before and doses else 0], points[-1]
    now = f"{last.total} of {scale.highest} ({last.band}) on {words.day(last.at)}"
    if first is last:
        return f"{scale.title} was {now}."
    between = sum(first.at <= dose <= last.at for dose in doses)
    counted = f", with {between} dose{'s' if between != 1 else ''} in between" if doses else ""
    moved = "stayed at" if first.total == last.total else "went from"
    start = (
        "" if first.total == last.total else f" {first.total} ({first.band}) on {_first_day(first, last)} to"
    )
    return f"{scale.title} {moved}{start} {now}{counted}."


def _first_day(first: ScorePoint, last: ScorePoint) -> str:
    """The year is said once where both days share it."""
    day = words.day(first.at)
    return day.rpartition(" ")[0] if words.local(first.at).year == words.local(last.at).year else day


def _table(
    scores: Sequence[ScorePoint], doses: Sequence[datetime], instruments: Mapping[str, Instrument]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    lines = [(s.at, instruments[s.instrument].title, str(s.total), s.band) for s in scores]
    lines += [(dose, "Dose", "", f"number {number}") for number, dose in enumerate(sorted(doses), 1)]
    newest = sorted(lines, key=lambda line: line[0], reverse=True)
    return ("Day", "What", "Total", "In words"), tuple((words.day(line[0]), *line[1:]) for line in newest)
