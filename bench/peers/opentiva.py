"""opentiva: target-controlled infusions by the closed form, a person and a second at a time, compiled."""

import numpy as np
from opentiva.model import Model
from opentiva.pkpd import PkPdModel

from bench.peers.case import MINUTES, Array, Case, answer

MAN, YEARS, KG, CM = 0, 40, 70, 175
S_PER_MIN = 60


class Person(Model):
    """Rates per minute, as opentiva's own models give them."""

    def __init__(self, case: Case, number: int) -> None:
        super().__init__(MAN, YEARS, KG, CM)
        self.compartments, self.v1, self.ke0 = 3, case.v1[number], 1.0
        self.k10, self.k12, self.k13 = case.k10[number], case.k12[number], case.k13[number]
        self.k21, self.k31 = case.k21[number], case.k31[number]


def curves(case: Case) -> Array:
    end = case.until_min * S_PER_MIN
    infusion = np.array([[0.0, case.mg_per_min / S_PER_MIN, end, end]])
    made = np.empty((case.v1.size, MINUTES))
    for number in range(case.v1.size):
        at = PkPdModel(Person(case, number)).calculate_cp
        made[number] = [at(infusion, second) for second in range(0, MINUTES * S_PER_MIN, S_PER_MIN)]
    return 1000 * made


if __name__ == "__main__":
    answer(curves, 2000)
