"""The exponential of a matrix of rates, for many people at once.

Off the diagonal a rate is never negative. Shifted by its fastest loss the whole matrix is not either, so the
series and the squarings only add and multiply numbers that are not negative: nothing cancels. It is as exact
when poles coincide (two equal steps of a chain, a depot as fast as the body) as when they do not.
"""

import math

import numpy as np

from openkap.kinetics.values import Array

_SMALL = 0.5
_TERMS = 20
_GROUP = 4
_INVERSE_FACTORIAL = tuple(1 / math.factorial(k) for k in range(_TERMS))


def exponential(rates: Array, minutes: float) -> Array:
    """exp(rates × minutes). `rates`: (people, n, n) per minute, row i receives from column j.

    After squaring s times an entry is exact to about 2^s × n × 1e-16 of itself.
    """
    diagonal = np.arange(rates.shape[2])
    fastest = -rates[:, diagonal, diagonal].min(axis=1, keepdims=True)
    halvings = max(0, math.ceil(math.log2(max(float(fastest.max()) * minutes, 1e-300) / _SMALL)))
    step = math.ldexp(minutes, -halvings)
    shifted = rates * step
    shifted[:, diagonal, diagonal] += fastest * step
    made = _series(shifted)
    made *= np.exp(-fastest * step)[:, np.newaxis]
    for _ in range(halvings):
        made = made @ made
    return made


def _series(small: Array) -> Array:
    """Twenty terms of the exponential series, in five groups of four: seven products instead of nineteen."""
    diagonal = np.arange(small.shape[2])
    square = small @ small
    powers = (small, square, square @ small)
    fourth = square @ square
    made = np.zeros_like(small)
    for first in range(_TERMS - _GROUP, -1, -_GROUP):
        if first < _TERMS - _GROUP:
            made = made @ fourth
        made[:, diagonal, diagonal] += _INVERSE_FACTORIAL[first]
        for more, power in enumerate(powers, start=1):
            made += _INVERSE_FACTORIAL[first + more] * power
    return made
