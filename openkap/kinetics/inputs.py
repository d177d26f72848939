"""Doses as what enters the compartments: at once, or as a rate between two minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from openkap.kinetics.model import OUT, Factor, Into, Model, Part, Route
from openkap.kinetics.regimen import Dose, Person
from openkap.kinetics.system import Flows
from openkap.kinetics.values import Array, Offsets, value


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Milligrams, shape (people,), that are suddenly in a state."""

    state: str
    at_min: float
    mg: Array


@dataclass(frozen=True, slots=True)
class Evenly:
    """Milligrams per minute, shape (people,), that a source gives between two minutes."""

    source: str
    start_min: float
    end_min: float
    mg_per_min: Array


Input = AtOnce | Evenly


@dataclass(frozen=True, slots=True)
class Absorbing:
    """Doses by their routes into one model, for one person or many. `enter` adds the depots to the flows."""

    model: Model
    person: Person
    drug: str
    offsets: Offsets

    def enter(self, flows: Flows, given: Sequence[tuple[Dose, Route]], *, portion: float) -> list[Input]:
        """`portion` of every dose (one enantiomer is a half); depots are shared by doses of one route."""
        for route in {route.id: route for _, route in given}.values():
            for part in route.parts:
                self._depots(flows, route, part)
        return [
            one
            for dose, route in given
            for part in route.parts
            if not (part.swallowed and dose.spat_out)
            for one in self._inputs(dose, route, part, portion)
        ]

    def _depots(self, flows: Flows, route: Route, part: Part) -> None:
        states = depots(route, part)
        for number, rate in enumerate(part.through):
            leaving = self._value(route, rate)
            if number + 1 < len(part.through):
                flows.moved.append((states[number], states[number + 1], leaving))
                continue
            # All of it leaves the depot, and what does not arrive is lost.
            flows.moved.append((states[number], OUT, leaving))
            for into, share in self._arriving(route, part):
                flows.linked.append((states[number], into, leaving * share))
        for state, _ in self._first(route, part):
            flows.source(source(state), state)

    def _arriving(self, route: Route, part: Part) -> list[tuple[str, Array]]:
        return [made for into in part.into if (made := self._place(route, into))]

    def _place(self, route: Route, into: Into) -> tuple[str, Array] | None:
        """The compartment and share; None where the model has no such place, and what goes there is lost."""
        for to, share in ((into.to, into.share), (into.otherwise, into.otherwise_share)):
            compartment = self.model.entries.get(to, to)
            if compartment in self.model.volumes:
                return compartment, self._value(route, share) if share else np.ones(1)
        return None

    def _first(self, route: Route, part: Part) -> list[tuple[str, Array]]:
        """The states a dose enters first, with the share of it that goes to each."""
        return [(depots(route, part)[0], np.ones(1))] if part.through else self._arriving(route, part)

    def _inputs(self, dose: Dose, route: Route, part: Part, portion: float) -> list[Input]:
        mg = np.array([dose.mg(self.person) * portion])
        for factor in part.share:
            mg = mg * self._factor(route, factor, dose.devices)
        start, end = dose.start.value, dose.end.value if dose.end else None
        if part.over:
            # The same for everyone: an edge of the input is one moment for the whole population.
            end = start + route.parameters[part.over].value
        if end is None:
            return [AtOnce(state, start, mg * share) for state, share in self._first(route, part)]
        return [
            Evenly(source(state), start, end, mg * share / (end - start))
            for state, share in self._first(route, part)
        ]

    def _factor(self, route: Route, factor: Factor, devices: int) -> Array:
        times = 1.0
        if route.devices and devices and factor.parameter == route.devices.parameter:
            times = (1 + route.devices.later * (devices - 1)) / devices
        made = self._value(route, factor.parameter, times=times)
        return 1 - made if factor.rest else made

    def _value(self, route: Route, name: str, *, times: float = 1.0) -> Array:
        offset = self.offsets.get(stream(route, name))
        return value(route.parameters[name], self.person, offset, drug=self.drug, times=times)


def stream(route: Route, parameter: str) -> str:
    """The name under which a route's parameter is drawn: the same in every model the dose is run through."""
    return f"{route.id}.{parameter}"


def depots(route: Route, part: Part) -> list[str]:
    return [f"{route.id}.{part.id}.{rate}" for rate in part.through]


def source(state: str) -> str:
    return f"{state} <"


def rates_between(inputs: Sequence[Input]) -> Mapping[float, Mapping[str, Array]]:
    """By edge, the rate of every source from then on: summed anew each time, so that nothing is left over."""
    evenly = [one for one in inputs if isinstance(one, Evenly)]
    edges = sorted({edge for one in evenly for edge in (one.start_min, one.end_min)})
    return {
        edge: {
            name: sum(
                (
                    one.mg_per_min
                    for one in evenly
                    if one.source == name and one.start_min <= edge < one.end_min
                ),
                np.zeros(1),
            )
            for name in {one.source for one in evenly}
        }
        for edge in edges
    }
