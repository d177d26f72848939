"""The dose on a line with the published and the anaesthetic range: a picture of the sentences beside it."""

from dataclasses import dataclass
from decimal import Decimal

from openkap.clinical.plan_dose import Compared, Range
from openkap.clinical.quantity import plain

WIDTH = 340
LEFT, RIGHT = 8, 332
_ROOM = Decimal("1.08")
"""How far the line goes on behind the largest number on it."""


@dataclass(frozen=True, slots=True)
class Band:
    """One range on the line, in pixels from the left; `says` its two ends."""

    name: str
    cls: str
    x: float
    width: float
    y: int
    says: str
    text_y: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The line from nothing to a little beyond the largest number."""

    bands: tuple[Band, ...]
    dose_x: float
    dose: str
    anchor: str  # of the dose's words: "start" · "middle" · "end"
    foot: int  # where the dose's line ends
    height: int
    width: int = WIDTH


def scale(seen: Compared) -> Scale | None:
    """The dose beside its ranges, to scale; None where there is no range to hold it against."""
    named = (("Published", "p-usual", seen.usual, 32), ("Anaesthetic", "p-anaesthetic", seen.anaesthetic, 68))
    shown = [(name, cls, limits, y) for name, cls, limits, y in named if limits]
    if not shown:
        return None
    end = max(seen.value, *(limits[1] for _, _, limits, _ in shown)) * _ROOM
    at = _x(seen.value, end)
    return Scale(
        bands=tuple(_band(name, cls, limits, y, end, seen.unit) for name, cls, limits, y in shown),
        dose_x=at,
        dose=f"{plain(seen.value)} {seen.unit}",
        foot=shown[-1][3] + 10,
        height=shown[-1][3] + 28,
        anchor="start" if at < WIDTH / 4 else "end" if at > WIDTH * 3 / 4 else "middle",
    )


def _band(name: str, cls: str, limits: Range, y: int, end: Decimal, unit: str) -> Band:
    start, stop = _x(limits[0], end), _x(limits[1], end)
    says = f"{name} {plain(limits[0])} to {plain(limits[1])} {unit}"
    return Band(name, cls, start, round(max(stop - start, 2), 1), y, says, y + 22)


def _x(value: Decimal, end: Decimal) -> float:
    return round(LEFT + (RIGHT - LEFT) * float(value / end), 1)
