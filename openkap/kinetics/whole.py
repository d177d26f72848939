"""Any system, stepped as a whole: a step is the exponential of its matrix of rates."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from openkap.kinetics.exponential import exponential, power
from openkap.kinetics.system import System
from openkap.kinetics.values import Array


@dataclass(frozen=True, slots=True)
class WholeStep:
    """exp(rates × Δ), shape (n, n, people). The state: mg in each compartment, mg/min of each source."""

    system: System
    matrix: Array

    @classmethod
    def over(cls, system: System, minutes: float) -> Self:
        return cls(system, exponential(system.rates, minutes))

    def carry(self, state: Array) -> Array:
        made: Array = np.einsum("ijp,jp->ip", self.matrix, state)
        return made

    def leap(self, count: int) -> "WholeStep":
        return WholeStep(self.system, power(self.matrix, count))

    def rows(self, analyte: str, count: int, alive: list[int]) -> Array:
        """What each state `alive` adds to the ng/mL seen after 1, 2 … steps: (steps, alive, people)."""
        seen = self.system.seen[analyte]
        up = sorted({*alive, seen.state})
        inner = self.matrix[np.ix_(up, up)]
        made = np.empty((count, len(up), inner.shape[2]))
        made[0] = inner[up.index(seen.state)] * seen.scale
        for number in range(1, count):
            np.einsum("jp,jkp->kp", made[number - 1], inner, out=made[number])
        return made[:, [up.index(one) for one in alive]] if up != alive else made
