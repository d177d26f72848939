"""A chart's facts as what a forecast is made of: who, and what is given when.

It informs. No gate asks it and nothing of it is charted.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from openkap.clinical.chart import Chart
from openkap.clinical.doses import Dose as Charted
from openkap.clinical.dosing import visits
from openkap.clinical.plan_dose import weight_on_file
from openkap.clinical.protocol import Protocol, Route
from openkap.clinical.quantity import MgPerKg as PlannedPerKg
from openkap.clinical.quantity import Milligrams as PlannedMg
from openkap.kinetics.forecast import Forecast, forecast
from openkap.kinetics.model import Route as Way
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, MgPerKg, Milligrams, Minutes, Years
from openkap.protocol.read_kinetics import published
from openkap.web import words

NO_WEIGHT = "No weight is on file: the forecast waits for it"
NO_ROUTE = "No published model takes this route, so there is no forecast"
_S_PER_MIN = 60
_MINUTE_BY_MINUTE, _COARSE_MIN, _HORIZON_MIN = 60, 5, 360
_WHOLE = 1e-9
_INFUSED = "iv"


@dataclass(frozen=True, slots=True)
class Given:
    """What was given in a visit, and the moment its minutes count from."""

    regimen: Regimen
    since: datetime


def person(chart: Chart, at: datetime) -> Person:
    """The latest weight on file and the age that day. Raises Refused when nobody has weighed."""
    weighed = weight_on_file(chart, at)
    if weighed is None:
        raise Refused("weight", NO_WEIGHT, "Weigh the person")
    age = words.years(chart.person.birth_date, words.local(at).date())
    return Person(Kilograms(float(weighed.weight.value)), Years(float(age)))


def planned(route: Route, amount: PlannedPerKg | PlannedMg, minutes: int) -> Regimen:
    """One dose of a plan. Raises Refused for what cannot be meant."""
    if route.id == _INFUSED and not minutes:
        raise Refused("minutes", "an infusion over 0 min has no length", "Write the minutes it runs over")
    made: MgPerKg | Milligrams
    made = (
        MgPerKg(float(amount.value)) if isinstance(amount, PlannedPerKg) else Milligrams(float(amount.value))
    )
    return Regimen(
        (_dose(route, made, Minutes(0.0), Minutes(float(minutes)) if minutes else None),), route.drug
    )


def given(chart: Chart, visit: str, protocol: Protocol, at: datetime) -> Given | None:
    """Every dose charted in a visit as it really went in; None while there is none.

    An infusion is one dose after another, a rate each; what its end says scales them. One still running goes
    on at the rate it has. Sprays are doses of one device; a lozenge spat out is told as such.
    """
    found = next((one for one in visits(chart, protocol, at) if one.id == visit), None)
    if found is None or found.first_dose_at is None:
        return None
    since, drug = found.first_dose_at, protocol.routes[found.doses[0].route].drug
    made = tuple(
        part for dose in found.doses for part in _charted(dose, since, protocol.routes[dose.route], at)
    )
    return Given(Regimen(made, drug), since) if made else None


def _charted(dose: Charted, since: datetime, route: Route, at: datetime) -> list[Dose]:
    """Nothing where nothing of it went in."""
    if not dose.given:
        return []
    if dose.rates:
        return _pumped(dose, since, route, at)
    if dose.device:
        each = Milligrams(float(dose.device.value))
        return [_dose(route, each, Minutes(_minutes(since, used)), None) for used in dose.devices]
    start = Minutes(_minutes(since, dose.began_at))
    made = _dose(route, Milligrams(float(dose.given)), start, None)
    return [replace(made, spat_out=dose.then == "spat out")]


def _pumped(dose: Charted, since: datetime, route: Route, at: datetime) -> list[Dose]:
    """The stretches of an infusion until it ended, or until the syringe will be empty."""
    until = dose.ended_at or dose.empty_at(at) or at
    ends = [*(one.since for one in dose.rates[1:]), until]
    parts = [
        (one.since, min(end, until), float(one.mg_per_hour) * _minutes(one.since, min(end, until)) / 60)
        for one, end in zip(dose.rates, ends, strict=True)
        if one.mg_per_hour and min(end, until) > one.since
    ]
    whole = sum(mg for _, _, mg in parts)
    if not parts:  # begun and ended within its first moment
        return [_dose(route, Milligrams(float(dose.given)), Minutes(_minutes(since, dose.began_at)), None)]
    said = float(dose.given) if dose.says else min(whole, float(dose.ordered.value))
    return [
        _dose(
            route,
            Milligrams(said * (mg / whole)),
            Minutes(_minutes(since, start)),
            Minutes(_minutes(since, end)),
        )
        for start, end, mg in parts
    ]


def of(regimen: Regimen, whom: Person) -> Forecast:
    """By the models that come with the program. Raises Refused with one sentence.

    Minute by minute to an hour after the last dose ends, then every fifth to six hours.
    """
    last = max(float((dose.end or dose.start).value) for dose in regimen.doses)
    whole = math.ceil(last / _COARSE_MIN) * _COARSE_MIN
    coarse = np.arange(whole + _MINUTE_BY_MINUTE, whole + _HORIZON_MIN + 1.0, _COARSE_MIN)
    times = np.concatenate((np.arange(0.0, whole + _MINUTE_BY_MINUTE), coarse))
    return forecast(regimen, whom, published(), times_min=times)


def refusal(fault: Refused) -> str:
    """The one sentence for a page, without the name of a field."""
    text = str(fault).removeprefix(f"{fault.where}: ")
    return text[:1].upper() + text[1:]


def _minutes(since: datetime, at: datetime) -> float:
    return (at - since).total_seconds() / _S_PER_MIN


def _dose(route: Route, amount: MgPerKg | Milligrams, start: Minutes, end: Minutes | None) -> Dose:
    """Refuses a route no model takes, minutes of what is no infusion, and sprays that are not whole."""
    sprays = _way(route).devices
    if end and route.id != _INFUSED:
        raise Refused("minutes", "only an infusion is given over minutes", "Write 0 for a single dose")
    if sprays is None:
        return Dose(route.id, amount, start, end)
    count = amount.value / sprays.mg
    if isinstance(amount, MgPerKg) or abs(count - round(count)) > _WHOLE:
        counted = f"the spray comes in devices of {sprays.mg:g} mg"
        raise Refused("dose", f"{counted}, and {amount} is no whole number of them")
    return Dose(route.id, amount, start, devices=round(count))


def _way(route: Route) -> Way:
    """How the dose arrives, by the model that is taken for this route and drug."""
    shelf = published()
    general = shelf.routes.get(route.id)
    if general is None:
        raise Refused("route", NO_ROUTE)
    by_drug = general.esketamine_model if route.drug == "esketamine" else ""
    return shelf.route(route.id, shelf.model(by_drug or general.model))
