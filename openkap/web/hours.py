"""The hours of a dose for a typical adult, in words a patient reads: points of a slider, times of a stage.

Of nobody's record: the person and the dose come from the protocol's own texts.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from openkap.kinetics.effects import ExperienceWindow, Range
from openkap.kinetics.forecast import Forecast, forecast
from openkap.kinetics.regimen import Person, Regimen
from openkap.kinetics.system import EFFECT_SITE
from openkap.protocol.read_kinetics import published

STEP_MIN = 5
_LONGEST_MIN = 360
_HOUR = 60
_HALF_HOUR = 30
_HUNDRED = 100
_LOW, _HIGH = 0, -1
_EVERYBODY = 0.95
WIDTH, HEIGHT, FOOT = 320, 132, 20


@dataclass(frozen=True, slots=True)
class Point:
    """One place of the slider: pixels in the picture, and what is told there."""

    minute: int
    x: float
    y: float
    when: str
    says: str
    level: str


@dataclass(frozen=True, slots=True)
class Hours:
    """What a page draws and says. `band` and `line` are SVG paths; `marks` are (x, "1 h")."""

    given: str
    points: tuple[Point, ...]
    band: str
    line: str
    marks: tuple[tuple[float, str], ...]
    stages: dict[str, str]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - FOOT


def hours(regimen: Regimen, typical: Person, earliest_home: timedelta) -> Hours:
    """`earliest_home`: the clinic's own, from the end of what is given."""
    asked = forecast(regimen, typical, published(), times_min=np.arange(0.0, _LONGEST_MIN + 1, STEP_MIN))
    window, end = asked.experience, _end(asked.experience)
    times = asked.times_min[asked.times_min <= end]
    line, peak = asked.effect_site_ng_per_ml, float(asked.effect_site_ng_per_ml.max())
    low, high = (asked.between_models[EFFECT_SITE][side] for side in (_LOW, _HIGH))
    over = max(float((dose.end or dose.start).value) for dose in regimen.doses)
    xs = [round(WIDTH * float(minute) / end, 1) for minute in times]
    ys, tops, feet = ([_y(value, float(high.max())) for value in curve] for curve in (line, high, low))
    points = tuple(
        Point(
            int(minute),
            x,
            y,
            clock(float(minute)) + " after the start" if minute else "At the start",
            felt(float(minute), window),
            _level(line[place], low[place], high[place], peak),
        )
        for place, (minute, x, y) in enumerate(zip(times, xs, ys, strict=False))
    )
    return Hours(
        _given(asked),
        points,
        f"M{_path(xs, tops)} L{_path(xs[::-1], feet[: len(xs)][::-1])} Z",
        f"M{_path(xs, ys)}",
        tuple((round(WIDTH * mark / end, 1), f"{mark // _HOUR} h") for mark in range(_HOUR, end, _HOUR)),
        _stages(window, over * _HOUR, earliest_home),
    )


def _end(window: ExperienceWindow) -> int:
    """The half hour after it is over for nearly everybody, at most six hours."""
    last = window.offset_min.high if window.offset_min else None
    if last is None or not math.isfinite(last):
        return _LONGEST_MIN
    return min(_LONGEST_MIN, (int(last) // _HALF_HOUR + 2) * _HALF_HOUR)


def _y(ng_per_ml: float, highest: float) -> float:
    return round((HEIGHT - FOOT) * (1 - float(ng_per_ml) / highest) + 4, 1)


def _path(xs: list[float], ys: list[float]) -> str:
    return " L".join(f"{x} {y}" for x, y in zip(xs, ys, strict=False))


def _given(asked: Forecast) -> str:
    """ "a typical adult (40 years, 70 kg) after 35 mg over 40 minutes" """
    dose = asked.regimen.doses[0]
    over = f" over {dose.end.value - dose.start.value:g} minutes" if dose.end else ""
    age = f"{asked.person.age.value:g} years, " if asked.person.age else ""
    return f"a typical adult ({age}{asked.person.weight}) after {dose.amount}{over}"


def _level(typical: float, low: float, high: float, peak: float) -> str:
    share, least, most = (round(_HUNDRED * float(value) / peak) for value in (typical, low, high))
    if not share:
        return "Almost none of the drug is at its place in the brain."
    return (
        f"How much of the drug is at its place in the brain: about {share} % of the typical highest level. "
        f"For 90 of 100 adults it is between {least} % and {most} %."
    )


def felt(minute: float, window: ExperienceWindow) -> str:
    """What most people feel at a minute, from when 5, 50 and 95 % of people begin, peak and end."""
    onset, offset = window.onset_min, window.offset_min
    if onset is None or offset is None:
        return "Most people feel nothing from such a dose."
    start, stop = window.core_start_min or onset, window.core_end_min or offset
    told = (
        (_low(onset), "Most people feel nothing yet."),
        (onset.median, "It may be starting. Some feel it already, others not yet."),
        (min(start.median, stop.median), "Many feel it now, and it is growing."),
        (max(start.median, _low(stop)), "For most people this is the strongest part."),
        (max(stop.median, _low(offset)), "It is getting weaker for many. Some still feel it strongly."),
        (_high(offset), "It is fading. Some feel normal again, others not yet."),
    )
    over = "Most people no longer feel it. You may still be tired and slow: do not drive today."
    return next((says for before, says in told if minute < before), over)


def _low(when: Range) -> float:
    return when.median if when.low is None else when.low


def _high(when: Range) -> float:
    return when.median if when.high is None else when.high


def _stages(window: ExperienceWindow, over_s: float, earliest: timedelta) -> dict[str, str]:
    """When each stage comes, with its range; a stage that nobody reaches has no time."""
    home = clock((timedelta(seconds=over_s) + earliest).total_seconds() / _HOUR)
    told = {"home": f"At the earliest about {home} after the start, here in this clinic."}
    if window.onset_min is None or window.offset_min is None:
        return told
    told["start"] = f"{between(window.onset_min)} after the start." + _reached(window.reached)
    told["fading"] = f"It is over {between(window.offset_min).lower()} after the start."
    if window.core_start_min and window.core_end_min:
        first, last = round_to_step(window.core_start_min.median), round_to_step(window.core_end_min.median)
        told["strongest"] = (
            f"Mostly from {clock(first)} to {clock(last)} after the start. It begins "
            f"{between(window.core_start_min).lower()} and ends {between(window.core_end_min).lower()}."
        ) + _reached(window.core_reached)
    return told


def _reached(share: float) -> str:
    if share >= _EVERYBODY:
        return ""
    return f" Only about {round(share * 10) * 10} of 100 typical adults get this far at this dose."


def between(when: Range) -> str:
    """ "Between 5 and 15 minutes": outward to whole steps, as a range of people is no exact thing."""
    low = math.floor(_low(when) / STEP_MIN) * STEP_MIN
    if not math.isfinite(_high(when)):
        return f"After {clock(low)}, for some not within 6 hours,"
    high = math.ceil(_high(when) / STEP_MIN) * STEP_MIN
    if low == 0:
        return f"Within the first {clock(high)}"
    same = low < _HOUR and high < _HOUR
    return f"Between {low if same else clock(low)} and {clock(high)}"


def round_to_step(minute: float) -> float:
    return float(round(minute / STEP_MIN) * STEP_MIN)


def clock(minute: float) -> str:
    """ "45 minutes", "1 hour", "2 hours 10 minutes" """
    whole, rest = divmod(round(minute), _HOUR)
    said = [f"{whole} hour{'s' if whole > 1 else ''}"] if whole else []
    return " ".join([*said, *([f"{rest} minutes"] if rest or not whole else [])])
