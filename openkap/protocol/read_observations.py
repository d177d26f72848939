"""Published observations of kinetics/observations.toml, as types of openkap.kinetics, or a refusal."""

from functools import cache
from pathlib import Path

from openkap.kinetics.model import Model
from openkap.kinetics.observed import KINDS, Measurement, Trial
from openkap.kinetics.published import Published
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import DRUGS, Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, MgPerKg, Milligrams, Minutes, Years
from openkap.protocol.fault import ProtocolFault
from openkap.protocol.read_kinetics import published
from openkap.protocol.read_model import ANALYTES
from openkap.protocol.read_parameters import named, number, positive, span
from openkap.protocol.read_rules import fresh_id, read_basis, read_sources
from openkap.protocol.read_toml import Faults, Table, read
from openkap.protocol.read_when import Known

FILE = "kinetics/observations.toml"
_OF = ("both", "S", "R", "each")
_UNITS = (*KINDS.values(), "ng·min/mL", "mL/min/kg")
_SPREADS = ("sd", "geometric_sd", "range", "ci_90", "ci_95", "digitised_percent")
_PERCENT = 100.0


@cache
def observations() -> tuple[Trial, ...]:
    """What comes with the program, read once."""
    return load_observations(None, published())


def load_observations(folder: Path | None, shelf: Published) -> tuple[Trial, ...]:
    """The observations of a protocol's folder. Raises ProtocolFault with every fault."""
    folder = folder or Path(__file__).parent
    faults, known = Faults(), Known()
    read_sources(read(folder / "sources.toml", "sources.toml", faults), known)
    file = read(folder / FILE, FILE, faults)
    trials: dict[str, Trial | None] = {}
    for one in file.tables("trial"):
        trials[fresh_id(one, trials)] = _trial(one, known, shelf)
    file.close()
    if faults.found:
        raise ProtocolFault(faults.found)
    return tuple(trial for trial in trials.values() if trial)


def _trial(table: Table, known: Known, shelf: Published) -> Trial | None:
    """None where it could not be made; the fault is noted."""
    try:
        regimen = Regimen(tuple(_dose(one) for one in table.tables("dose")), table.word("drug", DRUGS))
        age = Years(number(table, "age_years")) if "age_years" in table else None
        person = Person(Kilograms(positive(table, "weight_kg")), age)
    except Refused as refusal:
        table.fault("dose", str(refusal).rstrip("."))
        return None
    model = table.text("model", "")
    models: dict[str, Model] = dict(shelf.models)
    if model:
        named(table, "model", model, models, "a model of this folder")
    basis, sources = read_basis(table, known)
    made = Trial(
        table.text("id"),
        table.text("title"),
        table.text("population"),
        person,
        regimen,
        model,
        tuple(_measured(one) for one in table.tables("measured")),
        table.text("says", ""),
        basis,
        sources,
    )
    table.close()
    return made


def _dose(table: Table) -> Dose:
    amount = (
        MgPerKg(positive(table, "mg_per_kg")) if "mg_per_kg" in table else Milligrams(positive(table, "mg"))
    )
    made = Dose(
        table.text("route"),
        amount,
        Minutes(number(table, "start_min", 0.0)),
        Minutes(number(table, "end_min")) if "end_min" in table else None,
        table.get("devices", int, 0),
    )
    table.close()
    return made


def _measured(table: Table) -> Measurement:
    kind = table.word("kind", tuple(KINDS))
    value = positive(table, "value") if "value" in table else None
    low, high, spread = _spread(table, value)
    if value is None and low is None:
        table.fault("value", "a number or a range is missing")
    made = Measurement(
        table.word("analyte", ANALYTES, "ketamine"),
        kind,
        table.word("unit", _UNITS, KINDS.get(kind, "")),
        value,
        low,
        high,
        spread,
        number(table, "at_min", 0.0),
        number(table, "until_h", 0.0),
        table.word("of", _OF, "both"),
    )
    if kind == "level" and not made.at_min:
        table.fault("at_min", "a level needs its minute")
    table.close()
    return made


def _spread(table: Table, value: float | None) -> tuple[float | None, float | None, str]:
    """What was published around a number, as its two ends and in words; nothing where nothing was."""
    given = [key for key in _SPREADS if key in table]
    if len(given) > 1:
        table.fault("", f"a number has at most one of {', '.join(_SPREADS)}")
    for key, words in (("range", ""), ("ci_90", "90 % CI "), ("ci_95", "95 % CI ")):
        if key in given and (ends := span(table, key)):
            return *ends, f"{words}{ends[0]:g} to {ends[1]:g}"
    middle = value or 0.0
    if "sd" in given:
        sd = positive(table, "sd")
        return middle - sd, middle + sd, f"± {sd:g} (SD)"
    if "geometric_sd" in given:
        times = positive(table, "geometric_sd")
        return middle / times, middle * times, f"×/÷ {times:g} (geometric SD)"
    if "digitised_percent" in given:
        percent = positive(table, "digitised_percent")
        part = middle * percent / _PERCENT
        return middle - part, middle + part, f"± {percent:g} % (read off)"
    return None, None, ""
