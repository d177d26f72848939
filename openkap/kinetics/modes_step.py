"""Centres stepped by their modes: what each amount becomes, and what the first centre leaves in the second.

Numbers that are not negative are added and multiplied, whether or not poles of the two centres coincide.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from openkap.kinetics.modes import Cascade
from openkap.kinetics.values import Array
from openkap.kinetics.whole import bits

_SHORT, _TERMS = 0.1, 9
"""Within so few mean lives a difference of exponentials loses digits; its series loses none."""


@dataclass(slots=True)
class ModesStep:
    """Some minutes of every mode.

    The state, (n + 1, people): mg in the modes of the second centre, in those of the first, and the mg/min
    that enters the first. `kept` and `entered`, (n, people): what 1 mg becomes, and what 1 mg/min.
    `crossed`, (first, second, people): what a mg in a mode of the first centre leaves in one of the second.
    `doubled`: 2, 4, 8 … steps, as many as were asked for so far.
    """

    cascade: Cascade
    kept: Array
    entered: Array
    crossed: Array | None
    doubled: list["ModesStep"] = field(default_factory=list)

    @classmethod
    def over(cls, cascade: Cascade, minutes: float) -> "ModesStep":
        first, second = cascade.first, cascade.second
        kept = np.exp(-cascade.poles * minutes)
        entered = first.shares * -np.expm1(-first.poles * minutes) / first.poles
        if second is None:
            return cls(cascade, kept, entered, None)
        one, other = first.poles[:, np.newaxis], second.poles
        left = np.einsum("ip,ijp->jp", first.shares, _left_by_rate(one, other, minutes)) * second.shares
        crossed = _left(one, other, minutes) * second.shares
        return cls(cascade, kept, np.concatenate((left, entered)), crossed)

    def carry(self, state: Array, count: int = 1) -> Array:
        """The state `count` steps later, in its place."""
        for place in bits(count):
            step = self._double(place)
            step._pass(state[:-1])
            if state[-1].any():
                state[:-1] += step.entered * state[-1]
        return state

    def longer(self, count: int) -> "ModesStep":
        """`count` steps as one."""
        return reduce(ModesStep._then, [self._double(place) for place in bits(count)])

    def run(self, state: Array, into: Mapping[str, Array]) -> Array:
        """Write the ng/mL after each step to `into`, by analyte (steps, people); the state after the last."""
        count, running = len(next(iter(into.values()))), bool(state[-1].any())
        k, until = count.bit_length() // 2, len(state) - (not running)
        adding = {name: self._adding(name, k, until) for name in into}
        leap = self._double(k)
        gained = leap.entered * state[-1] if running else None
        for first in range(0, count, 1 << k):
            for name, made in into.items():
                parts = state[self.cascade.modes_of(name).start : until]
                out = made[first : first + (1 << k)]
                np.einsum("bnp,np->bp", adding[name][: len(out)], parts, out=out)
            if count - first < 1 << k:
                return self.carry(state, count - first)
            leap._pass(state[:-1])
            if gained is not None:
                state[:-1] += gained
        return state

    def _pass(self, amounts: Array) -> None:
        """Amounts a step later, in their place."""
        second = self.cascade.in_second
        left = None if self.crossed is None else np.einsum("ijp,ip->jp", self.crossed, amounts[second:])
        amounts *= self.kept
        if left is not None:
            amounts[:second] += left

    def _then(self, other: "ModesStep") -> "ModesStep":
        """This step and after it the other, as one."""
        entered, second, crossed = self.entered.copy(), self.cascade.in_second, None
        other._pass(entered)
        entered += other.entered
        if self.crossed is not None and other.crossed is not None:
            crossed = self.crossed * other.kept[:second]
            crossed += other.crossed * self.kept[second:, np.newaxis]
        return ModesStep(self.cascade, self.kept * other.kept, entered, crossed)

    def _double(self, place: int) -> "ModesStep":
        """2^place steps as one."""
        while len(self.doubled) < place:
            last = self.doubled[-1] if self.doubled else self
            self.doubled.append(last._then(last))
        return self.doubled[place - 1] if place else self

    def _adding(self, analyte: str, k: int, until: int) -> Array:
        """What each part of the state adds to the ng/mL after 1, 2 … 2^k steps: (steps, parts, people)."""
        own = self.cascade.modes_of(analyte)
        now = np.zeros((1, until - own.start, self.kept.shape[1]))
        now[0, : own.stop - own.start] = self.cascade.system.seen[analyte].scale
        made = np.empty((1 << k, *now.shape[1:]))
        self._before(now, own.start, made[:1])
        for place in range(k):
            known = 1 << place
            self._double(place)._before(made[:known], own.start, made[known : 2 * known])
        return made

    def _before(self, adds: Array, start: int, out: Array) -> None:
        """What the parts from `start` on add, told of the state a step before."""
        n, second = len(self.kept), self.cascade.in_second
        here = n - start
        np.multiply(adds[:, :here], self.kept[start:], out=out[:, :here])
        if start < second and self.crossed is not None:
            out[:, second:here] += np.einsum("ijp,bjp->bip", self.crossed, adds[:, :second])
        if adds.shape[1] > here:
            np.einsum("bnp,np->bp", adds[:, :here], self.entered[start:], out=out[:, here])
            out[:, here] += adds[:, here]


def _left(first: Array, second: Array, minutes: float) -> Array:
    """∫ exp(-first t) exp(-second (T - t)) dt over T minutes, even where both poles are one."""
    apart = np.abs(first - second)
    lost = -np.expm1(-apart * minutes)
    made = np.divide(lost, apart, out=np.full_like(apart, minutes), where=apart > 0)
    made *= np.exp(-np.minimum(first, second) * minutes)
    return made


def _left_by_rate(first: Array, second: Array, minutes: float) -> Array:
    """The same of what 1 mg/min brings: ∫ (1 - exp(-first t)) / first × exp(-second (T - t)) dt."""
    slow, fast = np.minimum(first, second), np.maximum(first, second)
    made = (-np.expm1(-slow * minutes) / slow - _left(first, second, minutes)) / fast
    short = fast * minutes < _SHORT
    if short.any():
        made[short] = _series(slow[short], fast[short], minutes)
    return made


def _series(slow: Array, fast: Array, minutes: float) -> Array:
    """Σ (-1)^k h_k T^(k+2) / (k+2)!, where h_k is every product of k poles."""
    products, power, made = np.ones_like(slow), np.ones_like(slow), np.zeros_like(slow)
    for k in range(_TERMS):
        made += products * ((-1) ** k * minutes ** (k + 2) / math.factorial(k + 2))
        power *= slow
        products = products * fast + power
    return made
