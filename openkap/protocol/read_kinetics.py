"""The published models of kinetics/, as types of openkap.kinetics, or a refusal naming file and key.

Nothing that decides imports this file: the models are read when a forecast is asked for, not at start.
"""

from functools import cache
from pathlib import Path

from openkap.kinetics.model import Model, Route
from openkap.kinetics.published import Published
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.read_effects import read_effects
from openkap.protocol.read_model import read_model
from openkap.protocol.read_routes import read_route
from openkap.protocol.read_rules import read_sources
from openkap.protocol.read_toml import Faults, read
from openkap.protocol.read_when import Known

_FOLDER = "kinetics"
_NOT_MODELS = ("absorption", "effects", "observations")


@cache
def published() -> Published:
    """The models, routes and links that come with the program, read once."""
    return load_kinetics()


def load_kinetics(folder: Path | None = None) -> Published:
    """The kinetics of a protocol's folder. Raises ProtocolFault with every fault."""
    folder = folder or Path(__file__).parent
    faults, known = Faults(), Known()
    read_sources(read(folder / "sources.toml", "sources.toml", faults), known)
    at = folder / _FOLDER
    links = read_effects(read(at / "effects.toml", f"{_FOLDER}/effects.toml", faults), known)
    models: dict[str, Model] = {}
    for path in sorted(at.glob("*.toml")):
        if path.stem not in _NOT_MODELS:
            table = read(path, f"{_FOLDER}/{path.name}", faults)
            models[path.stem] = read_model(table, path.stem, known, links.g_per_mol)
    general = read(at / "absorption.toml", f"{_FOLDER}/absorption.toml", faults)
    routes: dict[str, Route] = {}
    for one in general.tables("route"):
        made = read_route(one, known)
        if made.id in routes:
            one.fault("id", f"{made.id!r} is used twice")
        routes[made.id] = made
        for name in (made.model, made.esketamine_model, *made.compare):
            if name and name not in models:
                one.fault("", f"{name!r} is not a model of this folder")
    general.close()
    if links.effect_model not in models:
        faults.add(
            f"{_FOLDER}/effects.toml: effect_model", f"{links.effect_model!r} is not a model of this folder"
        )
    if faults.found:
        raise ProtocolFault(faults.found)
    return Published(models, routes, links)
