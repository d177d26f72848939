"""Where on the curve is this person, when is the peak, when is it over, and how sure are we?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from openkap.kinetics.crowd import Crowd, Population, crowd
from openkap.kinetics.curves import total
from openkap.kinetics.effects import ExperienceWindow, PressureWindow, experience, felt, pressure
from openkap.kinetics.model import Model
from openkap.kinetics.occupancy import Enantiomers, Occupancy, occupancies
from openkap.kinetics.outside import outside
from openkap.kinetics.published import Published
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Person, Regimen
from openkap.kinetics.study import HALF, Study, study
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.values import Array, value

_MINUTE_BY_MINUTE = 60
_COARSE_MIN = 5
_HORIZON_MIN = 360
_LATEST_MIN = 20_160
A_THOUSAND = Population()


@dataclass(frozen=True, slots=True)
class Forecast:
    """ng/mL by analyte and "effect-site" (S-ketamine, by the effect model of `published.links`).

    `typical`: shape (times,). `between_people` and `between_models`: shape (5, times), the 5, 25, 50, 75 and
    95 % of virtual people; the second also lets published models disagree. Both are empty without people.
    `until_min`: the last minute that effects were looked for at; an effect not over by then ends at infinity.
    `outside`: sentences on what the model was not fitted to. It informs, and is never advice when to dose.
    """

    model: Model
    regimen: Regimen
    person: Person
    times_min: Array
    typical: Mapping[str, Array]
    between_people: Mapping[str, Array]
    between_models: Mapping[str, Array]
    experience: ExperienceWindow
    pressure: PressureWindow
    occupancy: Sequence[Occupancy]
    outside: tuple[str, ...]
    until_min: float

    @property
    def ketamine_ng_per_ml(self) -> Array:
        return self.typical["ketamine"]

    @property
    def norketamine_ng_per_ml(self) -> Array | None:
        return self.typical.get("norketamine")

    @property
    def hydroxynorketamine_ng_per_ml(self) -> Array | None:
        return self.typical.get("hydroxynorketamine")

    @property
    def effect_site_ng_per_ml(self) -> Array:
        return self.typical[EFFECT_SITE]


def forecast(
    regimen: Regimen,
    person: Person,
    published: Published,
    *,
    model: str = "",
    times_min: Sequence[float] | Array | None = None,
    population: Population = A_THOUSAND,
) -> Forecast:
    """The forecast of a regimen for a person; `model` "" takes that of the first dose's route.

    `times_min`: rising minutes to answer at; None is every minute until an hour after the last input, then
    every five to six hours. `Population(0)` draws nobody. Raises Refused with one sentence.
    """
    asked = study(regimen, person, published, model)
    grid = _grid(asked)
    wanted = grid if times_min is None else _rising(times_min)
    times = np.union1d(grid, wanted)
    runs = asked.typical(times)
    typical = {**total(runs), EFFECT_SITE: asked.typical_effect(times)}
    on_grid, told = np.searchsorted(times, grid), np.searchsorted(times, wanted)
    alone = typical[EFFECT_SITE][on_grid]
    drawn = crowd(asked, population, times, on_grid) if population.people else _alone(asked, alone, grid)
    return Forecast(
        asked.model,
        regimen,
        person,
        wanted,
        {name: curve[told, 0] for name, curve in typical.items()},
        {name: band[:, told] for name, band in drawn.between_people.items()},
        {name: band[:, told] for name, band in drawn.between_models.items()},
        experience(drawn.felt),
        pressure(drawn.felt, drawn.pressure_deviate, asked.published.links),
        occupancies(_at_peak(asked, runs), asked.published.links),
        outside(asked),
        float(grid[-1]),
    )


def _alone(asked: Study, effect: Array, grid: Array) -> Crowd:
    """A typical person, without a band."""
    links = asked.published.links
    return Crowd(
        {}, {}, felt(effect, value(links.experience.c50_ng_per_ml, asked.person), grid, links), np.zeros(1)
    )


def _grid(asked: Study) -> Array:
    ends = [(dose.end or dose.start).value for dose in asked.regimen.doses]
    lasts = [r.parameters[p.over].value for r in asked.routes for p in r.parts if p.over]
    fine = float(np.ceil(max(ends) + max(lasts, default=0.0))) + _MINUTE_BY_MINUTE
    horizon = max(fine, float(np.ceil(max(ends))) + _HORIZON_MIN)
    return np.concatenate((np.arange(0.0, fine), np.arange(fine, horizon + _COARSE_MIN, _COARSE_MIN)))


def _rising(times_min: Sequence[float] | Array) -> Array:
    try:
        made = np.asarray(times_min, dtype=np.float64)
    except (TypeError, ValueError):
        made = np.empty(0)
    if made.ndim != 1 or made.size == 0 or not np.isfinite(made).all():
        raise Refused("times", "every time must be a finite number of minutes, and there must be one")
    if made[0] < 0 or made[-1] > _LATEST_MIN or (np.diff(made) <= 0).any():
        raise Refused("times", f"times must rise from 0 to at most {_LATEST_MIN} minutes", "Sort them")
    return made


def _at_peak(asked: Study, runs: Sequence[Mapping[str, Array]]) -> Enantiomers:
    """Each enantiomer when plasma ketamine of a typical person peaks."""
    peak = int(total(runs)["ketamine"].argmax())
    ketamine = [float(run["ketamine"][peak, 0]) for run in runs]
    nor = [float(run["norketamine"][peak, 0]) if "norketamine" in run else 0.0 for run in runs]
    if len(runs) > 1:
        return Enantiomers(*ketamine, *nor)
    if asked.regimen.drug == "racemic":
        return Enantiomers(HALF * ketamine[0], HALF * ketamine[0], HALF * nor[0], HALF * nor[0])
    return Enantiomers(ketamine[0], 0.0, nor[0], 0.0)
