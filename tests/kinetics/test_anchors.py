"""Values worked out once by hand from the published equations, to the digits they were written down with."""

import numpy as np
import pytest

from openkap.kinetics.crowd import Population
from openkap.kinetics.forecast import forecast
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, Milligrams, Minutes, Years
from openkap.protocol.read_kinetics import published

NOBODY = Population(people=0)


def dose(route: str, mg: float, end: float | None = None, devices: int = 0) -> Dose:
    return Dose(route, Milligrams(mg), Minutes(0), None if end is None else Minutes(end), devices)


@pytest.mark.parametrize(
    ("model", "drug", "given", "times", "ketamine", "norketamine"),
    [
        ("k20", "racemic", dose("iv", 35, 40), (10, 40, 60, 240),
         (154.531515, 253.051835, 95.8599564, 25.6207868), None),
        ("otto", "esketamine", dose("iv", 35, 40), (10, 40, 60, 240),
         (56.0953216, 158.041733, 103.754833, 25.1655018), (4.48774658, 47.0854244, 68.4518283, 49.5129168)),
        ("otto", "racemic", dose("im", 35), (10, 20, 60, 240),
         (100.208991, 127.085957, 90.5138581, 25.1916468), (8.33170196, 23.2380387, 60.6573249, 44.6330469)),
        ("otto", "racemic", dose("oral", 50), (20, 60, 120, 240),
         (13.1845894, 26.4086323, 20.3700276, 9.87840766), (69.5005787, 166.936493, 130.169401, 57.4410289)),
        ("otto", "racemic", dose("sublingual", 50), (20, 60, 120, 240),
         (21.2279417, 40.0607553, 29.1253965, 13.8915337), (41.1356406, 152.834818, 130.788084, 60.7165111)),
        ("otto", "racemic", dose("intranasal", 40), (10, 40, 60, 240),
         (31.9997496, 54.3178759, 50.0596585, 15.6683891), (9.01963299, 84.6248466, 110.585352, 50.2119284)),
        ("perez", "esketamine", dose("intranasal", 56, devices=2), (10, 40, 60, 240),
         (43.9801308, 72.9883147, 66.9125898, 16.8104612), (2.35346215, 56.7642384, 96.4785634, 63.6036176)),
        ("simons", "esketamine", dose("film", 50), (10, 20, 60, 240),
         (55.6954832, 84.7218443, 45.2759415, 7.99186447), (2.34610742, 28.2584846, 250.576135, 72.8412213)),
    ],
)  # fmt: skip
def test_a_curve_passes_through_its_anchors(
    model: str,
    drug: str,
    given: Dose,
    times: tuple[float, ...],
    ketamine: tuple[float, ...],
    norketamine: tuple[float, ...] | None,
) -> None:
    person = Person(Kilograms(70), Years(45))
    made = forecast(
        Regimen((given,), drug), person, published(), model=model, times_min=times, population=NOBODY
    )
    np.testing.assert_allclose(made.ketamine_ng_per_ml, ketamine, rtol=1e-8)
    if norketamine:
        np.testing.assert_allclose(made.typical["norketamine"], norketamine, rtol=1e-8)


@pytest.mark.parametrize(
    ("model", "at_40_min"),
    [("simons", 289), ("k20", 253), ("domino", 240), ("clements", 177), ("otto", 158), ("perez", 125)],
)
def test_the_models_differ_as_published(model: str, at_40_min: float) -> None:
    """35 mg over 40 min at 70 kg: twice as high by one model as by another."""
    regimen, person = Regimen((dose("iv", 35, 40),), "esketamine"), Person(Kilograms(70))
    made = forecast(regimen, person, published(), model=model, times_min=(40,), population=NOBODY)
    assert made.ketamine_ng_per_ml[0] == pytest.approx(at_40_min, abs=0.5)
