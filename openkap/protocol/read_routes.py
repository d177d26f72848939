"""How a dose by one route reaches the compartments of a model."""

from openkap.kinetics.model import Devices, Factor, Into, Parameter, Part, Route
from openkap.protocol.read_parameters import named, number, positive, read_parameters
from openkap.protocol.read_rules import read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

_REST = "not "


def read_route(table: Table, known: Known) -> Route:
    basis, sources = read_basis(table, known)
    parameters = read_parameters(table.table("parameters"), basis)
    parts = tuple(_part(one, parameters) for one in table.tables("part"))
    if not parts:
        table.fault("part", "a route needs a part")
    made = Route(
        table.text("id"),
        table.text("title"),
        parameters,
        parts,
        basis,
        sources,
        table.text("says"),
        _devices(table.table("devices"), parameters) if "devices" in table else None,
        table.text("model", ""),
        table.text("esketamine_model", ""),
        table.texts("compare", ()),
    )
    table.close()
    return made


def _part(table: Table, parameters: dict[str, Parameter]) -> Part:
    what = "a parameter of this route"
    share = tuple(factor(table, "share", text, parameters) for text in table.texts("share", ()))
    through = tuple(named(table, "through", name, parameters, what) for name in table.texts("through", ()))
    over = table.text("over", "")
    if over:
        named(table, "over", over, parameters, what)
    into = tuple(_into(one, parameters) for one in table.tables("into"))
    if not into:
        table.fault("into", "a part needs a place to drain to")
    made = Part(table.text("id"), share, into, through, over, table.get("swallowed", bool, False))
    table.close()
    return made


def _into(table: Table, parameters: dict[str, Parameter]) -> Into:
    made = Into(
        table.text("to"),
        table.text("share", ""),
        table.text("otherwise", ""),
        table.text("otherwise_share", ""),
    )
    for key, name in (("share", made.share), ("otherwise_share", made.otherwise_share)):
        if name:
            named(table, key, name, parameters, "a parameter of this route")
    table.close()
    return made


def factor(table: Table, key: str, text: str, parameters: dict[str, Parameter]) -> Factor:
    """ "F1" is the parameter, "not F1" what it leaves of one."""
    name = text.removeprefix(_REST)
    return Factor(named(table, key, name, parameters, "a parameter here"), rest=name != text)


def _devices(table: Table, parameters: dict[str, Parameter]) -> Devices:
    parameter = named(table, "parameter", table.text("parameter"), parameters, "a parameter of this route")
    made = Devices(parameter, number(table, "later"), positive(table, "mg"), table.get("most", int))
    table.close()
    return made
