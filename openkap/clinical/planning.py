"""What a plan is built from, as frozen types: indications, published series, looks at response, stop rules.

Filled from protocol/planning by openkap.protocol.read_planning. Each line carries its basis and sources.
"""

from dataclasses import dataclass, field

from openkap.clinical.rules import Rule

STANDINGS = {
    "supported": "Supported by trials",
    "some": "Some evidence",
    "mixed": "Mixed evidence",
    "investigational": "Investigational",
    "unknown": "Not assessed here",
}
"""How the evidence for an indication stands, strongest first."""
Bounds = tuple[int, int]
"""Lowest and highest, both included."""


@dataclass(frozen=True, slots=True)
class Indication:
    """What is treated, and how the evidence for it stands."""

    id: str
    title: str
    standing: str  # one of STANDINGS
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A published number and spacing of doses, to follow or to depart from."""

    id: str
    title: str
    routes: tuple[str, ...]  # empty: any
    sessions: Bounds | None
    every_days: Bounds | None
    says: str
    basis: str
    sources: tuple[str, ...]

    @property
    def counts(self) -> str:
        """ "6 doses, 2 to 4 days apart"; without what was not published."""
        apart = self.every_days if self.sessions != (1, 1) else None
        said = (_span(self.sessions, "dose"), _span(apart, "day") + " apart" if apart else "")
        return ", ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Look:
    """A moment to look at the response: after so many doses."""

    after: int
    title: str
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a series ends early. `no_response_after`: doses without response after which this one speaks."""

    id: str
    says: str
    basis: str
    sources: tuple[str, ...]
    no_response_after: int = 0


@dataclass(frozen=True, slots=True)
class Competence:
    """What somebody who gives a route must be signed off in."""

    id: str
    title: str
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consideration:
    """Something on a person's record that speaks for or against a route. `rule` is asked of the chart."""

    rule: Rule
    routes: tuple[str, ...]  # empty: all
    speaks: str  # "for" · "against" · "know"


@dataclass(frozen=True, slots=True)
class Planning:
    """Everything the plan builder offers, in the order of its files."""

    indications: tuple[Indication, ...] = ()
    series: tuple[Series, ...] = ()
    looks: tuple[Look, ...] = ()
    stops: tuple[StopRule, ...] = ()
    competences: dict[str, Competence] = field(default_factory=dict)
    considerations: tuple[Consideration, ...] = ()
    most: dict[str, int] = field(default_factory=dict)  # field of a plan → what is above is a slip
    scales: tuple[str, ...] = ()  # instruments a plan may look at the response by


def _span(limits: Bounds | None, noun: str) -> str:
    """ "1 dose", "4 to 6 doses", "" without limits."""
    if limits is None:
        return ""
    count = f"{limits[0]} to {limits[1]}" if limits[0] < limits[1] else f"{limits[1]}"
    return f"{count} {noun}" + ("" if limits[1] == 1 else "s")
