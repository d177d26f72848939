"""Concentrations over time: a state carried from one edge of the input to the next, exactly.

Between edges a step of Δ is exp(rates × Δ). A run of m equal steps is taken √m at a time: each is read at the
analyte alone, and the whole state leaps to the last. That is n multiplications a value, whatever the model.
Where many people have one centre, or two in a row, the steps are those of its poles (`modes_step`).
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from openkap.kinetics.inputs import AtOnce, Input, rates_between
from openkap.kinetics.modes import Cascade, cascade
from openkap.kinetics.modes_step import ModesStep
from openkap.kinetics.system import System
from openkap.kinetics.values import Array
from openkap.kinetics.whole import WholeStep

_KEPT = 8
_A_FEW_TIMES = 16
_MANY = 64
"""Of fewer people the matrix is quicker than the poles, which take more and smaller steps."""
_EQUAL_MIN = 1e-9
"""Steps this close (minutes) are one step: their mean is taken, so that no error adds up along a run."""
# Once so much was freed, glibc hands what a forecast frees to the next one, not back to the system: 20 ms
# instead of 25, and none of 2,200 page faults. It holds in the whole process, which may keep twice as much.
np.empty(24 << 20, dtype=np.uint8)


def curves(
    system: System, inputs: Sequence[Input], times_min: Array, into: Mapping[str, Array] | None = None
) -> Mapping[str, Array]:
    """ng/mL by analyte, shape (times, people). `times_min` rises; at an edge, what is after it.

    `into`: arrays of that shape to write to.
    """
    if into is None:
        people = system.rates.shape[2]
        into = {name: np.empty((times_min.size, people)) for name in system.seen}
    many = next(iter(into.values())).shape[1] >= _MANY
    by_poles = cascade(system) if many else None
    walk = _Walk(system, times_min, into) if by_poles is None else _WalkByModes(by_poles, times_min, into)
    walk.along(inputs)
    return into


class _Walk:
    """The state of everybody, from edge to edge, stepped as a whole."""

    def __init__(self, system: System, times_min: Array, into: Mapping[str, Array]) -> None:
        self.system, self.times, self.made = system, times_min, into
        self.state = np.zeros(system.rates.shape[:0:-1])
        self.steps: dict[float, Step] = {}

    def along(self, inputs: Sequence[Input]) -> None:
        rates = rates_between(inputs)
        at_once = [one for one in inputs if isinstance(one, AtOnce)]
        edges = sorted({*rates, *(one.at_min for one in at_once)})
        before = np.searchsorted(self.times, edges[0]) if edges else self.times.size
        for made in self.made.values():
            made[:before] = 0
        for number, edge in enumerate(edges):
            for one in at_once:
                if one.at_min == edge:
                    self.add(one.state, one.mg)
            for source, rate in rates.get(edge, {}).items():
                self.set(source, rate)
            until = edges[number + 1] if number + 1 < len(edges) else math.inf
            self._between(edge, until)

    def add(self, name: str, mg: Array) -> None:
        if (place := self.system.index(name)) is not None:
            self.state[:, place] += mg

    def set(self, name: str, mg_per_min: Array) -> None:
        if (place := self.system.index(name)) is not None:
            self.state[:, place] = mg_per_min

    def read(self, analyte: str) -> Array:
        seen = self.system.seen[analyte]
        made: Array = self.state[:, seen.state] * seen.scale
        return made

    def over(self, minutes: float) -> "Step":
        return WholeStep.over(self.system, minutes)

    def _between(self, edge: float, until: float) -> None:
        first, last = np.searchsorted(self.times, edge), np.searchsorted(self.times, until, side="right")
        at = edge
        if first < last and self.times[first] == edge:
            for name in self.system.seen:
                self.made[name][first] = self.read(name)
            first += 1
        for start, end in runs(np.concatenate(([at], self.times[first:last]))):
            place, reached = int(first) + start, float(self.times[first + end - 1])
            step = self._step((reached - at) / (end - start))
            into = {name: made[place : place + end - start] for name, made in self.made.items()}
            self.state = step.run(self.state, into)
            at = reached
        if math.isfinite(until) and until > at:
            self.state = self._step(until - at).carry(self.state)

    def _step(self, minutes: float) -> "Step":
        key = round(minutes, 12)
        if key not in self.steps:
            if len(self.steps) == _KEPT:
                self.steps.clear()
            self.steps[key] = self._longer(minutes) or self.over(minutes)
        return self.steps[key]

    def _longer(self, minutes: float) -> "Step | None":
        """A known step taken a few times, which is quicker than a step of its own."""
        for known, step in self.steps.items():
            count = round(minutes / known) if known else 0
            if 1 < count <= _A_FEW_TIMES and math.isclose(count * known, minutes, rel_tol=1e-13):
                return step.longer(count)
        return None


class _WalkByModes(_Walk):
    """The same by the poles of one centre or two: the last state is the rate into the first."""

    def __init__(self, by_poles: Cascade, times_min: Array, into: Mapping[str, Array]) -> None:
        super().__init__(by_poles.system, times_min, into)
        self.cascade = by_poles
        self.state = np.zeros((len(by_poles.poles) + 1, by_poles.poles.shape[1]))

    def add(self, name: str, mg: Array) -> None:
        if (place := self.system.index(name)) is not None:
            assert place == self.cascade.first.centre, (
                "what is dosed has a source, and one alone is the first"
            )
            self.state[self.cascade.in_second : -1] += self.cascade.first.shares * mg

    def set(self, name: str, mg_per_min: Array) -> None:
        if self.system.index(name) is not None:
            self.state[-1] = mg_per_min

    def read(self, analyte: str) -> Array:
        amount = self.state[self.cascade.modes_of(analyte)].sum(axis=0)
        made: Array = amount * self.system.seen[analyte].scale
        return made

    def over(self, minutes: float) -> "Step":
        return ModesStep.over(self.cascade, minutes)


Step = WholeStep | ModesStep


def runs(times: Array) -> Iterator[tuple[int, int]]:
    """Stretches of equal gaps as (first gap, gap after the last). `times`: one more than the gaps."""
    gaps = np.diff(times)
    start = 0
    while start < gaps.size:
        other = np.abs(gaps[start:] - gaps[start]) > _EQUAL_MIN
        end = start + int(other.argmax()) if other.any() else gaps.size
        yield start, end
        start = end


def total(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """The sum of several runs, such as two enantiomers."""
    made = dict(parts[0])
    for part in parts[1:]:
        for name, curve in part.items():
            made[name] = made[name] + curve
    return made
