"""The handbook's cards of every model and every way of a dose: for whom, from where, how far off."""

import math
from collections.abc import Callable, Iterator, Mapping

from openkap.kinetics.model import REFERENCE_KG, Model, Parameter, Route
from openkap.kinetics.observed import Trial
from openkap.protocol.read_kinetics import published
from openkap.reports.comparison import amount, asked, compared, figure, verdict
from openkap.reports.lines import Chapter, Grid, Line, Section

MODELS = f"Each as it was published. Values of a person of {REFERENCE_KG:g} kg."
WAYS = "How a dose reaches the blood: first for any model, then for the models that were fitted with a route."
_COLUMNS = ("Constant", "Value", "Between people (CV)", "Depends on", "Basis")
_PER_HOUR = {"L/min": "L/h", "1/min": "1/h"}
_SIXTY = 60
_DRUGS = {"esketamine": "S-ketamine", "racemic": "the racemate"}


def models() -> Chapter:
    return Chapter(
        "forecast-models",
        "The forecast, its models",
        (Section("", MODELS, ()), *(_model(one) for one in published().models.values())),
    )


def ways() -> Chapter:
    """The general routes, then those that a model was fitted with."""
    shelf = published()
    general = [_way(route, "") for route in shelf.routes.values()]
    own = [_way(route, one.id) for one in shelf.models.values() for route in one.routes.values()]
    return Chapter("forecast-routes", "The forecast, its routes", (Section("", WAYS, ()), *general, *own))


def _model(one: Model) -> Section:
    name, sources = f"model-{one.id}", one.sources
    covers = (
        Line(f"{name}-covers", "For whom it holds", _covers(one), basis=one.valid.basis, sources=sources),
        *(
            Line(f"{name}-compared-{number}", "Compared", f"{told}.", basis=one.basis, sources=sources)
            for number, told in enumerate(one.compared, 1)
        ),
        *_beside(name, lambda trial: asked(trial).model is one),
        *(
            Line(f"{name}-misfit-{number}", "Known misfit", f"{misfit}.", basis=one.basis, sources=sources)
            for number, misfit in enumerate(one.misfits, 1)
        ),
    )
    note = f"Of {_DRUGS[one.drug]} in {one.sampled} blood: {one.population}. To ask it: --model {one.id}."
    return Section(one.title, note, covers, _constants(one.title, one.parameters, scales=one.r_scale))


def _covers(one: Model) -> str:
    valid = one.valid
    spans = (
        ("age", valid.age_years, "years"),
        ("weight", valid.weight_kg, "kg"),
        ("dose", valid.dose_mg, "mg"),
    )
    said = [f"{what} {span[0]:g} to {span[1]:g} {unit}" for what, span, unit in spans if span]
    missing = ", ".join(what for what, span, _ in spans if not span)
    fitted = f"Fitted to {', '.join(valid.routes)}"
    return "; ".join((fitted, *said)) + (f". Not published: {missing}." if missing else ".")


def _beside(name: str, concerns: Callable[[Trial], bool]) -> tuple[Line, ...]:
    """A line a trial: what it was and how far off the forecast is."""
    lines = tuple(
        Line(
            f"{name}-beside-{trial.id}",
            f"Beside: {trial.title}",
            verdict(numbers),
            basis=trial.basis,
            sources=trial.sources,
        )
        for trial, numbers in compared()
        if concerns(trial)
    )
    return lines or (Line(f"{name}-beside", "Beside nothing: no trial was found to compare it with"),)


def _way(route: Route, model: str) -> Section:
    name = f"way-{model}-{route.id}" if model else f"way-{route.id}"
    lines = (
        Line(name, f"{route.says}.", _who(route, model), basis=route.basis, sources=route.sources),
        *_beside(name, lambda trial: any(route is one for one in asked(trial).routes)),
    )
    of = f" ({published().models[model].title})" if model else ""
    return Section(f"{route.title}{of}", "", lines, _constants(route.title, route.parameters))


def _who(route: Route, model: str) -> str:
    titles = {name: one.title for name, one in published().models.items()}
    if model:
        return f"Fitted with {titles[model]}."
    said = f"Into {titles[route.model]}."
    if route.esketamine_model:
        said += f" Esketamine: {titles[route.esketamine_model]}."
    return f"{said} To see how models differ: {', '.join(titles[name] for name in route.compare)}."


def _constants(
    title: str, parameters: Mapping[str, Parameter], scales: Mapping[str, float] | None = None
) -> Grid | None:
    rows = tuple(
        (one.name, _value(one), _spread(one), _depends(one, (scales or {}).get(name)), _basis(one))
        for name, one in parameters.items()
    )
    return Grid(f"Constants: {title}", _COLUMNS, rows) if rows else None


def _value(one: Parameter) -> str:
    if one.unit in _PER_HOUR:
        return amount(_SIXTY * one.value, _PER_HOUR[one.unit])
    return amount(one.value, one.unit)


def _spread(one: Parameter) -> str:
    if one.logit_sd:
        return f"SD {one.logit_sd:g} on the logit"
    return f"{100 * math.sqrt(math.expm1(one.variance)):.0f} %" if one.variance else "none"


def _depends(one: Parameter, r_scale: float | None) -> str:
    return "; ".join(_on(one, r_scale)) or "nothing"


def _on(one: Parameter, r_scale: float | None) -> Iterator[str]:
    if one.weight_power:
        yield "weight" if one.weight_power == 1 else f"weight to the power {one.weight_power:g}"
    if one.per_year_above_60:
        yield f"age: {_SIXTY * one.per_year_above_60:g} {_PER_HOUR[one.unit]} a year above 60"
    if one.esketamine is not None:
        yield f"drug: {figure(one.esketamine)} for esketamine"
    if r_scale is not None:
        yield f"enantiomer: R is {r_scale:g} of this"


def _basis(one: Parameter) -> str:
    return f"{one.basis}; {one.note}" if one.note else one.basis
