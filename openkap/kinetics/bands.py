"""Quantiles across people at every time."""

import math
from collections.abc import Sequence

import numpy as np

from openkap.kinetics.values import Array

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_COUNTED_FASTER = 4096
_BINS = 4096


def quantiles(curves: Array, shares: Sequence[float] = SHARES) -> Array:
    """The person at each share of the people, at every time: (times, people) to (shares, times).

    A quantile is one person's value (the inverse of the distribution function), never a mean of two. Few
    people are sorted; many are counted into bins, and only the bins that hold a quantile are ranked.
    """
    people = curves.shape[1]
    places = [min(people - 1, max(0, math.ceil(share * people) - 1)) for share in shares]
    if people < _COUNTED_FASTER:
        return _sorted(curves, places)
    return np.stack([_counted(row, places) for row in curves], axis=1)


def _sorted(curves: Array, places: Sequence[int]) -> Array:
    """Ranked in single precision, in half the time, and told in double; people who tie are ranked again."""
    with np.errstate(over="ignore"):  # what is too large for one becomes infinite, and ties
        short = curves.astype(np.float32)
    ranked, times = np.sort(short, axis=1), np.arange(len(curves))
    made, tied = np.empty((len(places), len(curves))), np.zeros(len(curves), dtype=bool)
    for number, place in enumerate(places):
        told = ranked[:, place, np.newaxis]
        made[number] = curves[times, (short == told).argmax(axis=1)]
        beside = ranked[:, max(0, place - 1) : place + 2]
        tied |= (beside == told).sum(axis=1) > 1
    made[:, tied] = np.sort(curves[tied], axis=1)[:, places].T
    return made


def _counted(row: Array, places: Sequence[int]) -> Array:
    """Bins rise with the values in them, so a rank is found by counting and told by one small bin."""
    least = float(row.min())
    span = float(row.max()) - least
    scale = _BINS / span if span else math.inf
    if not 0 < scale < math.inf:
        return np.sort(row)[list(places)]
    bins = ((row - least) * scale).astype(np.uint16)
    upto = np.cumsum(np.bincount(bins))
    made = np.empty(len(places))
    for number, place in enumerate(places):
        its = int(np.searchsorted(upto, place, side="right"))
        inside = row[bins == its]
        rank = place - (int(upto[its]) - inside.size)
        made[number] = np.partition(inside, rank)[rank]
    return made
