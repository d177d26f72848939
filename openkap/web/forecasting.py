"""A chart's facts as what a forecast is made of: who, and what is given when.

It informs. No gate asks it and nothing of it is charted.
"""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseEnded, DoseGiven
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


def given(chart: Chart, visit: str, protocol: Protocol) -> Given | None:
    """Every dose charted in a visit, the last as its end says; None while there is none.

    A dose whose end is charted counts with what went in and until then; one still running, as it was begun.
    """
    doses = sorted(
        (entry for entry in chart.all(DoseGiven) if entry.fact.visit == visit), key=lambda e: e.effective_at
    )
    if not doses:
        return None
    since, ended = doses[0].effective_at, chart.latest(DoseEnded, visit=visit)
    told = [_charted(entry, since, protocol, ended if entry is doses[-1] else None) for entry in doses]
    drug = protocol.routes[doses[0].fact.route].drug
    made = tuple(dose for dose in told if dose)
    return Given(Regimen(made, drug), since) if made else None


def _charted(entry: Entry, since: datetime, protocol: Protocol, ended: Entry | None) -> Dose | None:
    """None when nothing of it went in."""
    fact, start = entry.fact, _minutes(since, entry.effective_at)
    amount, end = fact.amount, start + fact.minutes
    if ended:
        amount = ended.fact.given
        end = _minutes(since, ended.effective_at) if fact.minutes else start
    if not amount.value:
        return None
    until = Minutes(end) if end > start else None
    return _dose(protocol.routes[fact.route], Milligrams(float(amount.value)), Minutes(start), until)


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
