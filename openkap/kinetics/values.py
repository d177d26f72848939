"""Parameters of one person or of many: scaled to weight and age, spread by an offset on their own scale."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from openkap.kinetics.model import REFERENCE_KG, Parameter
from openkap.kinetics.regimen import Person

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Offsets = Mapping[str, Array]
"""By stream, shape (people,): added to the logarithm or logit of a parameter. An absent one adds nothing."""

NOBODY_VARIES: Offsets = {}
_OLD = 60.0


def value(
    parameter: Parameter, person: Person, offset: Array | None = None, *, drug: str = "", times: float = 1.0
) -> Array:
    """Shape (people,), or (1,) without an offset. `times` multiplies before the offset is added."""
    printed = parameter.value
    if drug == "esketamine" and parameter.esketamine is not None:
        printed = parameter.esketamine
    typical = printed * times * (person.weight.value / REFERENCE_KG) ** parameter.weight_power
    if person.age is not None:
        typical += parameter.per_year_above_60 * max(person.age.value - _OLD, 0.0)
    if offset is None:
        return np.array([typical])
    varied: Array = typical * np.exp(offset)
    return varied / (varied + 1 - typical) if parameter.logit_sd else varied


def values(parameters: Mapping[str, Parameter], person: Person, offsets: Offsets) -> dict[str, Array]:
    return {name: value(one, person, offsets.get(name)) for name, one in parameters.items()}
