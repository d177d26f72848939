"""A published model as it was printed: parameters, compartments, flows, and for whom it holds.

Values stand in L, L/min, 1/min and min at 70 kg. A file of `openkap/protocol/kinetics` holds each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OUT = "out"
REFERENCE_KG = 70.0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a model or route, with how it varies between people.

    `variance` is that of the natural logarithm, `logit_sd` the SD on the logit of a share; never both.
    """

    name: str
    value: float
    unit: str  # "L" · "L/min" · "1/min" · "min" · "1"
    basis: str
    weight_power: float = 0.0  # times (weight / 70 kg) to this power
    per_year_above_60: float = 0.0  # added for each year of age above 60
    esketamine: float | None = None  # instead of `value` when the dose is esketamine
    variance: float = 0.0
    logit_sd: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """Drug leaving one compartment for another `by` a clearance (over the volume left) or a rate."""

    source: str
    target: str
    by: str
    share: str = ""  # a parameter; "" is all of it
    rest: bool = False  # what `share` leaves


@dataclass(frozen=True, slots=True)
class Observed:
    """Where an analyte is measured: ng/mL = 1000 × mg in the compartment / L × mass_ratio."""

    compartment: str
    volume: str
    mass_ratio: float


@dataclass(frozen=True, slots=True)
class Factor:
    """A parameter as part of a share; `rest` takes one minus it."""

    parameter: str
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Into:
    """Where a depot drains: `to` is an entry or compartment of the model; `otherwise` where it has none."""

    to: str
    share: str = ""
    otherwise: str = ""
    otherwise_share: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One way of a dose: a share of it, at once or `over` a duration, `through` depots, `into` the model."""

    id: str
    share: tuple[Factor, ...]
    into: tuple[Into, ...]
    through: tuple[str, ...] = ()
    over: str = ""
    swallowed: bool = False


@dataclass(frozen=True, slots=True)
class Devices:
    """A share that falls with the number of devices: share × (1 + later × (N − 1)) / N."""

    parameter: str
    later: float
    mg: float
    most: int


@dataclass(frozen=True, slots=True)
class Route:
    """How a dose by one route reaches the compartments. Its parameters are its own."""

    id: str
    title: str
    parameters: Mapping[str, Parameter]
    parts: tuple[Part, ...]
    basis: str
    sources: tuple[str, ...]
    says: str
    devices: Devices | None = None
    model: str = ""  # the plasma model unless another is named
    esketamine_model: str = ""
    compare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Valid:
    """For whom and what a model was fitted. An end that nobody published is None."""

    age_years: tuple[float, float] | None
    weight_kg: tuple[float, float] | None
    dose_mg: tuple[float, float] | None
    routes: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Model:
    """A published model. `r_scale`: what its parameters are multiplied by in a run of the R-enantiomer.

    Empty for a model of the racemate, which takes a racemic dose in one run.
    """

    id: str
    title: str
    drug: str  # "esketamine" · "racemic"
    sampled: str  # "venous" · "arterial"
    population: str
    misfits: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]
    valid: Valid
    parameters: Mapping[str, Parameter]
    volumes: Mapping[str, str]  # compartment to the parameter of its volume, "" where only rates leave it
    flows: tuple[Flow, ...]
    entries: Mapping[str, str]
    observed: Mapping[str, Observed]
    r_scale: Mapping[str, float] = field(default_factory=dict)
    covariances: tuple[tuple[str, str, float], ...] = ()
    residual_sd: Mapping[str, float] = field(default_factory=dict)
    routes: Mapping[str, Route] = field(default_factory=dict)
    compared: tuple[str, ...] = ()
