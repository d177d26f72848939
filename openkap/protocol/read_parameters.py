"""The numbers of a kinetic model: each with its unit, its spread between people, and how sure it is."""

import math
from collections.abc import Mapping

from openkap.kinetics.model import Parameter
from openkap.protocol.read_rules import BASES
from openkap.protocol.read_toml import Table, as_number

_MINUTES = {"L/h": "L/min", "1/h": "1/min"}
_UNITS = ("L", "L/h", "L/min", "1/h", "1/min", "h", "min", "1", "ng/mL")
_SPREADS = ("variance", "cv_percent", "logit_sd")
_PER_HOUR = 60.0
_PERCENT = 100.0


def number(table: Table, key: str, default: float | None = None) -> float:
    """A number that is not below zero, as a float; without a default it must be there."""
    made = signed(table, key, default)
    if made < 0:
        table.fault(key, f"{made:g} is below zero")
    return made


def signed(table: Table, key: str, default: float | None = None) -> float:
    if key not in table and default is not None:
        return default
    return float(table.number(key))


def positive(table: Table, key: str) -> float:
    made = number(table, key)
    if key in table and made == 0:
        table.fault(key, "this is zero")
    return made or 1.0


def read_parameters(table: Table, basis: str) -> dict[str, Parameter]:
    """Every key of a table of parameters. `basis` holds for those that name none of their own."""
    return {name: read_parameter(table.table(name), name, basis) for name in table.values}


def read_parameter(table: Table, name: str, basis: str) -> Parameter:
    """In L, L/min, 1/min and min, whatever was printed."""
    unit, printed = table.word("unit", _UNITS), positive(table, "value")
    per = 1 / _PER_HOUR if unit in _MINUTES else _PER_HOUR if unit == "h" else 1.0
    if sum(key in table for key in _SPREADS) > 1:
        table.fault("", f"a parameter has at most one of {', '.join(_SPREADS)}")
    variance, cv = number(table, "variance", 0.0), number(table, "cv_percent", 0.0) / _PERCENT
    logit_sd = number(table, "logit_sd", 0.0)
    esketamine = positive(table, "esketamine") * per if "esketamine" in table else None
    if logit_sd and not 0 < printed < 1:
        table.fault("value", "a spread on the logit needs a share between 0 and 1")
    made = Parameter(
        name,
        printed * per,
        _MINUTES.get(unit, "min" if unit == "h" else unit),
        table.word("basis", BASES, basis),
        weight_power=number(table, "weight_power", 0.0),
        per_year_above_60=signed(table, "per_year_above_60", 0.0) * per,
        esketamine=esketamine,
        variance=variance or math.log1p(cv * cv),
        logit_sd=logit_sd,
        note=table.text("note", ""),
    )
    table.close()
    return made


def named(table: Table, key: str, name: str, known: Mapping[str, object], what: str) -> str:
    """The name, noted as a fault of `key` when nothing is called so."""
    if name not in known:
        table.fault(key, f"{name!r} is not {what}")
    return name


def span(table: Table, key: str) -> tuple[float, float] | None:
    """Lowest and highest of a range; None when it was not published."""
    if key not in table:
        return None
    values = [float(as_number(value, key, table)) for value in table.get(key, list)]
    if len(values) != 2 or values[0] >= values[1] or values[0] < 0:
        table.fault(key, "this is not two rising numbers")
        return None
    return values[0], values[1]
