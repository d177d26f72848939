"""A model, its depots and its inputs as one matrix of rates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from openkap.kinetics.model import OUT, Model
from openkap.kinetics.values import Array

EFFECT_SITE = "effect-site"


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an analyte is read: ng/mL = amount in `state` × `scale`; `upstream` states feed it."""

    state: int
    scale: Array
    upstream: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class System:
    """Linear compartments. `rates`: (n, n, people) per minute, row i receives from column j.

    The last `sources` states hold a rate (mg/min) that they give to another and never lose.
    """

    names: tuple[str, ...]
    rates: Array
    seen: Mapping[str, Seen]
    sources: int

    def index(self, name: str) -> int | None:
        """None for a state from which nothing that is looked at can be reached."""
        return self.names.index(name) if name in self.names else None


@dataclass(slots=True)
class Flows:
    """Flows being gathered: from, to, per minute. What is `linked` arrives without leaving its start."""

    moved: list[tuple[str, str, Array]] = field(default_factory=list)
    linked: list[tuple[str, str, Array]] = field(default_factory=list)
    looked_at: dict[str, tuple[str, Array]] = field(default_factory=dict)

    def source(self, name: str, state: str) -> None:
        """A state that holds a rate (mg/min) and gives it to another."""
        if all(source != name for source, *_ in self.linked):
            self.linked.append((name, state, np.ones(1)))

    def system(self, analytes: Iterable[str]) -> System:
        """The states that lead to one of `analytes`, as a matrix."""
        looked_at = {name: self.looked_at[name] for name in analytes if name in self.looked_at}
        feeds = {name: self._upstream(state) for name, (state, _) in looked_at.items()}
        leaving = {source for source, *_ in self.moved}
        giving = {source for source, *_ in self.linked} - leaving
        names = tuple(sorted(set().union(*feeds.values()), key=lambda name: (name in giving, name)))
        place = {name: number for number, name in enumerate(names)}
        lanes = [rate for *_, rate in (*self.moved, *self.linked)] + [
            scale for _, scale in looked_at.values()
        ]
        rates = np.zeros((len(names), len(names), max(lane.size for lane in lanes)))
        for source, _, rate in self.moved:
            if source in place:
                rates[place[source], place[source]] -= rate
        for source, target, rate in (*self.moved, *self.linked):
            if source in place and target in place:
                rates[place[target], place[source]] += rate
        seen = {
            name: Seen(place[state], scale, tuple(sorted(place[one] for one in feeds[name])))
            for name, (state, scale) in looked_at.items()
        }
        return System(names, rates, seen, sum(name in giving for name in names))

    def _upstream(self, state: str) -> set[str]:
        found, ahead = {state}, [state]
        while ahead:
            target = ahead.pop()
            new = {s for s, t, _ in (*self.moved, *self.linked) if t == target} - found
            found |= new
            ahead += new
        return found


def body(model: Model, values: Mapping[str, Array], ke0: Array | None = None) -> Flows:
    """The compartments of a model; with `ke0` (1/min) also its effect site, carried as a concentration."""
    made = Flows()
    for flow in model.flows:
        rate = values[flow.by]
        if model.parameters[flow.by].unit == "L/min":
            rate = rate / values[model.volumes[flow.source]]
        if flow.share:
            rate = rate * ((1 - values[flow.share]) if flow.rest else values[flow.share])
        made.moved.append((flow.source, flow.target, rate))
    for analyte, observed in model.observed.items():
        scale = 1000 * observed.mass_ratio / values[observed.volume]
        made.looked_at[analyte] = (observed.compartment, scale)
    if ke0 is not None:
        observed = model.observed["ketamine"]
        made.linked.append((observed.compartment, EFFECT_SITE, ke0 / values[observed.volume]))
        made.moved.append((EFFECT_SITE, OUT, ke0))
        made.looked_at[EFFECT_SITE] = (EFFECT_SITE, np.array([1000.0]))
    return made
