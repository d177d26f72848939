"""The texts of explained/ that patients read: what to expect, and how ketamine is thought to work.

Nothing that decides imports this file. The typical adult and the doses are types of openkap.kinetics, and are
nobody's record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from openkap.clinical.protocol import Source
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import DRUGS, Dose, Person, Regimen
from openkap.kinetics.units import Amount, Kilograms, Milligrams, Minutes, Years
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.read_parameters import positive
from openkap.protocol.read_rules import fresh_id, read_basis, read_sources
from openkap.protocol.read_toml import Faults, Table, read
from openkap.protocol.read_when import Known

Measure = TypeVar("Measure", bound=Amount)
STAGES = ("start", "strongest", "fading", "home", "evening", "next-day")
"""The hours of a dose in their order; the first four have times beside them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its paragraphs, and where what they state comes from."""

    heading: str
    text: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take the drug, named as its route. `regimen` is None where no times are published."""

    id: str
    title: str
    says: str
    unsure: str
    regimen: Regimen | None
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    expect_title: str
    typical: Person
    ways: Mapping[str, Way]
    stages: Mapping[str, Part]
    how_title: str
    how: tuple[Part, ...]
    sources: Mapping[str, Source]


@cache
def explained() -> Explained:
    """The texts that come with the program, read once."""
    return load_explained()


def load_explained(folder: Path | None = None) -> Explained:
    """The texts of a protocol's folder. Raises ProtocolFault with every fault."""
    folder = folder or Path(__file__).parent
    faults, known = Faults(), Known()
    read_sources(read(folder / "sources.toml", "sources.toml", faults), known)
    expect, how = (
        read(folder / "explained" / name, f"explained/{name}", faults)
        for name in ("expect.toml", "how-it-works.toml")
    )
    made = Explained(
        expect_title=expect.text("title"),
        typical=_typical(expect.table("typical"), known),
        ways=_ways(expect, known),
        stages=_stages(expect, known),
        how_title=how.text("title"),
        how=tuple(_part(one, known, "heading") for one in how.tables("part")),
        sources=known.sources,
    )
    expect.close()
    how.close()
    if faults.found:
        raise ProtocolFault(faults.found)
    return made


def _typical(table: Table, known: Known) -> Person:
    made = Person(_amount(Kilograms, table, "weight_kg"), _amount(Years, table, "age_years"))
    read_basis(table, known)
    table.close()
    return made


def _amount(kind: type[Measure], table: Table, key: str) -> Measure:
    value = positive(table, key)
    try:
        return kind(value)
    except Refused as refused:
        table.fault(key, refused.what)
        return kind(1.0)


def _ways(table: Table, known: Known) -> dict[str, Way]:
    made: dict[str, Way] = {}
    for one in table.tables("way"):
        name = fresh_id(one, made)
        drug = one.word("drug", DRUGS, DRUGS[0])
        says, unsure, title = one.text("says"), one.text("unsure"), one.text("title")
        made[name] = Way(name, title, says, unsure, _regimen(one, name, drug), *read_basis(one, known))
        one.close()
    return made


def _regimen(table: Table, route: str, drug: str) -> Regimen | None:
    doses = [_dose(one, route) for one in table.tables("given")]
    try:
        return Regimen(tuple(doses), drug) if doses else None
    except Refused as refused:
        table.fault("given", refused.what)
        return None


def _dose(table: Table, route: str) -> Dose:
    minutes, devices = table.get("minutes", int, 0), table.get("devices", int, 0)
    made = Dose(
        route,
        _amount(Milligrams, table, "mg"),
        Minutes(0.0),
        Minutes(float(minutes)) if minutes > 0 else None,
        devices=devices,
    )
    table.close()
    return made


def _stages(table: Table, known: Known) -> dict[str, Part]:
    made: dict[str, Part] = {}
    for one in table.tables("stage"):
        name = fresh_id(one, made)
        made[name] = _part(one, known, "title")
    if tuple(made) != STAGES:
        table.fault("stage", f"these are {', '.join(made)}, where {', '.join(STAGES)} are meant")
    return made


def _part(table: Table, known: Known, heading: str) -> Part:
    made = Part(table.text(heading), table.text("text"), *read_basis(table, known))
    table.close()
    return made
