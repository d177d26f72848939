"""The figure of a forecast: a line, its two bands, when it was given, when an experience is expected.

Direct labels instead of a legend. Drawn for a desk, for a phone, and as an SVG file of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from openkap.kinetics.forecast import Forecast
from openkap.kinetics.regimen import Dose
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.values import Array
from openkap.reports.drawing import Drawing, Text, as_svg

KETAMINE, NORKETAMINE = "ketamine", "norketamine"
NAMES = {KETAMINE: KETAMINE, NORKETAMINE: NORKETAMINE, EFFECT_SITE: "effect site"}
"""What can be drawn, and what it is called at the end of its line."""
_CLASSES = {KETAMINE: "f-line", NORKETAMINE: "f-line f-line--2", EFFECT_SITE: "f-line f-line--3"}
SIZES = (("f-desk", 808, 336, 108), ("f-phone", 346, 288, 104))
"""(css class, width, height, room beside the lines), in pixels."""
_FILE = ("", 900, 400, 108)
_LEFT, _TOP, _FOOT, _LANE = 44, 34, 66, 26
_HEAD = 1.06
_LABEL_APART = 17
_MEDIAN, _LOW, _HIGH = 2, 0, -1
_STEPS_MIN = (10, 15, 30, 60, 120, 240, 360, 720, 1440)
_STEPS = (1, 2, 2.5, 5, 10)
_HALF_HOUR = 30
_WHOLE_FROM = 10
_LETTERS = ("iv", "im")
_DRUGS = {"racemic": "racemic ketamine", "esketamine": "esketamine"}
_LETTER = 6.4


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where a minute and a concentration fall on the paper."""

    minutes: float
    ng_per_ml: float
    right: float
    floor: float

    def x(self, minute: float) -> float:
        return round(_LEFT + (self.right - _LEFT) * minute / self.minutes, 1)

    def y(self, ng_per_ml: float) -> float:
        return round(self.floor - (self.floor - _TOP) * ng_per_ml / self.ng_per_ml, 1)

    def line(self, times_min: Array, curve: Array) -> str:
        return " L".join(f"{self.x(t)} {self.y(c)}" for t, c in zip(times_min, curve, strict=True))


def forecast_svg(forecast: Forecast, shows: Sequence[str] = (KETAMINE,)) -> str:
    """A file that stands alone, with a title and a description to be read aloud."""
    return as_svg(
        forecast_drawing(forecast, _FILE, shows), title=title(forecast), says=" ".join(sentences(forecast))
    )


def forecast_drawings(forecast: Forecast, shows: Sequence[str] = (KETAMINE,)) -> tuple[Drawing, ...]:
    """For the template parts/figure.html: one for a desk, one for a phone."""
    return tuple(forecast_drawing(forecast, size, shows) for size in SIZES)


def forecast_drawing(
    forecast: Forecast, size: tuple[str, int, int, int], shows: Sequence[str] = (KETAMINE,)
) -> Drawing:
    """`shows`: keys of NAMES; those that the model does not have are left out. Bands belong to ketamine."""
    cls, width, height, room = size
    lines = {name: _line(forecast, name) for name in NAMES if name in shows and name in forecast.typical}
    highest = max([*(float(line.max()) for line in lines.values()), *_tops(forecast)])
    plot = _Plot(float(forecast.times_min[-1]) or 1.0, (highest or 1.0) * _HEAD, width - room, height - _FOOT)
    drawing = Drawing(cls, width, height)
    _window(drawing, plot, forecast)
    _paper(drawing, plot)
    _bands(drawing, plot, forecast)
    _doses(drawing, plot, forecast)
    for name, line in lines.items():
        drawing.paths.append((f"M{plot.line(forecast.times_min, line)}", _CLASSES[name]))
    _names(drawing, plot, lines)
    return drawing


def title(forecast: Forecast) -> str:
    doses = " and ".join(given(dose) for dose in forecast.regimen.doses)
    return f"Forecast of {_DRUGS[forecast.regimen.drug]}: {doses}, {forecast.person.weight}"


def sentences(forecast: Forecast) -> tuple[str, ...]:
    """What the figure shows, to stand above it."""
    line = _line(forecast, KETAMINE)
    peak = int(line.argmax())
    whose = "Median" if forecast.between_people else "Typical"
    said = [
        f"{whose} plasma ketamine peaks at {level(line[peak])} ng/mL, {forecast.times_min[peak]:g} min after "
        f"the first dose, by {forecast.model.title}."
    ]
    if forecast.between_people:
        low, high = (forecast.between_models[KETAMINE][end][peak] for end in (_LOW, _HIGH))
        said.append(
            f"At that moment 90 of 100 people are expected between {level(low)} and {level(high)} ng/mL when "
            "published models may disagree; the darker band is of people alone."
        )
    return (*said, "It informs, and is never advice when to dose.")


def level(ng_per_ml: float) -> str:
    """ "290", "1430", "8.6", "0.35": whole from ten on, two digits below, and never more than three."""
    told, digits = (ng_per_ml, 2) if ng_per_ml < _WHOLE_FROM else (round(ng_per_ml), 3)
    return np.format_float_positional(told, precision=digits, fractional=False, trim="-")


def given(dose: Dose) -> str:
    """ "0.5 mg/kg IV over 40 min"."""
    route = dose.route.upper() if dose.route in _LETTERS else dose.route
    each = f"{dose.devices} × {dose.amount.value / dose.devices:g} mg" if dose.devices else f"{dose.amount}"
    over = f" over {dose.end.value - dose.start.value:g} min" if dose.end else ""
    return f"{each} {route}{over}"


