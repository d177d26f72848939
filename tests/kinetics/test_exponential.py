"""exp of a matrix of rates: against known forms, however stiff, however equal its rates."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

from openkap.kinetics.exponential import exponential


def chain(k: float, steps: int) -> np.ndarray:
    return (np.diag([-k] * steps) + np.diag([k] * (steps - 1), -1))[np.newaxis]


@pytest.mark.parametrize("minutes", [1e-3, 0.7, 20, 300])
def test_equal_steps_of_a_chain_are_a_gamma_curve(minutes: float) -> None:
    """Four poles that are one and the same: (kt)^n e^-kt / n!, to the last digits of each entry."""
    k = 0.1
    made = exponential(chain(k, 4), minutes)[0, :, 0]
    wanted = [(k * minutes) ** n / math.factorial(n) * math.exp(-k * minutes) for n in range(4)]
    np.testing.assert_allclose(made, wanted, rtol=1e-12)


def test_it_agrees_with_a_library_of_matrix_functions() -> None:
    draw = np.random.default_rng(5)
    rates = draw.uniform(0, 2, (6, 6))
    np.fill_diagonal(rates, 0)
    np.fill_diagonal(rates, -rates.sum(axis=0) - 0.1)
    np.testing.assert_allclose(exponential(rates[np.newaxis], 7.3)[0], expm(rates * 7.3), rtol=1e-11)


def test_nothing_appears_or_is_lost_in_a_closed_system() -> None:
    """After sixteen squarings too: 2^16 times the last digit."""
    rates = np.array([[-2.0, 1e-4], [2.0, -1e-4]])[np.newaxis]
    for minutes, last in ((0.01, 1e-14), (1.0, 1e-14), (1e4, 1e-10)):
        np.testing.assert_allclose(exponential(rates, minutes).sum(axis=1), 1, rtol=last)


def test_each_person_has_their_own_matrix() -> None:
    both = np.concatenate((chain(0.1, 3), chain(2.0, 3)))
    made = exponential(both, 4.0)
    np.testing.assert_allclose(made[1:], exponential(chain(2.0, 3), 4.0), rtol=1e-13)
    np.testing.assert_allclose(made[:1], exponential(chain(0.1, 3), 4.0), rtol=1e-13)
