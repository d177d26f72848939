"""What is true of any dose: adding, scaling, shifting, mass balance, weight, and no negative value ever."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.kinetics.regimen import Dose, Person
from openkap.kinetics.units import Kilograms, MgPerKg, Minutes, Years
from openkap.protocol.read_kinetics import published
from tests.kinetics.asked import ADULT, dose, ketamine, typical

MODELS = sorted(published().models)
INFUSION = dose("iv", 35, 0, 40)


@pytest.mark.parametrize("model", MODELS)
def test_two_doses_add(model: str) -> None:
    """A bolus during an infusion: one curve on top of the other."""
    times = (5, 20, 20.5, 60, 300)
    both = ketamine(INFUSION, dose("iv", 10, 20), model=model, times=times)
    apart = ketamine(INFUSION, model=model, times=times) + ketamine(
        dose("iv", 10, 20), model=model, times=times
    )
    np.testing.assert_allclose(both, apart, rtol=1e-12)


@pytest.mark.parametrize("route", ["iv", "im", "oral", "sublingual", "intranasal"])
def test_twice_the_dose_is_twice_the_curve(route: str) -> None:
    np.testing.assert_allclose(2 * ketamine(dose(route, 20)), ketamine(dose(route, 40)), rtol=1e-13)


@given(st.floats(0, 300))
def test_a_later_dose_is_the_same_curve_later(minutes: float) -> None:
    """Whatever the minute: also one that is on no grid."""
    later = ketamine(dose("im", 35, minutes), times=(minutes + 7, minutes + 90))
    np.testing.assert_allclose(later, ketamine(dose("im", 35), times=(7, 90)), rtol=1e-9)


def test_a_changed_rate_is_two_infusions() -> None:
    """20 mg over 20 min and 40 mg over the next 20 min, against 60 mg/40 min: less early, the same mass."""
    changed = typical(dose("iv", 20, 0, 20), dose("iv", 40, 20, 40), times=(20, 40))
    steady = typical(dose("iv", 60, 0, 40), times=(20, 40))
    assert changed.ketamine_ng_per_ml[0] == pytest.approx(steady.ketamine_ng_per_ml[0] * 2 / 3, rel=1e-12)
    assert changed.ketamine_ng_per_ml[1] > steady.ketamine_ng_per_ml[1]


def test_a_very_short_infusion_is_a_bolus() -> None:
    short = ketamine(dose("iv", 35, 0, 1e-7), times=(5, 60, 300))
    np.testing.assert_allclose(short, ketamine(dose("iv", 35), times=(5, 60, 300)), rtol=1e-8)


def test_a_bolus_starts_at_dose_over_volume() -> None:
    assert ketamine(dose("iv", 35), model="k20", times=(0,))[0] == pytest.approx(35 / 25 * 1000, rel=1e-14)


def test_a_week_of_infusion_reaches_rate_over_clearance() -> None:
    """1 mg/min against 84 L/h."""
    reached = ketamine(
        dose("iv", 2000, 0, 2000 * 3), dose("iv", 2000, 0, 2000 * 3), model="k20", times=(5999,)
    )[0]
    assert reached == pytest.approx(1000 * (4000 / 6000) / (84 / 60), rel=1e-6)


SHARE = {"iv": 1.0, "im": 0.93, "oral": 0.20, "sublingual": 0.29, "intranasal": 0.45}


def area(curve: np.ndarray, times: np.ndarray) -> float:
    """By Simpson's rule over even steps."""
    step = times[1] - times[0]
    return float(step / 3 * (curve[0] + 4 * curve[1:-1:2].sum() + 2 * curve[2:-1:2].sum() + curve[-1]))


@pytest.mark.parametrize(("route", "share"), SHARE.items())
def test_what_is_cleared_is_what_arrived(route: str, share: float) -> None:
    """Clearance × area = F × dose, for ketamine; and for norketamine, what of it was made."""
    times = np.arange(0, 20_000, 0.5)[:-1]
    made = typical(dose(route, 50), drug="esketamine", model="otto", times=times, shelf=steady())
    clearance, nor_clearance = 95.2 / 60, 57.72 / 60
    gone = clearance * area(made.ketamine_ng_per_ml, times) / 1000
    assert gone == pytest.approx(share * 50, rel=1e-5)
    swallowed = {"oral": 1.0, "sublingual": 1 - 0.1125, "intranasal": 1 - 0.3125}.get(route, 0.0)
    nor = nor_clearance * area(made.typical["norketamine"], times) / 1000
    assert nor == pytest.approx(gone + 0.70 * swallowed * 50, rel=1e-5)


