"""A forecast in words: medians with ranges, blood pressure as a range alone, and where the model ends."""

import re

from openkap.kinetics.effects import Range
from openkap.kinetics.forecast import Forecast
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, Milligrams, Minutes, Years
from openkap.web import forecast_words, forecasting

ADULT = Person(Kilograms(70.0), Years(40.0))


def told(
    mg: float, route: str = "iv", over: float = 40, whom: Person = ADULT
) -> tuple[Forecast, dict[str, str]]:
    end = Minutes(over) if over else None
    made = forecasting.of(Regimen((Dose(route, Milligrams(mg), Minutes(0.0), end),)), whom)
    return made, {fact.title: fact.says for fact in forecast_words.facts(made)}


def test_the_experience_is_a_median_with_its_range() -> None:
    """The numbers of the forecast itself, in whole minutes."""
    forecast, says = told(35)
    onset = forecast.experience.onset_min
    assert onset and onset.low and onset.high
    assert says["Felt from"] == f"{onset.median:.0f} min ({onset.low:.0f} to {onset.high:.0f})"
    assert re.fullmatch(r"from \d+ min \(\d+ to \d+\) to \d+ min \(\d+ to \d+\)", says["Strongest"])


def test_how_many_get_that_far_is_said_where_not_all_do() -> None:
    """A small dose by mouth is felt by some."""
    _, says = told(60, "oral", 0)
    assert re.search(r"; \d+ of 100 people get that far$", says["Felt from"])


def test_a_dose_too_small_to_feel_says_so() -> None:
    """No window is made up."""
    _, says = told(1, "oral", 0)
    assert says["Experience"] == "None is expected from this dose."


def test_blood_pressure_is_a_range_and_never_one_number() -> None:
    """Both ends, from the person's own resting pressure."""
    _, says = told(35)
    assert re.match(
        r"systolic [+−]?\d+ to \+\d+, diastolic [+−]?\d+ to \+\d+ mmHg from", says["Blood pressure"]
    )
    assert "90 of 100 people" in says["Blood pressure"]


def test_what_lasts_past_the_forecast_says_after() -> None:
    """An end nobody saw is not a number."""
    assert forecast_words.minutes(Range(220.0, 129.0, float("inf")), 360.0) == "220 min (129 to after 360)"


def test_the_model_and_its_limits_are_named() -> None:
    """Outside what it was fitted to it says so, and inside too what it misses."""
    forecast, says = told(35, whom=Person(Kilograms(130.0), Years(71.0)))
    assert says["Model"].startswith(forecast.model.title) and "Basis:" in says["Model"]
    limits = " ".join(forecast_words.limits(forecast))
    assert "130 kg is outside" in limits and "71 y is outside" in limits
    assert all(misfit in limits for misfit in forecast.model.misfits)
