"""One centre with at most two outer compartments, by its poles: the fastest way to plasma ketamine alone.

A dose into the centre leaves as a sum of exponentials, a pole and a share for each. The poles are roots of a
cubic, taken by cosines and then twice by Newton: good to 1e-15 of themselves. Where two of anybody's nearly
coincide the shares lose digits, and the system is stepped as a whole instead.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from openkap.kinetics.system import Seen, System
from openkap.kinetics.values import Array

_APART = 1e-3
_NEWTON_STEPS = 2


@dataclass(frozen=True, slots=True)
class Modes:
    """`poles` (1/min) and `shares` (they sum to one) of what enters the centre, shape (n, people)."""

    system: System
    centre: int
    poles: Array
    shares: Array


@dataclass(slots=True)
class ModesStep:
    """Some minutes of every mode. The state is the amount in each, and last the mg/min into the centre.

    `kept` is what an amount becomes, `entered` what 1 mg/min has become by the end: both (n, people).
    """

    modes: Modes
    minutes: float
    kept: Array
    entered: Array
    steps: dict[int, "ModesStep"] = field(default_factory=dict)

    @classmethod
    def over(cls, modes: Modes, minutes: float) -> Self:
        lost = np.expm1(-modes.poles * minutes)
        return cls(modes, minutes, 1 + lost, modes.shares * -lost / modes.poles)

    def carry(self, state: Array, count: int = 1) -> Array:
        """The state `count` steps later, in its place."""
        step = self.longer(count)
        state[:-1] *= step.kept
        if state[-1].any():
            state[:-1] += step.entered * state[-1]
        return state

    def longer(self, count: int) -> "ModesStep":
        """`count` steps as one."""
        if count == 1:
            return self
        if count not in self.steps:
            self.steps[count] = ModesStep.over(self.modes, self.minutes * count)
        return self.steps[count]

    def run(self, state: Array, into: Mapping[str, Array]) -> Array:
        """Write the ng/mL after each step to `into`, by analyte (steps, people); the state after the last."""
        ((analyte, made),) = into.items()
        ahead, running = 1 << len(made).bit_length() // 2, bool(state[-1].any())
        adding = self._adding(self.modes.system.seen[analyte].scale, ahead, running)
        leap = self.longer(ahead)
        gained = leap.entered * state[-1] if running else None
        for first in range(0, len(made), ahead):
            out = made[first : first + ahead]
            np.einsum("bnp,np->bp", adding[: len(out)], state[: adding.shape[1]], out=out)
            if len(out) < ahead:
                return self.carry(state, len(out))
            state[:-1] *= leap.kept
            if gained is not None:
                state[:-1] += gained
        return state

    def _adding(self, scale: Array, ahead: int, running: bool) -> Array:  # noqa: FBT001 — private
        """What each mode, and the rate if it is `running`, adds to the ng/mL: (steps, modes, people)."""
        n, people = self.kept.shape
        made = np.empty((ahead, n + running, people))
        np.multiply(self.kept, scale, out=made[0, :n])
        for number in range(1, ahead):
            np.multiply(made[number - 1, :n], self.kept, out=made[number, :n])
        if running:
            entered = self.entered * scale
            np.sum(entered, axis=0, out=made[0, n])
            for number in range(1, ahead):
                np.einsum("np,np->p", made[number - 1, :n], self.entered, out=made[number, n])
                made[number, n] += made[number - 1, n]
        return made


def modes(system: System) -> Modes | None:
    """The modes of a system that is one centre and at most two outer compartments; else None."""
    if len(system.seen) != 1:
        return None
    seen: Seen = next(iter(system.seen.values()))
    outer = _outer(system, seen)
    if outer is None:
        return None
    rates, c = system.rates, seen.state
    back = [rates[c, o] for o in outer]
    leaves = [rates[o, c] for o in outer]
    lost = -rates[c, c] - sum(leaves)
    poles = _poles(lost, leaves, back)
    if (poles[:-1] - poles[1:] < _APART * poles[0]).any():
        return None
    return Modes(system, c, poles, _shares(poles, back))


def _outer(system: System, seen: Seen) -> list[int] | None:
    """The outer compartments; None when something else than they and one source feeds the centre."""
    rates, c = system.rates, seen.state
    others = [one for one in seen.upstream if one != c]
    outer = [one for one in others if rates[one, c].any()]
    sources = [one for one in others if one >= len(rates) - system.sources]
    touching = all(not rates[a, b].any() for a in others for b in others if a != b)
    returning = all(np.array_equal(rates[c, one], -rates[one, one]) for one in outer)
    sound = touching and returning and len(outer) <= 2 and len(outer) + len(sources) == len(others)
    return outer if sound and len(sources) <= 1 else None


def _poles(lost: Array, leaves: list[Array], back: list[Array]) -> Array:
    """Of one, two or three compartments, shape (n, people), 1/min, the fastest first."""
    if not leaves:
        return lost[np.newaxis]
    if len(leaves) == 1:
        half = (lost + leaves[0] + back[0]) / 2
        fast = half + np.sqrt(half * half - lost * back[0])
        return np.stack((fast, lost * back[0] / fast))
    (k12, k13), (k21, k31) = leaves, back
    a2 = lost + k12 + k13 + k21 + k31
    a1 = lost * (k21 + k31) + k12 * k31 + k13 * k21 + k21 * k31
    a0 = lost * k21 * k31
    return _cubic(a2, a1, a0)


def _cubic(a2: Array, a1: Array, a0: Array) -> Array:
    """The three positive roots of x³ - a2 x² + a1 x - a0."""
    third = a2 / 3
    radius = np.sqrt(np.maximum(third * third - a1 / 3, 0.0))
    middle = third * third * third - third * a1 / 2 + a0 / 2
    cosine = np.divide(middle, radius**3, out=np.zeros_like(radius), where=radius > 0)
    angle = np.arccos(np.clip(cosine, -1, 1)) / 3
    turns = np.array([0.0, 2.0, 4.0])[:, np.newaxis] * (math.pi / 3)
    x: Array = third + 2 * radius * np.cos(angle - turns)
    for _ in range(_NEWTON_STEPS):
        slope = (3 * x - 2 * a2) * x + a1
        x -= np.divide(((x - a2) * x + a1) * x - a0, slope, out=np.zeros_like(x), where=slope != 0)
    return x


def _shares(poles: Array, back: list[Array]) -> Array:
    made = np.ones_like(poles)
    for place, pole in enumerate(poles):
        for k in back:
            made[place] *= k - pole
        for other in range(len(poles)):
            if other != place:
                made[place] /= poles[other] - pole
    return made