def steady() -> object:
    """The shelf with esketamine's swallowed share set to the racemate's, so that one table of F serves."""
    shelf = published()
    routes = {
        name: replace(
            route, parameters={key: replace(one, esketamine=None) for key, one in route.parameters.items()}
        )
        for name, route in shelf.routes.items()
    }
    return replace(shelf, routes=routes)


def test_perez_clears_by_its_liver() -> None:
    """CL = Qh × E = 109 L/h and an oral share of 0.178, as its closed forms say."""
    times = np.arange(0, 20_000, 0.5)[:-1]
    young = Person(Kilograms(70), Years(40))
    extraction = 101 * (1.11 + 2.77) / (151 + 101 * (1.11 + 2.77))
    for route, share in (("iv", 1.0), ("oral", 0.64 * (1 - extraction))):
        made = ketamine(dose(route, 84), drug="esketamine", model="perez", times=times, person=young)
        assert 151 / 60 * extraction * area(made, times) / 1000 == pytest.approx(84 * share, rel=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_no_value_is_ever_negative(model: str) -> None:
    """Not at the first second, where all is built of differences, nor a day later."""
    times = np.concatenate(([0, 1e-6, 1e-3, 0.1], np.arange(1, 2880.0)))
    drug = "esketamine" if model == "perez" else "racemic"
    route = "film" if model == "simons" else "iv"
    made = typical(dose(route, 50), INFUSION, model=model, times=times, drug=drug)
    assert all((curve >= 0).all() for curve in made.typical.values())


def test_weight_scales_each_model_by_its_own_rule() -> None:
    """OTTO's outer compartments stay, K20 scales whole: mg/kg there gives one curve at any weight."""
    heavy = Person(Kilograms(140), Years(40))
    per_kg = Dose("iv", MgPerKg(0.5), Minutes(0), Minutes(40))
    same = ketamine(per_kg, model="k20", person=heavy)
    np.testing.assert_allclose(same, ketamine(per_kg, model="k20"), rtol=1e-13)
    assert ketamine(dose("iv", 35), times=(0,), model="otto", drug="esketamine", person=heavy)[0] == (
        pytest.approx(35 / 266 * 1000, rel=1e-13)
    )
    slopes = [
        np.diff(np.log(ketamine(dose("iv", 35), times=(2000, 2600), model="otto", person=who)))
        for who in (heavy, ADULT)
    ]
    assert slopes[0] != pytest.approx(slopes[1], rel=1e-2)


def test_the_racemate_is_one_run_when_both_are_cleared_alike() -> None:
    shelf = published()
    alike = replace(shelf, models={**shelf.models, "otto": replace(shelf.models["otto"], r_scale={})})
    both = ketamine(INFUSION, model="otto", shelf=alike)
    np.testing.assert_allclose(both, ketamine(INFUSION, model="otto", drug="esketamine"), rtol=1e-13)
    assert (ketamine(INFUSION, model="otto") > both).all()


def test_spitting_out_leaves_what_the_mouth_took() -> None:
    kept, spat = (typical(dose("sublingual", 100, spat_out=spit)) for spit in (False, True))
    assert (spat.typical["norketamine"] < 0.4 * kept.typical["norketamine"]).all()
    assert spat.ketamine_ng_per_ml[1] < kept.ketamine_ng_per_ml[1]


def test_a_second_device_adds_less_than_the_first() -> None:
    """0.54, 0.4374 and 0.4032 of 28, 56 and 84 mg pass the nose: seen at the first seconds."""
    first = [
        ketamine(dose("intranasal", 28.0 * n, devices=n), drug="esketamine", times=(1e-3,))[0] / (28 * n)
        for n in (1, 2, 3)
    ]
    np.testing.assert_allclose(np.array(first) / first[0], [1, 0.4374 / 0.54, 0.4032 / 0.54], rtol=1e-6)


def test_times_on_no_grid_are_as_exact_as_those_on_one() -> None:
    even = ketamine(INFUSION, model="otto", times=np.arange(0, 241.0))
    odd = ketamine(INFUSION, model="otto", times=np.array([0, 3, 11, 12, 40, 41.5, 60, 61, 239, 240]))
    np.testing.assert_allclose(
        odd[[0, 1, 2, 3, 4, 6, 7, 8, 9]], even[[0, 3, 11, 12, 40, 60, 61, 239, 240]], rtol=1e-12
    )
