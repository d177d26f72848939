"""One published model a file: who was measured, the numbers, and where the drug flows."""

from collections.abc import Iterator, Mapping

from openkap.kinetics.model import OUT, Flow, Model, Observed, Parameter, Valid
from openkap.protocol.read_parameters import named, number, positive, read_parameters, span
from openkap.protocol.read_routes import factor, read_route
from openkap.protocol.read_rules import BASES, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

ANALYTES = ("ketamine", "norketamine", "hydroxynorketamine")
_TWO = 2


def read_model(table: Table, name: str, known: Known, g_per_mol: Mapping[str, float]) -> Model:
    """`g_per_mol`: molar masses by analyte, for a model that carries amounts in ketamine mass."""
    basis, sources = read_basis(table, known)
    parameters = read_parameters(table.table("parameters"), basis)
    volumes = _volumes(table.table("compartments"), parameters)
    flows = tuple(flow for one in table.tables("flow") for flow in _flows(one, volumes, parameters))
    entries = table.table("entries")
    made = Model(
        name,
        table.text("title"),
        table.word("drug", ("esketamine", "racemic")),
        table.word("sampled", ("venous", "arterial")),
        table.text("population"),
        table.texts("misfits"),
        basis,
        sources,
        _valid(table.table("valid")),
        parameters,
        volumes,
        flows,
        {analyte: _compartment(entries, analyte, volumes) for analyte in ANALYTES if analyte in entries},
        _observed(table.table("observed"), volumes, g_per_mol),
        _per_parameter(table.table("r_enantiomer"), parameters),
        tuple(_covariance(one, parameters) for one in table.tables("covariance")),
        _residual(table.table("residual_sd")),
        {route.id: route for route in (read_route(one, known) for one in table.tables("route"))},
        table.texts("compared", ()),
    )
    entries.close()
    if made.drug == "racemic" and made.r_scale:
        table.fault("r_enantiomer", "a model of the racemate takes it in one run")
    table.close()
    return made


def _volumes(table: Table, parameters: Mapping[str, Parameter]) -> dict[str, str]:
    made = {name: table.text(name, "") for name in table.values}
    for compartment, volume in made.items():
        if volume and (volume not in parameters or parameters[volume].unit != "L"):
            table.fault(compartment, f"{volume!r} is not a volume of this model")
    return made


def _compartment(table: Table, key: str, volumes: Mapping[str, str]) -> str:
    name = table.text(key)
    return (
        OUT
        if name == OUT and key == "to"
        else named(table, key, name, volumes, "a compartment of this model")
    )


def _flows(table: Table, volumes: Mapping[str, str], parameters: dict[str, Parameter]) -> Iterator[Flow]:
    by = named(table, "by", table.text("by"), parameters, "a parameter of this model")
    if "between" in table:
        ends = table.texts("between")
        for end in ends:
            named(table, "between", end, volumes, "a compartment of this model")
        if len(ends) != _TWO:
            table.fault("between", "this is not two compartments")
            ends = ("", "")
        pairs, share, rest = [(ends[0], ends[1]), (ends[1], ends[0])], "", False
    else:
        pairs = [(_compartment(table, "from", volumes), _compartment(table, "to", volumes))]
        text = table.text("share", "")
        taken = factor(table, "share", text, parameters) if text else None
        share, rest = (taken.parameter, taken.rest) if taken else ("", False)
    for source, target in pairs:
        if by in parameters and parameters[by].unit == "L/min" and not volumes.get(source):
            table.fault("by", f"{by!r} is a clearance and {source!r} has no volume to divide it by")
        yield Flow(source, target, by, share, rest)
    table.close()


def _observed(
    table: Table, volumes: Mapping[str, str], g_per_mol: Mapping[str, float]
) -> dict[str, Observed]:
    made = {}
    for analyte in ANALYTES:
        if analyte not in table:
            continue
        one = table.table(analyte)
        compartment = _compartment(one, "compartment", volumes)
        molar = one.get("molar", bool, False)
        ratio = g_per_mol[analyte] / g_per_mol["ketamine"] if molar and analyte in g_per_mol else 1.0
        made[analyte] = Observed(compartment, volumes.get(compartment, ""), ratio)
        if not made[analyte].volume:
            one.fault("compartment", "what is measured needs a volume")
        one.close()
    table.close()
    return made


def _valid(table: Table) -> Valid:
    made = Valid(
        span(table, "age_years"),
        span(table, "weight_kg"),
        span(table, "dose_mg"),
        table.texts("routes"),
        table.word("basis", BASES),
    )
    table.close()
    return made


def _covariance(table: Table, parameters: Mapping[str, Parameter]) -> tuple[str, str, float]:
    """One pair that varies together; its determinant must stay above zero, or nobody can be drawn from it."""
    pair, value = table.texts("of"), number(table, "value")
    for name in pair:
        named(table, "of", name, parameters, "a parameter of this model")
    if len(pair) != _TWO:
        table.fault("of", "this is not two parameters")
        return "", "", 0.0
    first, second = (parameters[name].variance if name in parameters else 1.0 for name in pair)
    if value * value >= first * second:
        table.fault("value", "this is more than the two variances allow")
    table.close()
    return pair[0], pair[1], value


def _per_parameter(table: Table, parameters: Mapping[str, Parameter]) -> dict[str, float]:
    made = {}
    for name in table.values:
        made[named(table, name, name, parameters, "a parameter of this model")] = positive(table, name)
    return made


def _residual(table: Table) -> dict[str, float]:
    made = {analyte: positive(table, analyte) for analyte in ANALYTES if analyte in table}
    table.close()
    return made
