"""A forecast in words, each with its range: when it is felt, how pressure may rise, by which model.

Minutes count from the first dose. A range is that of 90 in 100 virtual people.
"""

import math
from dataclasses import dataclass

from openkap.kinetics.effects import ExperienceWindow, PressureWindow, Range
from openkap.kinetics.forecast import Forecast
from openkap.protocol.read_kinetics import published

INFORMS = "It informs. It is never advice when to dose, and it opens and closes nothing."
_EVERYBODY = 0.995
_PERCENT = 100
_HELD = "sublingual"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line beside the figure. `assumed` marks what no study measured."""

    title: str
    says: str
    assumed: bool = False


def facts(forecast: Forecast) -> tuple[Fact, ...]:
    """The experience, blood pressure and the model, in that order."""
    links, model, end = published().links, forecast.model, forecast.until_min
    effect = published().models[links.effect_model]
    assumed = links.experience.basis == "assumed"
    return (
        *(Fact(title, says, assumed) for title, says in _felt(forecast.experience, end)),
        Fact("Blood pressure", _pressure(forecast.pressure, end), links.pressure.basis == "assumed"),
        Fact("Arrives", _arrives(forecast)),
        Fact("Model", f"{model.title}, {model.sampled}. {model.population}. Basis: {model.basis}."),
        Fact("Effects", f"By the effect site of {effect.title}, {effect.sampled}. Basis: {effect.basis}."),
    )


def limits(forecast: Forecast) -> tuple[str, ...]:
    """Where this person or dose leaves what the model was fitted to, then what it is known to miss."""
    return (*forecast.outside, *(f"{says}." for says in forecast.model.misfits))


def _arrives(forecast: Forecast) -> str:
    """By the first dose's route. What is held in the mouth may be spat out, and the chart does not say."""
    dose = forecast.regimen.doses[0]
    way = published().route(dose.route, forecast.model)
    counted = " Counted as swallowed, not spat out." if dose.route == _HELD and not dose.spat_out else ""
    return f"{way.says}.{counted} Basis: {way.basis}."


def _felt(window: ExperienceWindow, end: float) -> list[tuple[str, str]]:
    if window.onset_min is None or window.offset_min is None:
        return [("Experience", "None is expected from this dose.")]
    told = [("Felt from", minutes(window.onset_min, end) + _reached(window.reached))]
    if window.core_start_min and window.core_end_min:
        start, stop = minutes(window.core_start_min, end), minutes(window.core_end_min, end)
        told.append(("Strongest", f"from {start} to {stop}" + _reached(window.core_reached)))
    return [*told, ("Over by", minutes(window.offset_min, end))]


def _reached(share: float) -> str:
    return "" if share >= _EVERYBODY else f"; {share * _PERCENT:.0f} of 100 people get that far"


def _pressure(window: PressureWindow, end: float) -> str:
    """Never one mmHg: how far it rises differs from person to person."""
    rise = f"systolic {_signed(window.systolic_mmhg)}, diastolic {_signed(window.diastolic_mmhg)} mmHg"
    says = f"{rise} from the person’s own resting pressure in 90 of 100 people"
    if window.start_min and window.end_min and window.peak_min:
        start, stop = _whole(window.start_min.median, end), _whole(window.end_min.median, end)
        says += f"; highest at {minutes(window.peak_min, end)}, most of it between {start} and {stop} min"
    return f"{says}."


def _signed(rise: Range) -> str:
    return f"{_sign(rise.low)} to {_sign(rise.high)}"


def _sign(mmhg: float | None) -> str:
    whole = round(mmhg or 0.0)
    return f"+{whole}" if whole > 0 else f"−{-whole}" if whole < 0 else "0"


def minutes(when: Range, end: float) -> str:
    """ "10 min (7 to 14)"; past the last minute of a forecast it says so."""
    low, high = when.low, when.high
    around = "" if low is None or high is None else f" ({_whole(low, end)} to {_whole(high, end)})"
    return f"{_whole(when.median, end)} min{around}"


def _whole(minute: float, end: float) -> str:
    return f"{minute:.0f}" if math.isfinite(minute) else f"after {end:.0f}"
