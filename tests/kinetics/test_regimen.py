"""What cannot be meant is refused in one sentence that says what, where and what to do."""

import math
from collections.abc import Callable

import pytest

from openkap.kinetics.crowd import Population
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import (
    Kilograms,
    MgPerKg,
    Milligrams,
    Minutes,
    Years,
    micromol_per_l,
)
from openkap.protocol.read_kinetics import published
from tests.kinetics.asked import ADULT, dose, typical


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Milligrams(-15), "dose: -15 mg is below zero"),
        (lambda: Milligrams(math.nan), "dose: nan is not a finite number"),
        (lambda: Milligrams(math.inf), "dose: inf is not a finite number"),
        (lambda: Milligrams(1e6), "dose: 1e+06 mg is more than the 2000 mg that can be meant"),
        (lambda: Milligrams("35"), "dose: '35' is not a finite number"),
        (lambda: Milligrams(None), "dose: None is not a finite number"),
        (lambda: Milligrams(True), "dose: True is not a finite number"),
        (lambda: MgPerKg(50), "more than the 20 mg/kg"),
        (lambda: Kilograms(-1), "weight: -1 kg is below zero"),
        (lambda: Person(Kilograms(0)), "weight: nobody weighs 0 kg"),
        (lambda: Kilograms(7000), "weight: 7000 kg is more than"),
        (lambda: Years(200), "age: 200 y is more than"),
        (lambda: Minutes(-5), "time: -5 min is below zero"),
        (lambda: Dose("iv", Kilograms(50), Minutes(0)), "dose: 50 kg is not in mg or mg/kg"),
        (lambda: Dose("iv", 50.0, Minutes(0)), "dose: 50.0 is not in mg or mg/kg. Give it as Milligrams"),
        (lambda: Dose("iv", None, Minutes(0)), "dose: None is not in mg or mg/kg"),
        (lambda: Dose("iv", Milligrams(50), Years(0)), "time: 0 y is not in min"),
        (lambda: Dose("iv", Milligrams(50), Minutes(0), 40.0), "time: 40.0 is not in min"),
        (lambda: Person(Milligrams(70)), "weight: 70 mg is not in kg"),
        (lambda: Person(None), "weight: None is not in kg"),
        (lambda: Person(Kilograms(70), 40.0), "age: 40.0 is not in y"),
        (lambda: Population(-1), "people: -1 is not a whole number from 0 to 10000000"),
        (lambda: Population(1.5), "people: 1.5 is not a whole number"),
        (lambda: Population(10, -1), "seed: -1 is not a whole number from 0"),
        (lambda: Regimen(()), "dose: there is none"),
        (lambda: Regimen((dose("iv", 35),), "propofol"), "drug: 'propofol' is not one of racemic, "),
        (lambda: Regimen((dose("iv", 0, 0, 40),)), "a dose of nothing changes nothing"),
        (lambda: Regimen((dose("iv", 35, 40, 40),)), "from minute 40 to itself has no length"),
        (lambda: Regimen((dose("iv", 35, 40, 5),)), "cannot end at minute 5, before it starts at 40"),
        (lambda: Regimen((dose("im", 35, 0, 40),)), "only an infusion ends, and this is im"),
        (lambda: typical(dose("im", 35), model="flint"), "model: 'flint' is not one of clements, domino"),
        (lambda: typical(dose("rectal", 35)), "route: 'rectal' is not a route"),
        (lambda: typical(dose("film", 50), model="otto"), "Take --model simons"),
        (lambda: typical(dose("im", 35), times=()), "times: "),
        (lambda: typical(dose("im", 35), times=(5, 5)), "times must rise"),
        (lambda: typical(dose("im", 35), times=(-1, 5)), "times must rise"),
        (lambda: typical(dose("im", 35), times=(math.nan,)), "finite number of minutes"),
        (lambda: typical(dose("im", 35), times=("ten",)), "finite number of minutes"),
        (lambda: typical(dose("im", 35), times=[None]), "finite number of minutes"),
        (
            lambda: typical(Dose("oral", Milligrams(50), Minutes(0), spat_out=True)),
            "dose: nothing of a dose swallowed is held in the mouth and spat out",
        ),
        (
            lambda: typical(Dose("iv", MgPerKg(20), Minutes(0)), person=Person(Kilograms(150))),
            "dose: 3000 mg is more than",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(Refused) as caught:
        make()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def spray(*given: Dose) -> object:
    return typical(*given, drug="esketamine")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((dose("intranasal", 56, 0),), "the spray is counted in devices of 28 mg"),
        ((dose("intranasal", 50, 0, devices=2),), "the spray is counted in devices of 28 mg"),
        ((dose("intranasal", 112, 0, devices=4),), "4 devices at once were never studied"),
        (
            (dose("intranasal", 28, 0, devices=1), dose("intranasal", 28, 5, devices=1)),
            "minutes 0 and 5 overlap",
        ),
    ],
)
def test_devices_are_given_whole_and_in_one_sitting(given: tuple[Dose, ...], said: str) -> None:
    with pytest.raises(Refused, match=said):
        spray(*given)


def test_sittings_apart_are_taken() -> None:
    """31.8 minutes after the first nothing of it is being swallowed any more."""
    spray(dose("intranasal", 28, 0, devices=1), dose("intranasal", 28, 31.8, devices=1))


def test_mg_per_kg_is_by_the_weight() -> None:
    assert Dose("iv", MgPerKg(0.5), Minutes(0)).mg(ADULT) == 35


def test_a_micromole_is_a_mass_over_the_molar_mass() -> None:
    assert micromol_per_l(121, published().links.g_per_mol["ketamine"]) == pytest.approx(0.51, abs=0.002)
