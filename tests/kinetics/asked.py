"""Short ways to ask for a curve in these tests."""

from collections.abc import Sequence

import numpy as np

from openkap.kinetics.crowd import Population
from openkap.kinetics.forecast import Forecast, forecast
from openkap.kinetics.published import Published
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, Milligrams, Minutes, Years
from openkap.protocol.read_kinetics import published

NOBODY = Population(people=0)
ADULT = Person(Kilograms(70), Years(40))


def dose(route: str, mg: float, start: float = 0, end: float | None = None, **more: object) -> Dose:
    return Dose(route, Milligrams(mg), Minutes(start), None if end is None else Minutes(end), **more)


def typical(
    *doses: Dose,
    model: str = "",
    drug: str = "racemic",
    times: Sequence[float] = (5, 30, 60, 240),
    person: Person = ADULT,
    shelf: Published | None = None,
) -> Forecast:
    return forecast(
        Regimen(doses, drug), person, shelf or published(), model=model, times_min=times, population=NOBODY
    )


def ketamine(*doses: Dose, **how: object) -> np.ndarray:
    return typical(*doses, **how).ketamine_ng_per_ml
