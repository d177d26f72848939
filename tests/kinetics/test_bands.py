"""Quantiles: one person's value, the same by sorting, by parting and by counting."""

import numpy as np
import pytest

from openkap.kinetics import bands
from openkap.kinetics.bands import SHARES, quantiles


def counted(row: np.ndarray, share: float) -> float:
    """The smallest value that at least this share of people do not exceed."""
    return min(value for value in row if np.mean(row <= value) >= share)


@pytest.mark.parametrize("people", [1, 2, 19, 20, 21, 400])
def test_a_quantile_is_the_first_value_that_enough_people_do_not_exceed(people: int) -> None:
    curves = np.random.default_rng(people).lognormal(size=(4, people))
    wanted = [[counted(row, share) for row in curves] for share in SHARES]
    np.testing.assert_array_equal(quantiles(curves), wanted)


def test_many_people_are_ranked_like_few(monkeypatch: pytest.MonkeyPatch) -> None:
    curves = np.random.default_rng(1).lognormal(size=(30, 9000))
    parted = quantiles(curves)
    monkeypatch.setattr(bands, "_SORTED_FASTER", 10**6)
    np.testing.assert_array_equal(quantiles(curves), parted)


def test_what_is_ranked_is_left_as_it_was() -> None:
    curves = np.random.default_rng(1).lognormal(size=(3, 9000))
    before = curves.copy()
    quantiles(curves)
    np.testing.assert_array_equal(curves, before)
