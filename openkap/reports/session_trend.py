"""The charted vital signs of a visit as one figure: points joined by lines, a tick for each dose."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from openkap.clinical.answers import Visit
from openkap.clinical.entries import Entry
from openkap.reports.drawing import Drawing, Text

WIDTH, HEIGHT, LEFT, TOP, FOOT, LABELS = 640, 170, 30, 14, 20, 70
LOWEST, HIGHEST, EVERY = 40, 200, 40
"""Of the scale: mmHg, beats a minute and % share it."""
SIGNS = (("systolic", "systolic"), ("diastolic", "diastolic"), ("heart_rate", "pulse"), ("spo2", "SpO₂"))
APART = 12
_LINE, _GRID, _DOSE = "f-line", "f-grid", "f-dose"


def trend(signs: Sequence[Entry], visit: Visit, zone: tzinfo) -> Drawing | None:
    """None where fewer than two sets were charted: one point is no course."""
    times = sorted(entry.effective_at for entry in signs)
    if len(times) < 2:
        return None
    doses = [dose.began_at for dose in visit.doses]
    start, end = min([*times, *doses]), max([*times, *doses])
    drawing = Drawing("f-desk", WIDTH, HEIGHT)
    _axes(drawing, start, end, zone)
    for began in doses:
        x = _x(began, start, end)
        drawing.lines.append((x, TOP, x, HEIGHT - FOOT, _DOSE))
        drawing.texts.append(Text(x + 3, TOP + 8, "dose"))
    taken: list[float] = []
    for field, label in SIGNS:
        _curve(drawing, signs, field, label, (start, end), taken)
    return drawing


def _curve(
    drawing: Drawing,
    signs: Sequence[Entry],
    field: str,
    label: str,
    span: tuple[datetime, datetime],
    taken: list[float],
) -> None:
    told = sorted(
        (e.effective_at, getattr(e.fact, field)) for e in signs if getattr(e.fact, field) is not None
    )
    points = [(_x(at, *span), _y(float(value))) for at, value in told]
    for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
        drawing.lines.append((x1, y1, x2, y2, _LINE))
    drawing.dots.extend((x, y, "f-dot") for x, y in points)
    if points:
        y = points[-1][1] + 4
        while any(abs(y - other) < APART for other in taken):
            y += 1
        taken.append(y)
        drawing.texts.append(Text(WIDTH - LABELS + 8, y, label, "f-end"))


def _axes(drawing: Drawing, start: datetime, end: datetime, zone: tzinfo) -> None:
    for value in range(LOWEST, HIGHEST + 1, EVERY):
        drawing.lines.append((LEFT, _y(value), WIDTH - LABELS, _y(value), _GRID))
        drawing.texts.append(Text(LEFT - 4, _y(value) + 4, str(value), anchor="end"))
    step = timedelta(minutes=30)
    hour = start.replace(minute=0, second=0, microsecond=0)
    ticks = (hour + n * step for n in range(1, 1 + (end - hour) // step))
    for at in ticks:
        if at >= start:
            says = f"{at.astimezone(zone):%H:%M}"
            drawing.texts.append(Text(_x(at, start, end), HEIGHT - 4, says, anchor="middle"))


def _x(at: datetime, start: datetime, end: datetime) -> float:
    return round(LEFT + (WIDTH - LABELS - LEFT) * ((at - start) / (end - start)), 1) if end > start else LEFT


def _y(value: float) -> float:
    """Clipped at the ends of the scale; the table has the number itself."""
    inside = min(max(value, LOWEST), HIGHEST)
    return round(TOP + (HEIGHT - FOOT - TOP) * (HIGHEST - inside) / (HIGHEST - LOWEST), 1)
