"""Many virtual people at once: their bands, and what each of them may feel.

People are drawn and run in blocks of 1,024 (`population`), written side by side, and ranked at each time.
A population that does not fit in memory is ranked in stretches of time: a stretch runs every block again,
which costs a leap to its start and nothing else. Stretches need nothing of each other, so a cluster can
take them (`Population.each`), and with the same `memory_bytes` the answer is the same to the last bit.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from openkap.kinetics.bands import quantiles
from openkap.kinetics.effects import Felt, felt, joined
from openkap.kinetics.population import BLOCK
from openkap.kinetics.refusal import Refused
from openkap.kinetics.study import Study
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.values import Array, Places

_MOST = 10_000_000

Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Population:
    """How many virtual people, from which seed, in how much memory (bytes).

    `each` runs a function over independent parts and keeps their order, as `map` does.
    """

    people: int = 1000
    seed: int = 1
    memory_bytes: int = 1 << 30
    each: Each = map

    def __post_init__(self) -> None:
        _check_whole("people", self.people, _MOST)
        _check_whole("seed", self.seed, math.inf)

    @property
    def blocks(self) -> Iterator[tuple[int, slice]]:
        """The number of each block and its people."""
        for first in range(0, self.people, BLOCK):
            yield first // BLOCK, slice(first, min(first + BLOCK, self.people))


def _check_whole(where: str, given: object, most: float) -> None:
    if not isinstance(given, int) or not 0 <= given <= most:
        until = f" to {most}" if math.isfinite(most) else ""
        raise Refused(where, f"{given!r} is not a whole number from 0{until}", "Write such a number")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Bands by analyte, shape (5, times), and what each person may feel; `pressure_deviate`: (people,)."""

    between_people: Mapping[str, Array]
    between_models: Mapping[str, Array]
    felt: Felt
    pressure_deviate: Array


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The bands of one stretch of times; `effect`, (times, people), only where that is every time."""

    people: Mapping[str, Array]
    models: Mapping[str, Array]
    effect: Array | None


def crowd(study: Study, population: Population, times_min: Array, on_grid: Places) -> Crowd:
    """`on_grid`: the places among `times_min` that what is felt is read at."""
    asked, grid = replace(population, each=map), times_min[on_grid]
    stretches = _stretches(population, times_min, len(study.analytes) + 1)
    ranked = list(population.each(partial(_rank, study, asked, times_min.size), stretches))
    effect, c50 = ranked[0].effect, _each(population, study.c50)
    if effect is not None:
        feel = felt(effect[on_grid], c50, grid, study.published.links)
    else:
        feel = joined(list(population.each(partial(_feel, study, asked.seed, grid), _by_block(asked, c50))))
    return Crowd(
        {name: np.concatenate([one.people[name] for one in ranked], axis=1) for name in ranked[0].people},
        {name: np.concatenate([one.models[name] for one in ranked], axis=1) for name in ranked[0].models},
        feel,
        _each(population, study.pressure_deviate),
    )


def _stretches(population: Population, times_min: Array, arrays: int) -> list[Array]:
    """Times in stretches whose curves, and one copy, fit in the memory."""
    rows = max(1, population.memory_bytes // (8 * population.people * (arrays + 1)))
    return [times_min[first : first + rows] for first in range(0, times_min.size, rows)]


def _rank(study: Study, population: Population, every: int, times_min: Array) -> _Ranked:
    """A pure function of its arguments: the same on any machine of a kind."""
    made, people, models = _side_by_side(study, population, times_min), {}, {}
    factor = _each(population, study.model_factor)
    effect = made[EFFECT_SITE].copy() if times_min.size == every else None
    for name, curve in made.items():
        people[name] = quantiles(curve)
        curve *= factor
        models[name] = quantiles(curve)
    return _Ranked(people, models, effect)


def _side_by_side(study: Study, population: Population, times_min: Array) -> dict[str, Array]:
    """ng/mL by analyte and at the effect site, shape (times, people)."""
    width = -(-population.people // BLOCK) * BLOCK
    made = {name: np.empty((times_min.size, width)) for name in (*study.analytes, EFFECT_SITE)}
    for number, people in population.blocks:
        whole = slice(people.start, people.start + BLOCK)
        into = {name: curve[:, whole] for name, curve in made.items()}
        study.block(number, population.seed, times_min, into)
    return {name: curve[:, : population.people] for name, curve in made.items()}


def _by_block(population: Population, c50: Array) -> Iterator[tuple[int, Array]]:
    return ((number, c50[people]) for number, people in population.blocks)


def _feel(study: Study, seed: int, grid: Array, block: tuple[int, Array]) -> Felt:
    number, c50 = block
    effect = np.empty((grid.size, BLOCK))
    study.block_effect(number, seed, grid, effect)
    return felt(effect[:, : c50.size], c50, grid, study.published.links)


def _each(population: Population, drawn: Callable[[int, int], Array]) -> Array:
    """One number a person, shape (people,)."""
    made = np.empty(population.people)
    for number, people in population.blocks:
        made[people] = drawn(population.seed, number)[: people.stop - people.start]
    return made
