"""Every curve agrees with the integrated equations to 1e-8: any model, regimen, weight; equal rates too."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkap.kinetics.curves import curves, total
from openkap.kinetics.inputs import Absorbing, Input
from openkap.kinetics.model import Model, Parameter, Route
from openkap.kinetics.published import Published
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.study import HALF, R, study
from openkap.kinetics.system import EFFECT_SITE, Flows, body
from openkap.kinetics.units import Kilograms, Milligrams, Minutes, Years
from openkap.kinetics.values import Array, values
from openkap.protocol.read_kinetics import published
from tests.reference.ketamine_ode import CENTRAL, CONSTANTS, DEPOTS, Case, Given, matrix, solve

MANY = 64
TIMES = np.array([1.0, 7.5, 20, 33.3, 40, 60, 90, 150, 240, 480])
RELATIVE, OF_PEAK = 1e-8, 1e-10
GENERAL = ("iv", "im", "oral", "sublingual", "intranasal")


def product(case: Case, times: Array) -> dict[str, Array]:
    """The same case by openkap.kinetics; the effect site is that of the plasma model."""
    shelf = varied(published(), case)
    person = Person(Kilograms(case.kg), None if case.age is None else Years(case.age))
    regimen = Regimen(tuple(dose(one) for one in case.given), case.drug)
    asked = study(regimen, person, shelf, case.model)
    parts = []
    for run in asked.runs:
        known = values(asked.model.parameters, person, {})
        if run.enantiomer == R:
            known |= {name: known[name] * scale for name, scale in asked.model.r_scale.items()}
        flows = body(asked.model, known, np.array([shelf.links.ke0.value]))
        inputs = Absorbing(asked.model, person, case.drug, {}).enter(flows, asked.given, portion=run.portion)
        made = curves(flows.system((*asked.analytes, EFFECT_SITE)), inputs, times)
        parts.append({**made, **by_poles(flows, inputs, asked.analytes, times)})
    assert sum(run.portion for run in asked.runs) == 1
    assert all(run.portion == HALF for run in asked.runs[1:])
    return {name: curve[:, 0] for name, curve in total(parts).items()}


def by_poles(flows: Flows, inputs: list[Input], analytes: tuple[str, ...], times: Array) -> dict[str, Array]:
    """As many people are drawn: plasma ketamine, all of the plasma, the effect site; by poles if they can."""
    made = {}
    for asked in (("ketamine",), analytes, (EFFECT_SITE,)):
        into = {name: np.empty((times.size, MANY)) for name in asked}
        made |= {
            f"{name} of {asked}": curve
            for name, curve in curves(flows.system(asked), inputs, times, into).items()
        }
    return made


def dose(one: Given) -> Dose:
    end = None if one.end is None else Minutes(one.end)
    return Dose(one.route, Milligrams(one.mg), Minutes(one.start), end, one.devices, one.spat_out)


def varied(shelf: Published, case: Case) -> Published:
    model = shelf.models[case.model]
    own = {
        name: times(route, case, "perez" if case.model == "perez" else name)
        for name, route in model.routes.items()
    }
    changed = replace(model, parameters=multiplied(model.parameters, case.factors, ""), routes=own)
    routes = {name: times(route, case, name) for name, route in shelf.routes.items()}
    ke0 = replace(shelf.links.ke0, value=shelf.links.ke0.value * case.factors.get("ke0", 1.0))
    return replace(
        shelf,
        models={**shelf.models, case.model: changed},
        routes=routes,
        links=replace(shelf.links, ke0=ke0),
    )


def times(route: Route, case: Case, prefix: str) -> Route:
    return replace(route, parameters=multiplied(route.parameters, case.factors, f"{prefix}."))


def multiplied(
    parameters: dict[str, Parameter], factors: dict[str, float], prefix: str
) -> dict[str, Parameter]:
    return {
        name: replace(one, value=one.value * factors.get(prefix + name, 1.0))
        for name, one in parameters.items()
    }


def agree(case: Case, at: Array = TIMES) -> None:
    wanted, made = solve(case, at), product(case, at)
    assert wanted.keys() == {name.partition(" of ")[0] for name in made}
    for name in made:
        curve = wanted[name.partition(" of ")[0]]
        allowed = RELATIVE * np.abs(curve) + OF_PEAK * np.abs(curve).max()
        assert (np.abs(made[name] - curve) <= allowed).all(), (name, made[name], curve)


minutes = st.integers(0, 120) | st.floats(0, 120).map(lambda minute: round(minute, 3))


@st.composite
def doses(draw: st.DrawFn, model: str, number: int) -> Given:
    own = {"simons": ("film", "iv"), "perez": ("intranasal", "oral", "iv")}.get(model, ())
    route = draw(st.sampled_from(own or GENERAL))
    start = draw(minutes)
    if route == "iv":
        end = draw(st.none() | st.floats(0.5, 90).map(lambda length: start + round(length, 3)))
        return Given("iv", draw(st.floats(1, 150)), start, end)
    if model == "perez" and route == "intranasal":
        devices = draw(st.integers(1, 3))
        return Given(route, 28.0 * devices, start + 200 * number, devices=devices)
    return Given(
        route, draw(st.floats(1, 150)), start, spat_out=route == "sublingual" and draw(st.booleans())
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    model = draw(st.sampled_from(sorted(CONSTANTS)))
    given = tuple(draw(doses(model, number)) for number in range(draw(st.integers(1, 3))))
    drug = "esketamine" if model == "perez" else draw(st.sampled_from(("racemic", "esketamine")))
    names = sorted({*CONSTANTS[model], *DEPOTS, "ke0"} - {"Qh"})
    factors = draw(st.dictionaries(st.sampled_from(names), st.floats(0.5, 2), max_size=6))
    age = draw(st.none() | st.integers(18, 90))
    case = Case(model, drug, draw(st.floats(40, 140)), age, given, factors)
    return draw(st.sampled_from((case, coinciding(case))))


def coinciding(case: Case) -> Case:
    """Depots and effect site set to poles of the body: where a formula by poles divides by zero."""
    central = CENTRAL[case.model]
    states, a = matrix(case, case.constants("S"))
    inside = [number for number, name in enumerate(states) if name not in DEPOTS and name != "Ce"]
    poles = np.sort(-np.linalg.eigvals(a[np.ix_(inside, inside)]).real)
    assert states.index(central) in inside
    nearly = 1 + 1e-9
    set_to = {name: poles[number % poles.size] / k for number, (name, k) in enumerate(DEPOTS.items())}
    ke0 = poles[0] * nearly / (np.log(2) / 8.3)
    return replace(case, factors=case.factors | set_to | {"ke0": ke0})


@pytest.mark.parametrize("model", sorted(CONSTANTS))
def test_a_short_infusion_agrees_by_every_model(model: str) -> None:
    agree(Case(model, "esketamine", 70, 45, (Given("iv", 35, 0, 40),), {}))


def test_outer_compartments_that_empty_alike_agree() -> None:
    """k21 = k31, the depot and the effect site at that same rate, and nearly so."""
    for near in (1.0, 1 + 1e-12, 1 + 1e-6):
        same = CONSTANTS["k20"]["Q2"] / CONSTANTS["k20"]["V2"]
        factors = {
            "Q3": same * near * CONSTANTS["k20"]["V3"] / CONSTANTS["k20"]["Q3"],
            "im.kT": same / DEPOTS["im.kT"],
            "ke0": same / (np.log(2) / 8.3),
        }
        agree(Case("k20", "racemic", 70, None, (Given("im", 35, 0), Given("iv", 20, 10, 25.5)), factors))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_random_regimens_agree_with_the_integrated_equations(case: Case) -> None:
    agree(case)


@pytest.mark.long
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_many_random_regimens_agree_with_the_integrated_equations(case: Case) -> None:
    agree(case)


def test_a_model_is_what_was_printed() -> None:
    """The file and the reference's constants were typed apart; they name the same numbers."""
    for name, printed in CONSTANTS.items():
        model: Model = published().models[name]
        for parameter, number in printed.items():
            assert model.parameters[parameter].value == pytest.approx(number, rel=1e-12), (name, parameter)
