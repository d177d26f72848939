"""Many virtual people at once: their bands, and what each of them may feel.

People are drawn and run in blocks of 1,024 (`population`), written side by side, and ranked at each time.
A population that does not fit in memory is ranked in stretches of time: a stretch runs every block again,
which costs a leap to its start and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from openkap.kinetics.bands import SHARES, quantiles
from openkap.kinetics.effects import Felt, felt, joined
from openkap.kinetics.population import BLOCK
from openkap.kinetics.refusal import Refused
from openkap.kinetics.study import Study
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.values import Array, Places

_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Population:
    """How many virtual people, from which seed, in how much memory (bytes)."""

    people: int = 1000
    seed: int = 1
    memory_bytes: int = 1 << 30

    def __post_init__(self) -> None:
        if not 0 <= self.people <= _MOST:
            raise Refused("people", f"{self.people} is not a number from 0 to {_MOST}")
        if self.seed < 0:
            raise Refused("seed", "a seed is not below zero")

    @property
    def blocks(self) -> Iterator[tuple[int, slice]]:
        """The number of each block and its people."""
        for first in range(0, self.people, BLOCK):
            yield first // BLOCK, slice(first, min(first + BLOCK, self.people))


@dataclass(frozen=True, slots=True)
class Crowd:
    """Bands by analyte, shape (5, times), and what each person may feel; `pressure_deviate`: (people,)."""

    between_people: Mapping[str, Array]
    between_models: Mapping[str, Array]
    felt: Felt
    pressure_deviate: Array


def crowd(study: Study, population: Population, times_min: Array, on_grid: Places) -> Crowd:
    """`on_grid`: the places among `times_min` that what is felt is read at."""
    names = (*study.analytes, EFFECT_SITE)
    factor = _each(population, study.model_factor)
    people, models = ({name: np.empty((len(SHARES), times_min.size)) for name in names} for _ in range(2))
    whole: Array | None = None
    for stretch in _stretches(population, times_min.size, len(names)):
        made = _side_by_side(study, population, times_min[stretch], names)
        if made[EFFECT_SITE].shape[0] == times_min.size:
            whole = made[EFFECT_SITE][on_grid]
        for name in names:
            people[name][:, stretch] = quantiles(made[name])
            made[name] *= factor
            models[name][:, stretch] = quantiles(made[name])
    grid, deviate = times_min[on_grid], _each(population, study.pressure_deviate)
    links, c50 = study.published.links, _each(population, study.c50)
    if whole is not None:
        return Crowd(people, models, felt(whole, c50, grid, links), deviate)
    parts = [
        felt(
            study.block_effect(number, population.seed, grid)[:, : who.stop - who.start],
            c50[who],
            grid,
            links,
        )
        for number, who in population.blocks
    ]
    return Crowd(people, models, joined(parts), deviate)


def _stretches(population: Population, times: int, analytes: int) -> Iterator[slice]:
    """Times in stretches whose curves, and one copy, fit in the memory."""
    rows = max(1, population.memory_bytes // (8 * population.people * (analytes + 1)))
    return (slice(first, min(first + rows, times)) for first in range(0, times, rows))


def _side_by_side(
    study: Study, population: Population, times_min: Array, names: tuple[str, ...]
) -> dict[str, Array]:
    made = {name: np.empty((times_min.size, population.people)) for name in names}
    for number, people in population.blocks:
        block = study.block(number, population.seed, times_min)
        for name in names:
            made[name][:, people] = block[name][:, : people.stop - people.start]
    return made


def _each(population: Population, drawn: Callable[[int, int], Array]) -> Array:
    """One number a person, shape (people,)."""
    made = np.empty(population.people)
    for number, people in population.blocks:
        made[people] = drawn(population.seed, number)[: people.stop - people.start]
    return made
