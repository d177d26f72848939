"""All that a forecast rests on: models, routes, and what links a concentration to an effect."""

from collections.abc import Mapping
from dataclasses import dataclass

from openkap.kinetics.model import Model, Parameter, Route
from openkap.kinetics.refusal import Refused


@dataclass(frozen=True, slots=True)
class Blocker:
    """Constants of one laboratory, in µmol/L, for the illustration of occupancy; `free`: of unbound drug."""

    title: str
    s_ketamine: float
    r_ketamine: float
    s_norketamine: float | None
    r_norketamine: float | None
    free: bool
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Experience:
    """When an experience is expected: effect-site S-ketamine above these shares of C50."""

    c50_ng_per_ml: Parameter
    onset_share: float
    core_share: float
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pressure:
    """How far blood pressure is expected to rise, in mmHg per ng/mL of effect-site S-ketamine."""

    systolic_per_ng_per_ml: float
    diastolic_per_systolic: float
    person_sd_mmhg: float
    window_share: float
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """`ke0` and its model drive every effect; `between_models_log_sd` is one factor for a whole curve."""

    effect_model: str
    ke0: Parameter
    between_models_log_sd: float
    experience: Experience
    pressure: Pressure
    fraction_unbound: float
    blockers: tuple[Blocker, ...]
    g_per_mol: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Published:
    """The shelf: `openkap.protocol.read_kinetics.published()` fills it from the protocol's files."""

    models: Mapping[str, Model]
    routes: Mapping[str, Route]
    links: Links

    def model(self, name: str) -> Model:
        if name not in self.models:
            raise Refused("model", f"{name!r} is not one of {', '.join(self.models)}", "Name one of them")
        return self.models[name]

    def route(self, name: str, model: Model) -> Route:
        """The model's own route where it was fitted with one, else the general one."""
        own = model.routes.get(name) or self.routes.get(name)
        if own is None:
            elsewhere = [one.id for one in self.models.values() if name in one.routes]
            known = sorted({*self.routes, *(r for one in self.models.values() for r in one.routes)})
            todo = f"Take --model {elsewhere[0]}" if elsewhere else f"Known are {', '.join(known)}"
            raise Refused("route", f"{name!r} is not a route of the model {model.id}", todo)
        return own
