"""What is typed after `openkap forecast`, as a regimen and a person; refused where it is not exact."""

import argparse
import re
from collections.abc import Mapping
from dataclasses import dataclass

from openkap.clinical.arithmetic import kilograms
from openkap.clinical.quantity import Pounds, parse_decimal
from openkap.clinical.refusal import BadInput
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, MgPerKg, Milligrams, Minutes, Years

ROUTES: Mapping[str, str] = {
    "iv": "iv",
    "im": "im",
    "sl": "sublingual",
    "po": "oral",
    "in": "intranasal",
    "film": "film",
}
"""What is typed for a route, and its id. The ids themselves can be typed too."""
_SPRAYED, _HELD = "intranasal", ("sublingual", "film")
_DOSE, _WEIGHT, _AGE, _AT = "--dose", "--weight", "--age", "--at"
_WRITE = "Write ROUTE:AMOUNT@START or ROUTE:AMOUNT@START-END, such as iv:0.5mg/kg@0-40min"
_NUMBER_AND_UNIT = re.compile(r"\s*([+-]?[\d.,]*)\s*(\S*)\s*")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """One command line. `weighed`: the weight with its sum where it was typed in pounds."""

    regimen: Regimen
    person: Person
    weighed: str
    model: str
    typical: bool
    times_min: tuple[float, ...] | None


def typed(arguments: argparse.Namespace) -> Asked:
    """Raises BadInput or Refused with one sentence."""
    doses = tuple(dose(text, spat_out=arguments.spat_out) for text in arguments.dose)
    if not doses:
        raise BadInput(_DOSE, "there is none", _WRITE)
    if arguments.spat_out and not any(one.spat_out for one in doses):
        raise BadInput("--spat-out", "no dose here is held in the mouth", f"Only {' and '.join(_HELD)} are")
    weight, weighed = body_weight(arguments.weight)
    age = Years(_number(arguments.age, _AGE)) if arguments.age else None
    times = tuple(_number(text, _AT) for text in arguments.at.split(",")) if arguments.at else None
    regimen, person = Regimen(doses, arguments.drug), Person(weight, age)
    return Asked(regimen, person, weighed, arguments.model.strip().lower(), arguments.typical, times)


def dose(text: str, *, spat_out: bool = False) -> Dose:
    """ "in:3x28mg@0" and its like. The route is known by what is typed or by its id.

    `spat_out` is said of the whole regimen, and of its doses it touches those that are held in the mouth.
    """
    route, colon, rest = text.partition(":")
    amount, at, when = rest.partition("@")
    if not (colon and at):
        raise BadInput(_DOSE, f"{text[:_LONGEST]!r} is not a dose with its minute", _WRITE)
    route = route.strip().lower()
    if route not in ROUTES and route not in ROUTES.values():
        known = ", ".join(ROUTES)
        raise BadInput(_DOSE, f"{route[:_LONGEST]!r} is not a route", f"Known are {known}")
    count, times, each = amount.partition("x")
    if times and ROUTES.get(route, route) != _SPRAYED:
        raise BadInput(
            _DOSE, f"{text[:_LONGEST]!r} counts sprays, and {route} has none", "Write its mg alone"
        )
    devices = _count(count) if times else 0
    start, end = _minutes(when)
    much = _amount(each if times else amount)
    if times:
        much = _all(devices, much)
    way = ROUTES.get(route, route)
    return Dose(way, much, start, end, devices, spat_out and way in _HELD)


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d?", text.strip(), re.ASCII):
        raise BadInput(
            _DOSE, f"{text[:_LONGEST]!r} is not a number of sprays", "Write in:3x28mg@0 for three of 28 mg"
        )
    return int(text)


def _all(devices: int, each: Milligrams | MgPerKg) -> Milligrams:
    if isinstance(each, MgPerKg):
        raise BadInput(_DOSE, "a spray holds milligrams, not mg/kg", "Write in:3x28mg@0 for three of 28 mg")
    return Milligrams(devices * each.value)


def _amount(text: str) -> Milligrams | MgPerKg:
    value, unit = _parts(text)
    kinds: Mapping[str, type[Milligrams | MgPerKg]] = {"mg": Milligrams, "mg/kg": MgPerKg}
    if unit not in kinds:
        raise BadInput(_DOSE, f"{text[:_LONGEST]!r} is not in mg or mg/kg", "Write its unit, such as 50mg")
    return kinds[unit](_number(value, _DOSE))


def _minutes(text: str) -> tuple[Minutes, Minutes | None]:
    """ "0", "0-40", "5-40min": minutes, whether or not it is said."""
    start, dash, end = text[1:].partition("-")
    first = _minute(text[:1] + start)
    return first, _minute(end) if dash else None


def _minute(text: str) -> Minutes:
    value, unit = _parts(text)
    if unit not in ("", "min"):
        raise BadInput(_DOSE, f"{text[:_LONGEST]!r} is not in minutes", "Write 40min, or 40 alone")
    return Minutes(_number(value, _DOSE))


def body_weight(text: str) -> tuple[Kilograms, str]:
    """The weight in kilograms, and as a line. A weight without its unit is refused: it could be pounds."""
    if not text.strip():
        raise BadInput(_WEIGHT, "there is none", "Write --weight 70kg, or lb if it was weighed in pounds")
    value, unit = _parts(text)
    if unit == "kg":
        weight = Kilograms(_number(value, _WEIGHT))
        return weight, str(weight)
    if unit == "lb":
        summed = kilograms(Pounds(parse_decimal(value, _WEIGHT)))
        return Kilograms(float(summed.weight.value)), summed.line
    raise BadInput(_WEIGHT, f"{text[:_LONGEST]!r} is not in kg or lb", "Write its unit, such as 70kg")


def _parts(text: str) -> tuple[str, str]:
    """A number and what follows it; ("", text) where none begins it."""
    found = _NUMBER_AND_UNIT.fullmatch(text)
    return (found[1], found[2]) if found else ("", text)


def _number(text: str, where: str) -> float:
    return float(parse_decimal(text, where))
