"""Any system, stepped as a whole: a step is the exponential of its matrix of rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from openkap.kinetics.exponential import exponential
from openkap.kinetics.system import System
from openkap.kinetics.values import Array

_PEOPLE_AT_ONCE = 256
"""Their curves fit in a core's cache, from which they are turned into lines of one time each."""


@dataclass(frozen=True, slots=True)
class WholeStep:
    """Some minutes of every state: mg in each compartment, mg/min of each source, shape (people, n).

    One person's values are written to every column.

    `doubled`: the matrices of 1, 2, 4 … steps, shape (people, n, n), as many as were asked for so far.
    `ahead`: what each state adds to the ng/mL after the next 2^k steps, by k; see `_adding`.
    """

    system: System
    doubled: list[Array]
    ahead: dict[int, Array] = field(default_factory=dict)

    @classmethod
    def over(cls, system: System, minutes: float) -> Self:
        by_person = np.ascontiguousarray(system.rates.transpose(2, 0, 1))
        return cls(system, [exponential(by_person, minutes)])

    def carry(self, state: Array, count: int = 1) -> Array:
        """The state `count` steps later."""
        for place in bits(count):
            state = np.einsum("pij,pj->pi", self._double(place), state)
        return state

    def longer(self, count: int) -> "WholeStep":
        """`count` steps as one."""
        made, *others = (self._double(place) for place in bits(count))
        for one in others:
            made = made @ one
        return WholeStep(self.system, [made])

    def run(self, state: Array, into: Mapping[str, Array]) -> Array:
        """Write the ng/mL after each step to `into`, by analyte (steps, people); the state after the last.

        Every 2^k-th state on one side, what each state adds to the next 2^k values on the other: their
        product is every value, and both sides double by one product at a time.
        """
        count = len(next(iter(into.values())))
        k = count.bit_length() // 2
        states, adding = self._every(state, k, 1 + (count >> k)), self._adding(k)
        for first in range(0, len(state), _PEOPLE_AT_ONCE):
            people = slice(first, first + _PEOPLE_AT_ONCE) if len(state) > 1 else slice(None)
            values = states[people].transpose(0, 2, 1) @ adding[people].transpose(0, 2, 1)
            values = values.reshape(len(values), -1, len(into))
            for place, made in enumerate(into.values()):
                made[:, people] = values[:, :count, place].T
        return self.carry(states[:, :, -1], count & ((1 << k) - 1))

    def _every(self, state: Array, k: int, count: int) -> Array:
        """The state now and after each 2^k steps: (people, n, count)."""
        made = np.empty((*state.shape, count))
        made[:, :, 0], known = state, 1
        while known < count:
            more = min(known, count - known)
            step = self._double(k + known.bit_length() - 1)
            np.matmul(step, made[:, :, :more], out=made[:, :, known : known + more])
            known += more
        return made

    def _adding(self, k: int) -> Array:
        """What each state adds to each analyte after 1, 2 … 2^k steps: (people, steps × analytes, n)."""
        if k not in self.ahead:
            seen, step = self.system.seen.values(), self.doubled[0]
            first = np.stack([step[:, one.state] * one.scale[:, np.newaxis] for one in seen], axis=1)
            made = np.empty((len(step), len(seen) << k, step.shape[2]))
            made[:, : len(seen)] = first
            for place in range(k):
                known = len(seen) << place
                np.matmul(made[:, :known], self._double(place), out=made[:, known : 2 * known])
            self.ahead[k] = made
        return self.ahead[k]

    def _double(self, place: int) -> Array:
        while len(self.doubled) <= place:
            self.doubled.append(self.doubled[-1] @ self.doubled[-1])
        return self.doubled[place]


def bits(count: int) -> list[int]:
    return [place for place in range(count.bit_length()) if count >> place & 1]
