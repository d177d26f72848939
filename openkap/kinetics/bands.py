"""Quantiles across people at every time."""

from collections.abc import Sequence

import numpy as np

from openkap.kinetics.values import Array

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SORTED_FASTER = 8192


def quantiles(curves: Array, shares: Sequence[float] = SHARES) -> Array:
    """The person at each share of the people, at every time: (times, people) to (shares, times).

    A quantile is one person's value (the inverse of the distribution function), never a mean of two.
    Few people are sorted, which is faster there; many are partitioned, once for all shares.
    """
    people = curves.shape[1]
    places = [min(people - 1, max(0, int(np.ceil(share * people)) - 1)) for share in shares]
    if people < _SORTED_FASTER:
        return np.ascontiguousarray(np.sort(curves, axis=1)[:, places].T)
    made = np.empty((len(shares), curves.shape[0]))
    for number, row in enumerate(curves):
        made[:, number] = np.partition(row, places)[places]
    return made
