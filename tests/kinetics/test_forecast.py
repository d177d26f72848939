"""One call: the model it takes, what it hands back, and what it says of its own limits."""

import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from openkap.kinetics.crowd import Population
from openkap.kinetics.forecast import forecast
from openkap.kinetics.regimen import Person, Regimen
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.units import Kilograms, Years
from openkap.protocol.read_kinetics import published
from tests.kinetics.asked import ADULT, dose, typical

INFUSION = Regimen((dose("iv", 35, 0, 40),))


@pytest.mark.parametrize(
    ("route", "drug", "model"),
    [
        ("iv", "racemic", "otto"),
        ("im", "racemic", "otto"),
        ("oral", "esketamine", "otto"),
        ("sublingual", "racemic", "otto"),
        ("intranasal", "racemic", "otto"),
        ("film", "esketamine", "simons"),
    ],
)
def test_a_route_has_its_model(route: str, drug: str, model: str) -> None:
    assert typical(dose(route, 40), drug=drug).model.id == model


def test_the_spray_has_a_model_of_its_own() -> None:
    assert typical(dose("intranasal", 28, devices=1), drug="esketamine").model.id == "perez"


def test_bands_are_five_rising_lines_beside_the_typical_curve() -> None:
    made = forecast(INFUSION, ADULT, published(), population=Population(1000))
    for name in ("ketamine", "norketamine", EFFECT_SITE):
        for bands in (made.between_people[name], made.between_models[name]):
            assert bands.shape == (5, made.times_min.size)
            assert (np.diff(bands, axis=0) >= 0).all()
    middle = made.between_people["ketamine"][2]
    np.testing.assert_allclose(middle[30:], made.ketamine_ng_per_ml[30:], rtol=0.06)


def test_the_same_question_has_the_same_answer() -> None:
    one, two = (forecast(INFUSION, ADULT, published(), population=Population(300, seed=9)) for _ in range(2))
    assert np.array_equal(one.between_models["ketamine"], two.between_models["ketamine"])
    other = forecast(INFUSION, ADULT, published(), population=Population(300, seed=10))
    assert not np.array_equal(one.between_people["ketamine"], other.between_people["ketamine"])


def test_hydroxynorketamine_is_told_where_a_model_has_it() -> None:
    film = typical(dose("film", 50), drug="esketamine", times=(76,))
    assert film.hydroxynorketamine_ng_per_ml is not None
    assert film.hydroxynorketamine_ng_per_ml.max() == pytest.approx(95, rel=0.05)
    assert typical(dose("iv", 35)).hydroxynorketamine_ng_per_ml is None
    assert typical(dose("iv", 35), model="k20").norketamine_ng_per_ml is None


def test_a_forecast_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        typical(dose("iv", 35)).typical = {}


def test_it_looks_six_hours_beyond_the_last_input() -> None:
    made = forecast(INFUSION, ADULT, published(), population=Population(0))
    assert made.times_min[0] == 0
    assert made.times_min[-1] >= 400
    assert set(np.diff(made.times_min)) == {1.0, 5.0}


def test_inside_its_range_a_model_says_nothing_of_leaving_it() -> None:
    """A person and a spray like those it was fitted to."""
    assert typical(dose("intranasal", 56, devices=2), drug="esketamine").outside == ()


@pytest.mark.parametrize(
    ("person", "mg", "said"),
    [
        (Person(Kilograms(70), Years(90)), 56, "90 y is outside the 18 to 86 years"),
        (Person(Kilograms(70)), 56, "No age was given"),
    ],
)
def test_outside_its_range_a_model_says_so_and_is_drawn(person: Person, mg: float, said: str) -> None:
    made = typical(dose("intranasal", mg, devices=2), drug="esketamine", person=person)
    assert any(said in one for one in made.outside), made.outside
    assert made.ketamine_ng_per_ml.max() > 0


def test_a_weight_beyond_one_model_and_within_another_is_said() -> None:
    """Beyond all of them it is refused: `test_study`."""
    made = typical(dose("iv", 35), model="otto", person=Person(Kilograms(120), Years(40)))
    assert any("120 kg is outside the 50 to 100 kg" in one for one in made.outside)
    assert not any(made.model.title in one for one in made.outside), "the model is named once, beside"
    assert made.ketamine_ng_per_ml.max() > 0


def test_a_route_a_model_was_not_fitted_to_is_said() -> None:
    made = typical(dose("im", 35))
    assert any("was not fitted to this route (into a muscle)" in one for one in made.outside)


def test_age_slows_the_liver_above_sixty() -> None:
    """2.19 L/h of liver flow a year, in the one model that found it."""
    at = {
        age: typical(
            dose("iv", 28), model="perez", drug="esketamine", person=Person(Kilograms(70), Years(age))
        )
        for age in (40, 60, 80)
    }
    assert np.array_equal(at[40].ketamine_ng_per_ml, at[60].ketamine_ng_per_ml)
    assert (at[80].ketamine_ng_per_ml[2:] > at[60].ketamine_ng_per_ml[2:]).all()


def test_the_effect_is_of_the_s_enantiomer_by_the_arterial_model() -> None:
    """108 ng/mL at the peak of the usual infusion, whatever model draws the plasma."""
    peaks = [
        typical(dose("iv", 35, 0, 40), model=model, times=(41,)).effect_site_ng_per_ml[0]
        for model in ("otto", "k20")
    ]
    assert peaks[0] == peaks[1] == pytest.approx(108, abs=1)
    twice = typical(dose("iv", 35, 0, 40), drug="esketamine", times=(41,)).effect_site_ng_per_ml[0]
    assert twice == pytest.approx(2 * peaks[0], rel=1e-12)


def test_importing_it_brings_numpy_and_nothing_else_of_ours() -> None:
    program = (
        "import sys, openkap.kinetics.forecast\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)))\n"
        "print(*sorted({'.'.join(n.split('.')[:2]) for n in sys.modules if n.startswith('openkap.')}))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    rooms = said.splitlines()[1]
    assert rooms == "openkap.kinetics"
    assert "django" not in said and "scipy" not in said
