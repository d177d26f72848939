"""What was measured in people after a known regimen, to stand beside what a model expects of the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openkap.kinetics.model import Route
from openkap.kinetics.published import Published
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.study import HALF, Study, study
from openkap.kinetics.units import Milligrams, Minutes
from openkap.kinetics.values import Array

KINDS = {
    "level": "ng/mL",
    "peak": "ng/mL",
    "peak-minute": "min",
    "exposure": "ng·h/mL",
    "exposure-ratio": "1",
    "clearance": "mL/min",
    "volume": "L/kg",
    "share": "1",
}
"""What can be observed, and its unit."""
_FINE_MIN, _DAY_MIN, _LAST_MIN = 240.0, 1440.0, 20_160.0
_PER_HOUR = 60.0
_ML, _UG = 1000.0, 1000.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """One published number. `of`: "both", or the enantiomer "S" or "R", or "each" (the mean of the two).

    `low` and `high` are its published spread, in the words of `spread`. `value` is None where only they are.
    """

    analyte: str
    kind: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    spread: str
    at_min: float = 0.0
    until_h: float = 0.0
    of: str = "both"


@dataclass(frozen=True, slots=True)
class Trial:
    """One group of people, what they were given, and what was measured. `model` "" is the route's own."""

    id: str
    title: str
    population: str
    person: Person
    regimen: Regimen
    model: str
    measured: tuple[Measurement, ...]
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A published number and what a typical person of the model would show, in the same unit."""

    measurement: Measurement
    expected: float

    @property
    def ratio(self) -> float | None:
        """Expected over observed."""
        return self.expected / self.measurement.value if self.measurement.value else None

    @property
    def within(self) -> bool | None:
        """Whether it lies in the published spread; None where none was published."""
        one = self.measurement
        return None if one.low is None or one.high is None else one.low <= self.expected <= one.high


def compare(trial: Trial, published: Published) -> tuple[Compared, ...]:
    """Every number of a trial beside its model's. Raises Refused where the model lacks what was measured."""
    asked = study(trial.regimen, trial.person, published, trial.model)
    return tuple(Compared(one, _expected(one, asked)) for one in trial.measured)


def _expected(one: Measurement, asked: Study) -> float:
    times = _times(one)
    curve = _curve(one, asked, times)
    if one.kind == "level":
        return float(curve[-1])
    if one.kind == "peak":
        return float(curve.max())
    if one.kind == "peak-minute":
        return float(times[curve.argmax()])
    area = float(np.trapezoid(curve, times))
    if one.kind == "exposure":
        return area / _PER_HOUR if one.unit == KINDS["exposure"] else area
    if one.kind == "exposure-ratio":
        return float(np.trapezoid(_curve(one, asked, times, "norketamine"), times)) / area
    mg = sum(dose.mg(asked.person) for dose in asked.regimen.doses)
    if one.kind == "share":
        return area / _vein_area(one, asked, times)
    clearance = mg * _share(one, asked) * _UG / area
    if one.kind == "volume":
        stays = float(np.trapezoid(curve * times, times)) / area
        return clearance * stays / asked.person.weight.value
    per_kg = asked.person.weight.value if one.unit.endswith("/kg") else 1.0
    return clearance * _ML / per_kg


def _times(one: Measurement) -> Array:
    """Every tenth of a minute while it changes fast, then every minute, then ten, until it is gone."""
    if one.kind == "level":
        return np.array([0.0, one.at_min])
    last = one.until_h * _PER_HOUR or (_DAY_MIN if one.kind in ("peak", "peak-minute") else _LAST_MIN)
    grid = np.concatenate(
        (
            np.arange(0, _FINE_MIN, 0.1),
            np.arange(_FINE_MIN, _DAY_MIN),
            np.arange(_DAY_MIN, _LAST_MIN + 1, 10),
        )
    )
    return grid[grid <= last]


def _curve(one: Measurement, asked: Study, times: Array, analyte: str = "") -> Array:
    runs = asked.typical(times)
    name = analyte or one.analyte
    if name not in runs[0] or (one.of in ("S", "R") and len(runs) == 1):
        raise Refused("analyte", f"{asked.model.title} has no {name} of {one.of}")
    if one.of in ("S", "R"):
        return np.asarray(runs["SR".index(one.of)][name][:, 0])
    whole = np.sum([run[name][:, 0] for run in runs], axis=0)
    return np.asarray(whole * HALF if one.of == "each" else whole)


def _share(one: Measurement, asked: Study) -> float:
    """The part of the dose that the measured enantiomer is."""
    return 1.0 if one.of == "both" or asked.regimen.drug == "esketamine" else HALF


def _vein_area(one: Measurement, asked: Study, times: Array) -> float:
    """The exposure of the same doses into a vein: what a share is a share of."""
    vein: Route = asked.published.routes["iv"]
    given: Sequence[tuple[Dose, Route]] = [
        (Dose("iv", Milligrams(dose.mg(asked.person)), Minutes(dose.start.value)), vein)
        for dose, _ in asked.given
    ]
    whole = Study(asked.published, asked.model, asked.regimen, asked.person, tuple(given))
    return float(np.trapezoid(_curve(one, whole, times), times))
