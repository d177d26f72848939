"""Virtual people: as spread as was published, the same whoever asks, in however many pieces."""

import math
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

import dask
import numpy as np
import pytest

from openkap.kinetics.crowd import Population, crowd
from openkap.kinetics.forecast import forecast
from openkap.kinetics.model import Parameter
from openkap.kinetics.population import BLOCK, deviates, offsets
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Regimen
from openkap.kinetics.study import study
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.values import values
from openkap.protocol.read_kinetics import published
from tests.kinetics.asked import ADULT, dose

OTTO = published().models["otto"]
BLOCKS = 60
TIMES = np.arange(0, 181, 10.0)
GRID = np.arange(TIMES.size)


def drawn(name: str) -> np.ndarray:
    """One parameter of 61,440 people."""
    return np.concatenate([offsets(OTTO, (), 3, block)[name] for block in range(BLOCKS)])


@pytest.mark.parametrize(
    ("first", "second", "variances", "covariance"),
    [("V1", "CL", (0.084177, 0.026048), 0.02261), ("Vn", "CLn", (0.040426, 0.10319), 0.04456)],
)
def test_people_vary_and_covary_as_published(
    first: str, second: str, variances: tuple[float, float], covariance: float
) -> None:
    one, two = drawn(first), drawn(second)
    assert (one.var(), two.var()) == pytest.approx(variances, rel=0.03)
    assert np.cov(one, two)[0, 1] == pytest.approx(covariance, rel=0.03)


def test_the_median_of_people_is_the_typical_value() -> None:
    """The median, not the mean: a log-normal spread is not even around it."""
    typical = values(OTTO.parameters, ADULT, {})["CL"][0]
    people = typical * np.exp(drawn("CL"))
    assert np.median(people) == pytest.approx(typical, rel=5e-3)
    assert people.mean() / typical == pytest.approx(math.exp(0.026048 / 2), rel=3e-3)


def test_a_coefficient_of_variation_becomes_a_log_variance() -> None:
    """132 % is ln(1 + 1.32²), not 1.32²."""
    swallowed: Parameter = published().models["perez"].routes["intranasal"].parameters["ksw"]
    assert swallowed.variance == pytest.approx(math.log(1 + 1.32**2))


def test_a_share_of_a_dose_stays_a_share_in_everybody() -> None:
    route = published().routes["sublingual"]
    share = np.concatenate([offsets(OTTO, (route,), 1, block)["sublingual.fS"] for block in range(BLOCKS)])
    people = 0.2 / (0.2 + 0.8 * np.exp(-share))
    assert people.min() > 0 and people.max() < 1
    assert people.std() / people.mean() == pytest.approx(0.39, abs=0.03)


def test_a_person_is_the_same_in_every_block_stream_and_seed_of_their_own() -> None:
    again = deviates(7, "CL", 2)
    assert np.array_equal(again, deviates(7, "CL", 2))
    for other in (deviates(8, "CL", 2), deviates(7, "V1", 2), deviates(7, "CL", 3)):
        assert abs(np.corrcoef(again, other)[0, 1]) < 0.15


def test_more_people_leave_the_first_as_they_were() -> None:
    asked = study(Regimen((dose("im", 35),)), ADULT, published())
    few, many = (crowd(asked, Population(people), TIMES, GRID) for people in (700, BLOCK + 300))
    assert np.array_equal(many.felt.peak_ng_per_ml[:700], few.felt.peak_ng_per_ml)
    assert np.array_equal(many.felt.offset_min[:700], few.felt.offset_min, equal_nan=True)


@pytest.mark.parametrize("times_held", [1, 2, 7, 18])
def test_little_memory_draws_the_same_bands(times_held: int) -> None:
    """Ranked in stretches of few times, as a population larger than memory is.

    A leap to the start of a stretch is another way to the same curve, so its last digits may differ.
    """
    people = 1500
    asked = study(Regimen((dose("iv", 35, 0, 40), dose("iv", 20, 60, 80))), ADULT, published())
    whole = crowd(asked, Population(people), TIMES, GRID)
    little = Population(people, memory_bytes=8 * people * 4 * times_held)
    parts = crowd(asked, little, TIMES, GRID)
    for name in ("ketamine", "norketamine", EFFECT_SITE):
        np.testing.assert_allclose(parts.between_people[name], whole.between_people[name], rtol=1e-12)
        np.testing.assert_allclose(parts.between_models[name], whole.between_models[name], rtol=1e-12)
    np.testing.assert_allclose(parts.felt.offset_min, whole.felt.offset_min, rtol=1e-9)
    again = crowd(asked, little, TIMES, GRID)
    assert all(
        np.array_equal(again.between_people[name], parts.between_people[name])
        for name in parts.between_people
    )


def test_published_models_disagree_more_than_people_do() -> None:
    """The band between models is wider by a factor whose log-SD is 0.32, and centred alike."""
    made = forecast(
        Regimen((dose("iv", 35, 0, 40),)), ADULT, published(), times_min=(40,), population=Population(20_000)
    )
    people, models = made.between_people["ketamine"][:, 0], made.between_models["ketamine"][:, 0]
    assert models[0] < people[0] < people[4] < models[4]
    assert models[2] == pytest.approx(people[2], rel=0.02)
    spread = (np.log(models[4] / models[0]) / 3.29) ** 2 - (np.log(people[4] / people[0]) / 3.29) ** 2
    assert math.sqrt(spread) == pytest.approx(0.32, abs=0.02)


@pytest.mark.parametrize(("people", "seed"), [(-1, 1), (10**8, 1), (10, -1)])
def test_a_population_that_cannot_be_is_refused(people: int, seed: int) -> None:
    with pytest.raises(Refused):
        Population(people, seed)


def test_a_cluster_draws_the_same_bands_to_the_last_bit() -> None:
    """Every stretch of times in another process, and then every block."""
    people = 1500
    asked = study(Regimen((dose("sublingual", 100), dose("iv", 20, 60, 80))), ADULT, published())
    here = Population(people, memory_bytes=8 * people * 4 * 5)
    there = replace(here, each=elsewhere)
    one, two = (crowd(asked, population, TIMES, GRID) for population in (here, there))
    for name in one.between_people:
        np.testing.assert_array_equal(two.between_people[name], one.between_people[name])
        np.testing.assert_array_equal(two.between_models[name], one.between_models[name])
    for part in fields(one.felt):
        np.testing.assert_array_equal(getattr(two.felt, part.name), getattr(one.felt, part.name))


def elsewhere(work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterable[Any]:
    return dask.compute(*[dask.delayed(work)(part) for part in parts], scheduler="processes", num_workers=2)
