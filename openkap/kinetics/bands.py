"""Quantiles across people at every time."""

import os
from collections.abc import Sequence

import numpy as np

from openkap.kinetics.values import Array

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SORTED_FASTER = 8192
_WORTH_A_THREAD = 50_000


def quantiles(curves: Array, shares: Sequence[float] = SHARES) -> Array:
    """The person at each share of the people, at every time: (times, people) to (shares, times).

    A quantile is one person's value (the inverse of the distribution function), never a mean of two. Few
    people are sorted, which is faster there; many are partitioned, once for all shares. Cores share times.
    """
    people = curves.shape[1]
    places = [min(people - 1, max(0, int(np.ceil(share * people)) - 1)) for share in shares]
    made = np.empty((len(shares), curves.shape[0]))

    def rank(times: slice) -> None:
        if people < _SORTED_FASTER:
            made[:, times] = np.sort(curves[times], axis=1)[:, places].T
            return
        for time in range(times.start, times.stop):
            made[:, time] = np.partition(curves[time], places)[places]

    parts = min(os.cpu_count() or 1, curves.size // _WORTH_A_THREAD + 1, curves.shape[0])
    edges = [curves.shape[0] * part // parts for part in range(parts + 1)]
    stretches = [slice(start, end) for start, end in zip(edges, edges[1:], strict=False)]
    if parts == 1:
        rank(stretches[0])
        return made
    from concurrent.futures import ThreadPoolExecutor  # here, for it takes as long to import as all of ours

    with ThreadPoolExecutor(parts) as pool:  # sorting and partitioning let other threads run
        list(pool.map(rank, stretches))
    return made
