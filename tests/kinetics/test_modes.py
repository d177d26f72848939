"""Poles: between their bounds, true roots, and the same curve as the whole matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.kinetics.curves import _Walk, _WalkByModes, curves
from openkap.kinetics.inputs import AtOnce, Evenly
from openkap.kinetics.modes import Cascade, cascade
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


def filled(k10: float, out: float, back: float, lost: float, away: float, again: float) -> System:
    """A centre with an outer compartment fills another, left at the rate `lost`, with one of its own."""
    flows = Flows()
    for start, end, per_min in (
        ("first", "second", k10),
        ("first", "a", out),
        ("a", "first", back),
        ("second", "out", lost),
        ("second", "b", away),
        ("b", "second", again),
    ):
        if per_min:
            flows.moved.append((start, end, np.array([per_min])))
    for name in ("first", "second"):
        flows.looked_at[name] = (name, np.array([1000.0]))
    flows.source("rate", "first")
    return flows.system(("first", "second"))


def both_ways(system: System, inputs: list[AtOnce | Evenly], times: np.ndarray) -> tuple[dict, dict]:
    """By poles, and as a whole."""
    by_poles, whole = ({name: np.zeros((times.size, 1)) for name in system.seen} for _ in range(2))
    _WalkByModes(poles(system), times, by_poles).along(inputs)
    _Walk(system, times, whole).along(inputs)
    return by_poles, whole


def poles(system: System) -> Cascade:
    found = cascade(system)
    assert found is not None
    return found


@given(rate, rate, rate, rate, rate)
def test_poles_lie_between_the_rates_of_return(
    k10: float, k12: float, k21: float, k13: float, k31: float
) -> None:
    """λ1 ≥ the larger of k21 and k31 ≥ λ2 ≥ the smaller ≥ λ3 > 0; sum and product are the matrix's own."""
    if (made := cascade(star(k10, (k12, k21), (k13, k31)))) is None:
        return
    found = made.first
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
    if cascade(system) is None:
        return
    inputs = [AtOnce("centre", 0.0, np.array([10.0])), Evenly("rate", 5.0, 45.0, np.array([0.5]))]
    times = np.concatenate((np.arange(0, 120.0), [130.5, 200, 480]))
    made, whole = both_ways(system, inputs, times)
    np.testing.assert_allclose(made["ketamine"], whole["ketamine"], rtol=1e-9, atol=1e-9)


SHORT_AND_LONG = np.concatenate(([0, 1e-6, 1e-3, 0.1], np.arange(1, 100.0), [130.5, 200, 480]))
GIVEN: list[AtOnce | Evenly] = [
    Evenly("rate", 0.0, 40.0, np.array([0.5])),
    AtOnce("first", 60.0, np.array([10.0])),
]


@given(rate, rate, rate, rate, st.just(0.0) | st.floats(0.02, 3), rate)
def test_what_a_centre_fills_is_one_curve_by_poles_and_matrix(
    k10: float, out: float, back: float, lost: float, away: float, again: float
) -> None:
    system = filled(k10, out, back, lost, away, again if away else 0)
    if cascade(system) is None:
        return
    made, whole = both_ways(system, GIVEN, SHORT_AND_LONG)
    for name, curve in made.items():
        np.testing.assert_allclose(curve, whole[name], rtol=1e-9, atol=1e-15 * whole[name].max())


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-9, 1e-4])
def test_a_second_centre_as_fast_as_a_pole_of_the_first_loses_no_digit(apart: float) -> None:
    """As an effect site may be, where a formula by poles alone divides by zero."""
    fast, slow = poles(filled(0.03, 0.05, 0.02, 1, 0, 0)).first.poles[:, 0].tolist()
    for pole in (fast, slow):
        made, whole = both_ways(filled(0.03, 0.05, 0.02, pole * (1 + apart), 0, 0), GIVEN, SHORT_AND_LONG)
        np.testing.assert_allclose(made["second"], whole["second"], rtol=1e-11)


def test_many_are_drawn_by_poles_and_one_as_a_whole() -> None:
    """The same to thirteen digits, and what is the same for everybody stands in every column."""
    system, times = filled(0.03, 0.05, 0.02, 0.06, 0, 0), np.arange(0, 200.0)
    wide = {name: np.full((times.size, 300), np.nan) for name in system.seen}
    curves(system, GIVEN, times, wide)
    one = curves(system, GIVEN, times)
    for name, curve in wide.items():
        np.testing.assert_allclose(curve, np.broadcast_to(one[name], curve.shape), rtol=1e-13)


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
    assert cascade(star(0.5, (1e-9, 0.5), (1e-9, 0.5))) is None


def test_coinciding_poles_of_everybody_are_written_to_every_column() -> None:
    system, times = star(0.5, (1e-9, 0.5), (1e-9, 0.5)), np.arange(0, 20.0)
    inputs = [Evenly("rate", 0.0, 5.0, np.array([0.5]))]
    wide = curves(system, inputs, times, {"ketamine": np.full((times.size, 300), np.nan)})["ketamine"]
    np.testing.assert_array_equal(
        wide, np.broadcast_to(curves(system, inputs, times)["ketamine"], wide.shape)
    )


def chain(*names: str) -> Flows:
    flows = Flows(looked_at={name: (name, np.ones(1)) for name in names})
    for number, (start, end) in enumerate(zip(names, (*names[1:], "out"), strict=True)):
        flows.moved.append((start, end, np.array([1.0 + number])))
    return flows


@pytest.mark.parametrize(("names", "dosed"), [("abc", "a"), ("ab", "ab"), ("ab", "b")])
def test_three_in_a_row_or_a_dose_into_the_second_are_left_to_the_matrix(names: str, dosed: str) -> None:
    flows = chain(*names)
    for state in dosed:
        flows.source(f"rate {state}", state)
    assert cascade(flows.system(tuple(names))) is None
