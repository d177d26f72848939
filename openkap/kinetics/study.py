"""A regimen run through a plasma model and an effect site: of a typical person or a block of virtual ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from openkap.kinetics.curves import curves
from openkap.kinetics.inputs import Absorbing
from openkap.kinetics.model import Model, Route
from openkap.kinetics.population import between_models, deviates, offsets, spread
from openkap.kinetics.published import Published
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Dose, Person, Regimen, check_devices, check_spat_out
from openkap.kinetics.system import EFFECT_SITE, body
from openkap.kinetics.units import Milligrams
from openkap.kinetics.values import NOBODY_VARIES, Array, Offsets, value, values

HALF = 0.5
S, R = "S", "R"


@dataclass(frozen=True, slots=True)
class Run:
    """One pass through a model: a portion of every dose, with the R-enantiomer's clearance or not."""

    portion: float
    enantiomer: str


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked: a regimen for one person by one plasma model. `analytes` in the order of the model."""

    published: Published
    model: Model
    regimen: Regimen
    person: Person
    given: tuple[tuple[Dose, Route], ...]

    @property
    def analytes(self) -> tuple[str, ...]:
        return tuple(self.model.observed)

    @property
    def runs(self) -> tuple[Run, ...]:
        """A racemic dose in a model of one enantiomer is two runs of half the dose."""
        if self.regimen.drug == "racemic" and self.model.drug == "esketamine":
            return Run(HALF, S), Run(HALF, R)
        return (Run(1.0, S),)

    def typical(self, times_min: Array) -> list[Mapping[str, Array]]:
        """ng/mL by run and analyte, shape (times, 1)."""
        return [self._plasma(run, NOBODY_VARIES, times_min) for run in self.runs]

    def typical_effect(self, times_min: Array) -> Array:
        """ng/mL of S-ketamine at the effect site, shape (times, 1)."""
        ke0 = self.published.links.ke0
        return self._effect(NOBODY_VARIES, value(ke0, self.person), times_min)[EFFECT_SITE]

    def block(self, number: int, seed: int, times_min: Array, into: Mapping[str, Array]) -> None:
        """Write ng/mL of 1,024 virtual people, by analyte and at the effect site, to arrays (times, 1024)."""
        drawn = offsets(self.model, self.routes, seed, number)
        plasma = {name: into[name] for name in self.analytes}
        for place, run in enumerate(self.runs):
            if place == 0:
                self._plasma(run, drawn, times_min, plasma)
                continue
            for name, curve in self._plasma(run, drawn, times_min).items():
                plasma[name] += curve
        self.block_effect(number, seed, times_min, into[EFFECT_SITE])

    def block_effect(self, number: int, seed: int, times_min: Array, into: Array) -> None:
        """Write ng/mL of S-ketamine at the effect site of 1,024 virtual people, shape (times, 1024)."""
        links = self.published.links
        drawn = offsets(self.published.models[links.effect_model], self.routes, seed, number)
        ke0 = value(links.ke0, self.person, spread(links.ke0, "ke0", seed, number))
        self._effect(drawn, ke0, times_min, {EFFECT_SITE: into})

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple({route.id: route for _, route in self.given}.values())

    def c50(self, seed: int, block: int) -> Array:
        c50 = self.published.links.experience.c50_ng_per_ml
        return value(c50, self.person, spread(c50, "c50", seed, block))

    def model_factor(self, seed: int, block: int) -> Array:
        return between_models(self.published.links.between_models_log_sd, seed, block)

    def pressure_deviate(self, seed: int, block: int) -> Array:
        return deviates(seed, "blood pressure", block)

    def _plasma(
        self, run: Run, drawn: Offsets, times_min: Array, into: Mapping[str, Array] | None = None
    ) -> Mapping[str, Array]:
        known = values(self.model.parameters, self.person, drawn)
        if run.enantiomer == R:
            known |= {name: known[name] * scale for name, scale in self.model.r_scale.items()}
        flows = body(self.model, known)
        absorbing = Absorbing(self.model, self.person, self.regimen.drug, drawn)
        inputs = absorbing.enter(flows, self.given, portion=run.portion)
        return curves(flows.system(self.analytes), inputs, times_min, into)

    def _effect(
        self, drawn: Offsets, ke0: Array, times_min: Array, into: Mapping[str, Array] | None = None
    ) -> Mapping[str, Array]:
        model = self.published.models[self.published.links.effect_model]
        flows = body(model, values(model.parameters, self.person, drawn), ke0)
        absorbing = Absorbing(model, self.person, self.regimen.drug, drawn)
        portion = HALF if self.regimen.drug == "racemic" else 1.0
        inputs = absorbing.enter(flows, self.given, portion=portion)
        return curves(flows.system((EFFECT_SITE,)), inputs, times_min, into)


def study(regimen: Regimen, person: Person, published: Published, model: str = "") -> Study:
    """The regimen by the named model, or by the one its first route asks for. Refused if impossible."""
    named = published.model(model or _default(regimen, published))
    _check_weight(person, published)
    given = tuple((dose, published.route(dose.route, named)) for dose in regimen.doses)
    for route in {route.id: route for _, route in given}.values():
        check_devices([dose for dose, its in given if its is route], route, person)
    for dose, route in given:
        check_spat_out(dose, route)
        Milligrams(dose.mg(person))  # refuses mg/kg that come to more than can be meant
    return Study(published, named, regimen, person, given)


def _check_weight(person: Person, published: Published) -> None:
    """Outside one model's range is said beside the curve (`outside`); outside every one there is none."""
    spans = [one.valid.weight_kg for one in published.models.values() if one.valid.weight_kg]
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    if not low <= person.weight.value <= high:
        raise Refused(
            "weight",
            f"{person.weight} is outside the {low:g} to {high:g} kg that any published model covers",
            "Check the number and its unit",
        )


def _default(regimen: Regimen, published: Published) -> str:
    first = regimen.doses[0].route
    general = published.routes.get(first)
    if general is None:
        own = [one.id for one in published.models.values() if first in one.routes]
        return own[0] if own else next(iter(published.models))
    by_drug = general.esketamine_model if regimen.drug == "esketamine" else ""
    return by_drug or general.model
