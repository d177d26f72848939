"""Virtual people: how parameters differ between them. Person 7 of a seed is always the same person.

They are drawn in blocks of 1,024, each stream of a block by a counter of its own, so a draw depends on seed,
stream and number alone: never on how many people there are, how they are cut up, or on which machine.
"""

from collections.abc import Iterable, Mapping
from zlib import crc32

import numpy as np

from openkap.kinetics.inputs import stream
from openkap.kinetics.model import Model, Parameter, Route
from openkap.kinetics.values import Array

BLOCK = 1024


def deviates(seed: int, name: str, block: int) -> Array:
    """Standard normal numbers of one stream, shape (1024,). A name is the same trait in every model."""
    key = np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()), block))
    return np.random.Generator(np.random.Philox(key)).standard_normal(BLOCK)


def offsets(model: Model, routes: Iterable[Route], seed: int, block: int) -> dict[str, Array]:
    """By stream, what is added to the logarithm or logit of each parameter that varies."""
    made = _spread(model.parameters, {name: name for name in model.parameters}, seed, block)
    for first, second, covariance in model.covariances:
        one, two = model.parameters[first].variance, model.parameters[second].variance
        alone = np.sqrt(two - covariance * covariance / one)
        made[second] = made[first] * (covariance / one) + alone * deviates(seed, second, block)
    for route in routes:
        made |= _spread(
            route.parameters, {name: stream(route, name) for name in route.parameters}, seed, block
        )
    return made


def _spread(
    parameters: Mapping[str, Parameter], streams: Mapping[str, str], seed: int, block: int
) -> dict[str, Array]:
    return {
        streams[name]: spread(parameter, streams[name], seed, block)
        for name, parameter in parameters.items()
        if parameter.variance or parameter.logit_sd
    }


def spread(parameter: Parameter, name: str, seed: int, block: int) -> Array:
    """Shape (1024,): offsets of one parameter on its own scale, the stream `name`."""
    sd = parameter.logit_sd or float(np.sqrt(parameter.variance))
    return sd * deviates(seed, name, block)


def between_models(log_sd: float, seed: int, block: int) -> Array:
    """Shape (1024,): one factor a person for a whole curve, for published models that disagree."""
    return np.exp(log_sd * deviates(seed, "published models", block))
