"""What every peer is asked, and how it answers: rate constants in by standard input, JSON out."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MINUTES = 361
COMPARED = 32
RTOL, ATOL = 1e-6, 1e-9
"""For those that solve step by step; the others are exact."""
_REPEATS = 3


@dataclass(frozen=True)
class Case:
    """A centre of `v1` L and two outer compartments, rates per minute, shape (people,); then one infusion."""

    v1: Array
    k10: Array
    k12: Array
    k21: Array
    k13: Array
    k31: Array
    mg_per_min: float
    until_min: int

    def first(self, people: int) -> "Case":
        arrays = {one.name: getattr(self, one.name)[:people] for one in fields(self)[:6]}
        return replace(self, **arrays)

    def written(self) -> str:
        return json.dumps({name: np.asarray(value).tolist() for name, value in vars(self).items()})


def answer(curves: Callable[[Case], Array], people: int) -> None:
    """Print the seconds of processor a person's ng/mL at minutes 0 to 360 take, and the first few curves."""
    told = json.load(sys.stdin)
    arrays = {name: np.array(told[name]) for name in ("v1", "k10", "k12", "k21", "k13", "k31")}
    case = Case(**arrays, mg_per_min=told["mg_per_min"], until_min=told["until_min"]).first(people)
    made, took = curves(case), []
    for _ in range(_REPEATS):
        start = time.process_time()
        curves(case)
        took.append(time.process_time() - start)
    print(json.dumps({"seconds_each": min(took) / people, "curves": made[:COMPARED].tolist()}))
