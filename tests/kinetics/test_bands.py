"""Quantiles: one person's value, the same however many people there are and whatever they are like."""

import numpy as np
import pytest

from openkap.kinetics.bands import SHARES, quantiles


def counted(row: np.ndarray, share: float) -> float:
    """The smallest value that at least this share of people do not exceed."""
    return min(value for value in row if np.mean(row <= value) >= share)


@pytest.mark.parametrize("people", [1, 2, 19, 20, 21, 400])
def test_a_quantile_is_the_first_value_that_enough_people_do_not_exceed(people: int) -> None:
    curves = np.random.default_rng(people).lognormal(size=(4, people))
    wanted = [[counted(row, share) for row in curves] for share in SHARES]
    np.testing.assert_array_equal(quantiles(curves), wanted)


@pytest.mark.parametrize("people", [300, 9000])
@pytest.mark.parametrize(
    "spread",
    [
        lambda row: row,
        lambda row: 1 + 1e-12 * row,  # all one number when halved in length
        np.round,  # many alike
        lambda row: -row,
        lambda row: row * 1e-310,
        lambda row: row * 1e300,
        np.zeros_like,
        lambda row: np.where(row > 2, np.inf, row),
        lambda row: np.where(row > 1, 1e12 * row, row),  # nearly everybody in one bin
    ],
)
def test_people_are_ranked_exactly_whatever_their_values(people: int, spread: object) -> None:
    curves = spread(np.random.default_rng(1).lognormal(size=(3, people)))
    places = [int(np.ceil(share * people)) - 1 for share in SHARES]
    np.testing.assert_array_equal(quantiles(curves), np.sort(curves, axis=1)[:, places].T)


@pytest.mark.parametrize("people", [300, 9000])
def test_what_is_ranked_is_left_as_it_was(people: int) -> None:
    curves = np.random.default_rng(1).lognormal(size=(3, people))
    before = curves.copy()
    quantiles(curves)
    np.testing.assert_array_equal(curves, before)
