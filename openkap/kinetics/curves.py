"""Concentrations over time: a state carried from one edge of the input to the next, exactly.

Between edges a step of Δ is a product with exp(rates × Δ). A run of m equal steps is taken as about √m small
ones, read at the analyte, and √m giant ones of the whole state: n multiplications a value, whatever the model.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from openkap.kinetics.exponential import exponential, power
from openkap.kinetics.inputs import AtOnce, Input, rates_between
from openkap.kinetics.system import Seen, System
from openkap.kinetics.values import Array

_FEW = 6
_KEPT = 8
_EQUAL_MIN = 1e-9
"""Steps this close (minutes) are one step: their mean is taken, so that no error adds up along a run."""


def curves(
    system: System, inputs: Sequence[Input], times_min: Array, into: Mapping[str, Array] | None = None
) -> Mapping[str, Array]:
    """ng/mL of each analyte of the system, shape (times, people). `times_min` rises; at an edge, what is after.

    `into`: arrays of that shape to write to, holding zeros.
    """
    if into is None:
        people = system.rates.shape[2]
        into = {name: np.zeros((times_min.size, people)) for name in system.seen}
    _Walk(system, times_min, into).along(inputs)
    return into


class _Walk:
    def __init__(self, system: System, times_min: Array, into: Mapping[str, Array]) -> None:
        self.system, self.times, self.made = system, times_min, into
        self.state = np.zeros(system.rates.shape[1:])
        self.steps: dict[float, Array] = {}

    def along(self, inputs: Sequence[Input]) -> None:
        rates = rates_between(inputs)
        at_once = [one for one in inputs if isinstance(one, AtOnce)]
        edges = sorted({*rates, *(one.at_min for one in at_once)})
        for number, edge in enumerate(edges):
            for one in at_once:
                if one.at_min == edge:
                    self._add(one.state, one.mg)
            for source, rate in rates.get(edge, {}).items():
                self._set(source, rate)
            until = edges[number + 1] if number + 1 < len(edges) else math.inf
            self._between(edge, until)

    def _add(self, name: str, mg: Array) -> None:
        if (place := self.system.index(name)) is not None:
            self.state[place] += mg

    def _set(self, name: str, mg_per_min: Array) -> None:
        if (place := self.system.index(name)) is not None:
            self.state[place] = mg_per_min

    def _between(self, edge: float, until: float) -> None:
        first, last = np.searchsorted(self.times, (edge, until))
        at = edge
        if first < last and self.times[first] == edge:
            self._read(int(first))
            first += 1
        for start, end in runs(np.concatenate(([at], self.times[first:last]))):
            place, reached = int(first) + start, float(self.times[first + end - 1])
            self._run(place, end - start, reached - at)
            at = reached
        if math.isfinite(until) and until > at:
            self.state = self._apply(self._step(until - at), self.state)

    def _read(self, place: int) -> None:
        for name, seen in self.system.seen.items():
            self.made[name][place] = self.state[seen.state] * seen.scale

    def _step(self, minutes: float) -> Array:
        key = round(minutes, 12)
        if key not in self.steps:
            if len(self.steps) == _KEPT:
                self.steps.clear()
            self.steps[key] = exponential(self.system.rates, minutes)
        return self.steps[key]

    def _apply(self, matrix: Array, state: Array) -> Array:
        made: Array = np.einsum("ijp,jp->ip", matrix, state)
        return made

    def _run(self, place: int, count: int, span: float) -> None:
        """`count` equal steps that end `span` minutes on; values are written from `place`."""
        step = self._step(span / count)
        small = math.isqrt(count - 1) + 1 if count >= _FEW else 1
        giants, rest = divmod(count, small)
        rows = {name: _rows(step, seen, small) for name, seen in self.system.seen.items()}
        leap = power(step, small)
        for giant in range(giants):
            self._write(rows, place + giant * small, small)
            self.state = self._apply(leap, self.state)
        self._write(rows, place + giants * small, rest)
        for _ in range(rest):
            self.state = self._apply(step, self.state)

    def _write(self, rows: Mapping[str, Array], place: int, count: int) -> None:
        """What is seen after each of `count` steps from the state."""
        for name, seen in self.system.seen.items():
            below = self.state[list(seen.upstream)]
            np.einsum("bnp,np->bp", rows[name][:count], below, out=self.made[name][place : place + count])


def _rows(step: Array, seen: Seen, count: int) -> Array:
    """What each state upstream adds to the ng/mL seen after 1, 2 … steps: (steps, upstream, people)."""
    up = list(seen.upstream)
    inner = step[np.ix_(up, up)]
    rows = np.empty((count, len(up), step.shape[2]))
    rows[0] = inner[up.index(seen.state)] * seen.scale
    for number in range(1, count):
        np.einsum("jp,jkp->kp", rows[number - 1], inner, out=rows[number])
    return rows


def runs(times: Array) -> Iterator[tuple[int, int]]:
    """Stretches of equal gaps as (first gap, gap after the last). `times`: one more than the gaps."""
    gaps = np.diff(times)
    start = 0
    for number in range(1, gaps.size + 1):
        if number == gaps.size or abs(gaps[number] - gaps[start]) > _EQUAL_MIN:
            yield start, number
            start = number


def total(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """The sum of several runs, such as two enantiomers."""
    made = dict(parts[0])
    for part in parts[1:]:
        for name, curve in part.items():
            made[name] = made[name] + curve
    return made
