"""Poles: between their bounds, true roots, and the same curve as the whole matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.kinetics.curves import _Walk, curves
from openkap.kinetics.inputs import AtOnce, Evenly
from openkap.kinetics.modes import Modes, modes
from openkap.kinetics.system import Flows, System
from tests.reference.ketamine_ode import CONSTANTS

rate = st.floats(1e-3, 3)


def star(k10: float, *outer: tuple[float, float]) -> System:
    """A centre that loses k10 per minute, and (out, back) per minute for each outer compartment."""
    flows = Flows([("centre", "out", np.array([k10]))], [], {"ketamine": ("centre", np.array([1000.0]))})
    for number, (out, back) in enumerate(outer):
        flows.moved += [("centre", str(number), np.array([out])), (str(number), "centre", np.array([back]))]
    flows.source("rate", "centre")
    return flows.system(("ketamine",))


def poles(system: System) -> Modes:
    found = modes(system)
    assert found is not None
    return found


@given(rate, rate, rate, rate, rate)
def test_poles_lie_between_the_rates_of_return(
    k10: float, k12: float, k21: float, k13: float, k31: float
) -> None:
    """λ1 ≥ the larger of k21 and k31 ≥ λ2 ≥ the smaller ≥ λ3 > 0; sum and product are the matrix's own."""
    found = modes(star(k10, (k12, k21), (k13, k31)))
    if found is None:
        return
    one, two, three = np.sort(found.poles[:, 0])[::-1]
    slack = 1 + 1e-12
    assert one * slack >= max(k21, k31) and max(k21, k31) * slack >= two
    assert two * slack >= min(k21, k31) and min(k21, k31) * slack >= three > 0
    assert one + two + three == pytest.approx(k10 + k12 + k21 + k13 + k31, rel=1e-13)
    assert one * two * three == pytest.approx(k10 * k21 * k31, rel=1e-12)
    assert found.shares.sum() == pytest.approx(1, rel=1e-9)


@given(rate, rate, rate, rate, rate, st.integers(0, 2))
def test_poles_and_matrix_draw_one_curve(
    k10: float, k12: float, k21: float, k13: float, k31: float, outer: int
) -> None:
    system = star(k10, *((k12, k21), (k13, k31))[:outer])
    inputs = [AtOnce("centre", 0.0, np.array([10.0])), Evenly("rate", 5.0, 45.0, np.array([0.5]))]
    times = np.concatenate((np.arange(0, 120.0), [130.5, 200, 480]))
    whole = {"ketamine": np.zeros((times.size, 1))}
    _Walk(system, times, whole).along(inputs)
    made = curves(system, inputs, times)["ketamine"]
    np.testing.assert_allclose(made, whole["ketamine"], rtol=1e-9, atol=1e-9)


def test_poles_of_a_published_model_are_roots_to_the_last_digit() -> None:
    d = CONSTANTS["domino"]
    found = poles(star(d["k10"], (d["k12"], d["k21"]), (d["k13"], d["k31"])))
    matrix = np.array([
        [-(d["k10"] + d["k12"] + d["k13"]), d["k21"], d["k31"]],
        [d["k12"], -d["k21"], 0],
        [d["k13"], 0, -d["k31"]],
    ])  # fmt: skip
    wanted = np.sort(-np.linalg.eigvals(matrix))
    np.testing.assert_allclose(np.sort(found.poles[:, 0]), wanted, rtol=1e-13)


def test_coinciding_poles_are_left_to_the_matrix() -> None:
    """Two outer compartments that hardly touch the centre and empty alike."""
    assert modes(star(0.5, (1e-9, 0.5), (1e-9, 0.5))) is None


def test_anything_but_a_centre_with_outer_compartments_is_left_to_the_matrix() -> None:
    flows = Flows([("centre", "out", np.ones(1))], [], {"ketamine": ("centre", np.ones(1))})
    flows.moved += [("depot", "centre", np.ones(1))]
    assert modes(flows.system(("ketamine",))) is None
