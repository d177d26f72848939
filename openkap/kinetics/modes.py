"""Centres with outer compartments, by their poles: one centre, or one that fills another.

A dose into a centre leaves as a sum of exponentials, a pole and a share for each: plasma ketamine. What it
fills has poles of its own: norketamine, the effect site. `modes_step` takes both from time to time. Poles are
roots of a cubic, taken by cosines and then twice by Newton: good to 1e-15 of themselves. Where two of one
centre nearly coincide in anybody the shares lose digits, and the system is stepped as a whole instead.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from openkap.kinetics.system import System
from openkap.kinetics.values import Array

_APART = 1e-3
_NEWTON_STEPS = 2
_MOST_OUTER = 2


@dataclass(frozen=True, slots=True)
class Modes:
    """`poles` (1/min) and `shares` of the `centre`, a state; shape (n, people).

    The first centre's shares are of what is dosed into it, and sum to one. The second's are of what is in the
    first, per minute.
    """

    centre: int
    poles: Array
    shares: Array


@dataclass(frozen=True, slots=True)
class Cascade:
    """`first` is dosed, and fills `second` if there is one. `poles`: of the second, then of the first."""

    system: System
    first: Modes
    second: Modes | None
    poles: Array

    @property
    def in_second(self) -> int:
        """How many of the poles are the second centre's."""
        return len(self.poles) - len(self.first.poles)

    def modes_of(self, analyte: str) -> slice:
        """Those whose sum is the amount that an analyte is read from."""
        if self.second and self.system.seen[analyte].state == self.second.centre:
            return slice(0, self.in_second)
        return slice(self.in_second, len(self.poles))


def cascade(system: System) -> Cascade | None:
    """The system as one or two centres; None for any other, and where poles of one nearly coincide."""
    centres = _centres(system)
    found = [modes for one, outer in centres.items() if (modes := _modes(system, one, outer))]
    if not found or len(found) < len(centres):
        return None
    first = found[0]
    if len(found) == 1:
        return Cascade(system, first, None, first.poles)
    second = found[1]
    shares = second.shares * system.rates[second.centre, first.centre]
    poles = np.concatenate((second.poles, first.poles))
    return Cascade(system, first, replace(second, shares=shares), poles)


def _centres(system: System) -> dict[int, list[int]]:
    """One centre or two, the dosed one first, with the outer compartments of each; empty if it is neither."""
    count = len(system.names) - system.sources
    fed = {state: _feeding(system, state) for state in range(count)}
    outer = {state: its for state in range(count) if (its := _whose(system, state, fed)) is not None}
    made = {state: [one for one in outer if outer[one] == state] for state in fed if state not in outer}
    inward = {state: fed[state].difference(its) for state, its in made.items()}
    sources = set(range(count, len(system.names)))
    first = [state for state in made if inward[state] == sources]
    second = [state for state in made if inward[state] != sources]
    sound = (
        len(sources) <= 1
        and len(first) == 1
        and len(second) <= 1
        and all(inward[state] == set(first) for state in second)
        and all(len(its) <= _MOST_OUTER for its in made.values())
    )
    return {state: made[state] for state in (*first, *second)} if sound else {}


def _feeding(system: System, state: int) -> set[int]:
    return {one for one in range(len(system.rates)) if one != state and system.rates[state, one].any()}


def _whose(system: System, state: int, fed: Mapping[int, set[int]]) -> int | None:
    """The centre of an outer compartment: it alone fills it, and gets everything back. Else None."""
    if len(fed[state]) != 1 or any(seen.state == state for seen in system.seen.values()):
        return None
    (centre,) = fed[state]
    feeds = [one for one, its in fed.items() if state in its]
    returning = np.array_equal(system.rates[centre, state], -system.rates[state, state])
    return centre if feeds == [centre] and returning else None


def _modes(system: System, centre: int, outer: list[int]) -> Modes | None:
    back = [system.rates[centre, one] for one in outer]
    leaves = [system.rates[one, centre] for one in outer]
    poles = _poles(-system.rates[centre, centre] - sum(leaves), leaves, back)
    if (poles[:-1] - poles[1:] < _APART * poles[0]).any():
        return None
    return Modes(centre, poles, _shares(poles, back))


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
