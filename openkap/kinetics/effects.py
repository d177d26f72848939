"""What an effect-site concentration may mean: when an experience, how far blood pressure; as ranges."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from openkap.kinetics.bands import quantiles
from openkap.kinetics.published import Links
from openkap.kinetics.values import Array, Places

ENDS = (0.05, 0.5, 0.95)
_TWO_SIDED_90 = 1.6449


@dataclass(frozen=True, slots=True)
class Felt:
    """One number a person, shape (people,): minutes, and ng/mL at the peak.

    Not a number for what never comes, infinite for what lies after the last time.
    """

    onset_min: Array
    core_start_min: Array
    core_end_min: Array
    offset_min: Array
    peak_ng_per_ml: Array
    peak_min: Array
    pressure_start_min: Array
    pressure_end_min: Array


@dataclass(frozen=True, slots=True)
class Range:
    """The median of people and their 5 and 95 %. `low` and `high` are None for a typical person alone."""

    median: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ExperienceWindow:
    """Minutes, among those who reach it; None where nobody does. `reached`: their share of people."""

    reached: float
    core_reached: float
    onset_min: Range | None
    core_start_min: Range | None
    core_end_min: Range | None
    offset_min: Range | None


@dataclass(frozen=True, slots=True)
class PressureWindow:
    """Expected rise over a person's own resting pressure, and the minutes around its peak."""

    systolic_mmhg: Range
    diastolic_mmhg: Range
    start_min: Range | None
    peak_min: Range | None
    end_min: Range | None


def felt(effect: Array, c50: Array, times_min: Array, links: Links) -> Felt:
    """`effect`: (times, people) ng/mL of S-ketamine; `c50`: (people,) ng/mL."""
    peak = effect.max(axis=0)
    onset, offset = above(effect, links.experience.onset_share * c50, times_min)
    core_start, core_end = above(effect, links.experience.core_share * c50, times_min)
    start, end = above(effect, links.pressure.window_share * peak, times_min)
    at_peak = times_min[(effect == peak).argmax(axis=0)]  # four times as fast as looking for the largest
    return Felt(onset, core_start, core_end, offset, peak, at_peak, start, end)


def joined(parts: Sequence[Felt]) -> Felt:
    """People of several blocks in their order."""
    return Felt(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Felt)))


def experience(people: Felt) -> ExperienceWindow:
    return ExperienceWindow(
        float(np.mean(~np.isnan(people.onset_min))),
        float(np.mean(~np.isnan(people.core_start_min))),
        range_of(people.onset_min),
        range_of(people.core_start_min),
        range_of(people.core_end_min),
        range_of(people.offset_min),
    )


def pressure(people: Felt, deviate: Array, links: Links) -> PressureWindow:
    """`deviate`: (people,) standard normal: how people differ beyond their concentration."""
    link = links.pressure
    rise = link.systolic_per_ng_per_ml * people.peak_ng_per_ml
    if rise.size == 1:
        wide = _TWO_SIDED_90 * link.person_sd_mmhg
        low, middle, high = float(rise[0]) - wide, float(rise[0]), float(rise[0]) + wide
    else:
        low, middle, high = quantiles((rise + link.person_sd_mmhg * deviate)[np.newaxis], ENDS)[:, 0].tolist()
    ratio = link.diastolic_per_systolic
    return PressureWindow(
        Range(middle, low, high),
        Range(ratio * middle, ratio * low, ratio * high),
        range_of(people.pressure_start_min),
        range_of(people.peak_min),
        range_of(people.pressure_end_min),
    )


def above(effect: Array, threshold: Array, times_min: Array) -> tuple[Array, Array]:
    """When each person first rises over their threshold and last falls under it, straight between times."""
    over = effect >= threshold
    last_time = over.shape[0] - 1
    first, last = over.argmax(axis=0), last_time - over[::-1].argmax(axis=0)
    never = ~over.any(axis=0)
    start = _crossing(effect, threshold, times_min, first)
    end = _crossing(effect, threshold, times_min, np.minimum(last + 1, last_time))
    end[last == last_time] = np.inf
    start[never] = end[never] = np.nan
    return start, end


def _crossing(effect: Array, threshold: Array, times_min: Array, after: Places) -> Array:
    """The minute of the threshold on the line that ends at `after`, the place of a time for each person."""
    people, before = np.arange(effect.shape[1]), np.maximum(after - 1, 0)
    low = effect[before, people]
    change = effect[after, people] - low
    part = np.divide(threshold - low, change, out=np.zeros_like(change), where=change != 0)
    made: Array = times_min[before] + part * (times_min[after] - times_min[before])
    return made


def range_of(minutes: Array) -> Range | None:
    """Over those who have a value; None where nobody has."""
    told = minutes[~np.isnan(minutes)]
    if told.size == 0:
        return None
    if minutes.size == 1:
        return Range(float(told[0]), None, None)
    low, middle, high = quantiles(told[np.newaxis], ENDS)[:, 0].tolist()
    return Range(middle, low, high)