def _line(forecast: Forecast, name: str) -> Array:
    band = forecast.between_people.get(name)
    return forecast.typical[name] if band is None else band[_MEDIAN]


def _tops(forecast: Forecast) -> list[float]:
    return [float(forecast.between_models[KETAMINE][_HIGH].max())] if forecast.between_models else []


def _window(drawing: Drawing, plot: _Plot, forecast: Forecast) -> None:
    """When an experience is expected: a soft strip that ends with the paper where it is not over by then."""
    onset, offset = forecast.experience.onset_min, forecast.experience.offset_min
    if onset is None or offset is None or onset.median >= plot.minutes:
        return
    end = min(offset.median, plot.minutes)
    left, right = plot.x(onset.median), plot.x(end)
    drawing.bands.append((left, _TOP - 20, round(right - left, 1), round(plot.floor - _TOP + 20, 1)))
    lasts = "" if offset.median > plot.minutes else f", to {end:.0f} min"
    drawing.texts.append(Text(left + 6, _TOP - 7, f"experience expected{lasts}"))


def _paper(drawing: Drawing, plot: _Plot) -> None:
    step = _step(plot.ng_per_ml)
    for number in range(int(plot.ng_per_ml / step) + 1):
        y = plot.y(number * step)
        drawing.lines.append((_LEFT, y, plot.right, y, "f-grid" if number else "f-axis"))
        drawing.texts.append(Text(_LEFT - 8, y + 4, f"{number * step:g}", "", "end"))
    drawing.texts.append(Text(4, _TOP - 20, "ng/mL"))
    most = max(4.0, (plot.right - _LEFT) / 62)
    apart = next((step for step in _STEPS_MIN if plot.minutes / step <= most), _STEPS_MIN[-1])
    for minute in np.arange(0, plot.minutes + 1e-9, apart):
        x = plot.x(minute)
        drawing.lines.append((x, plot.floor, x, plot.floor + 5, "f-axis"))
        drawing.texts.append(Text(x, plot.floor + 19, _clock(minute, apart), "", "middle"))


def _clock(minute: float, apart: float) -> str:
    """Minutes where marks are close, else hours."""
    return f"{minute:g} min" if apart % _HALF_HOUR else f"{minute / 60:g} h"


def _step(highest: float) -> float:
    """The round number that makes three to six marks."""
    rough = highest / 5
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(step * power for step in _STEPS if step * power >= rough))


def _bands(drawing: Drawing, plot: _Plot, forecast: Forecast) -> None:
    """The lighter band below, the darker on it, each named where it falls."""
    for bands, cls, says, share in (
        (forecast.between_models, "f-models", "90 % of people and models", 0.72),
        (forecast.between_people, "f-people", "90 % of people", 0.5),
    ):
        if KETAMINE not in bands:
            continue
        low, high = bands[KETAMINE][_LOW], bands[KETAMINE][_HIGH]
        back = plot.line(forecast.times_min[::-1], low[::-1])
        drawing.paths.append((f"M{plot.line(forecast.times_min, high)} L{back} Z", cls))
        _name_band(drawing, plot, forecast, high, says, share)


def _name_band(
    drawing: Drawing, plot: _Plot, forecast: Forecast, high: Array, says: str, share: float
) -> None:
    """Right of both bands at a share of this one's peak, with a thin line to its edge."""
    level = share * float(high.max())
    outer = forecast.between_models[KETAMINE][_HIGH]
    edge, y = plot.x(_last_above(forecast, high, level)) + 1, plot.y(level)
    beside = plot.x(_last_above(forecast, outer, level)) + 12
    x = round(min(beside, drawing.width - _LETTER * len(says)), 1)
    if x - 4 > edge:
        drawing.lines.append((edge, y, x - 4, y, "f-axis"))
    drawing.texts.append(Text(x, y + 4, says))


def _last_above(forecast: Forecast, curve: Array, level: float) -> float:
    return float(forecast.times_min[np.flatnonzero(curve >= level)[-1]])


def _doses(drawing: Drawing, plot: _Plot, forecast: Forecast) -> None:
    """A tick a dose and a bar an infusion, in a lane of their own below the minutes."""
    lane, doses = drawing.height - _LANE, forecast.regimen.doses
    for dose in doses:
        start = plot.x(min(dose.start.value, plot.minutes))
        drawing.lines.append((start, lane, start, lane + 16, "f-dose"))
        if dose.end:
            end = plot.x(min(dose.end.value, plot.minutes))
            drawing.lines.append((start, lane + 8, end, lane + 8, "f-infusion"))
    last = max(dose.end or dose.start for dose in doses)
    says = given(doses[0]) if len(doses) == 1 else f"{len(doses)} doses"
    drawing.texts.append(Text(plot.x(min(last.value, plot.minutes)) + 10, lane + 12, says, "f-end"))


def _names(drawing: Drawing, plot: _Plot, lines: Mapping[str, Array]) -> None:
    """Beside the end of each line, moved apart where they would touch."""
    ends = sorted(((plot.y(float(line[-1])), name) for name, line in lines.items()), reverse=True)
    lowest = plot.floor - 6
    for height, name in ends:
        y = min(height, lowest)
        lowest = y - _LABEL_APART
        drawing.texts.append(Text(plot.right + 8, y + 4, NAMES[name], "f-name"))
