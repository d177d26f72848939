"""A forecast as a page of plain text for a person and as an object for a program."""

import math
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from openkap.config.forecast_typed import Asked
from openkap.kinetics.bands import SHARES
from openkap.kinetics.effects import Range
from openkap.kinetics.forecast import Forecast
from openkap.kinetics.regimen import Regimen
from openkap.kinetics.system import EFFECT_SITE
from openkap.kinetics.values import Array
from openkap.reports.forecast_figure import KETAMINE, NORKETAMINE, given, level

WIDTH: Final = 100
CLOSING: Final = "It informs, and is never advice when to dose."
ROWS_MIN: Final = (5, 10, 15, 20, 30, 40, 60, 90, 120, 180, 240, 360)
"""After the last dose began, unless other minutes are asked for."""
KEYS: Final = {
    KETAMINE: "ketamine_ng_per_ml",
    NORKETAMINE: "norketamine_ng_per_ml",
    "hydroxynorketamine": "hydroxynorketamine_ng_per_ml",
    EFFECT_SITE: "effect_site_ng_per_ml",
}
"""By analyte, its key in the object."""
_LOW, _MEDIAN, _HIGH = 0, 2, -1


def rows_min(regimen: Regimen) -> tuple[float, ...]:
    """The minutes of the page: ROWS_MIN after the last dose began, and where other doses began."""
    starts = {dose.start.value for dose in regimen.doses}
    return tuple(sorted((starts - {0.0}) | {max(starts) + minute for minute in ROWS_MIN}))


def as_object(made: Forecast) -> dict[str, Any]:
    """The typical curves in full precision and `bands` by the same keys. Null: after `looked_until_min`."""
    names = [name for name in KEYS if name in made.typical]
    bands = {"between_people": made.between_people, "between_people_and_models": made.between_models}
    return {
        "model": made.model.id,
        "drug": made.regimen.drug,
        "weight_kg": made.person.weight.value,
        "age_years": made.person.age.value if made.person.age else None,
        "times_min": made.times_min.tolist(),
        **{KEYS[name]: made.typical[name].tolist() for name in names},
        "bands": {
            KEYS[name]: {which: _by_share(band[name]) for which, band in bands.items() if name in band}
            for name in names
        }
        if made.between_people
        else None,
        "looked_until_min": made.until_min,
        "experience": _plain(asdict(made.experience)),
        "pressure": _plain(asdict(made.pressure)),
        "occupancy_illustration": [
            {"percent": one.percent, "constants": one.constants.title} for one in made.occupancy
        ],
        "outside": list(made.outside),
        "basis": made.model.basis,
        "sources": list(made.model.sources),
        "says": CLOSING,
    }


def _by_share(band: Array) -> dict[str, list[float]]:
    return {f"{100 * share:g}%": band[row].tolist() for row, share in enumerate(SHARES)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_text(made: Forecast, asked: Asked, *, effect_site: bool) -> str:
    return "\n".join(_lines(made, asked, effect_site=effect_site)) + "\n"


def _lines(made: Forecast, asked: Asked, *, effect_site: bool) -> Iterator[str]:
    drug = "esketamine" if made.regimen.drug == "esketamine" else "racemic ketamine"
    age = f", {made.person.age.value:g} years" if made.person.age else ""
    yield f"Forecast of {drug}, {asked.weighed}{age}"
    for dose in made.regimen.doses:
        yield f"  {given(dose)}, from minute {dose.start.value:g}"
    yield ""
    yield "ng/mL" if asked.typical else "ng/mL: median (5 to 95 % of people)"
    yield from _table(made, effect_site=effect_site)
    yield ""
    yield from _effects(made)
    yield ""
    yield from _rests_on(made)


def _table(made: Forecast, *, effect_site: bool) -> Iterator[str]:
    names = [name for name in KEYS if name in made.typical and (name != EFFECT_SITE or effect_site)]
    columns: dict[str, list[str]] = {"min": [f"{minute:g}" for minute in made.times_min]}
    for name in names:
        title = "S at effect site" if name == EFFECT_SITE else name
        columns[title] = _cells(made, name)
        if name == KETAMINE and made.between_models:
            band = made.between_models[name]
            columns["and of models"] = [
                f"{level(low)} to {level(high)}" for low, high in zip(band[_LOW], band[_HIGH], strict=True)
            ]
    wide = {title: max(len(title), *map(len, cells)) for title, cells in columns.items()}
    yield "  ".join(title.rjust(wide[title]) for title in columns)
    for row in range(made.times_min.size):
        yield "  ".join(cells[row].rjust(wide[title]) for title, cells in columns.items())


def _cells(made: Forecast, name: str) -> list[str]:
    if name not in made.between_people:
        return [level(value) for value in made.typical[name]]
    band = made.between_people[name]
    return [
        f"{level(middle)} ({level(low)} to {level(high)})"
        for low, middle, high in zip(band[_LOW], band[_MEDIAN], band[_HIGH], strict=True)
    ]


def _effects(made: Forecast) -> Iterator[str]:
    felt, rise = made.experience, made.pressure
    yield "Experience (S-ketamine at the effect site), in minutes"
    for title, when in (
        ("from", felt.onset_min),
        ("strong from", felt.core_start_min),
        ("strong to", felt.core_end_min),
        ("to", felt.offset_min),
    ):
        yield f"  {title:<12}{_range(when, made.until_min)}"
    if made.between_people:
        reached, strongly = 100 * felt.reached, 100 * felt.core_reached
        yield f"  reached by {reached:.0f} % of people, strongly by {strongly:.0f} %"
    yield "Blood pressure, rise over the person's own at rest"
    yield f"  systolic    {_range(rise.systolic_mmhg, math.inf)} mmHg"
    yield f"  diastolic   {_range(rise.diastolic_mmhg, math.inf)} mmHg"
    yield f"  highest at  {_range(rise.peak_min, math.inf)} min"
    percents = sorted(one.percent for one in made.occupancy)
    yield from _wrapped(
        f"NMDA receptors occupied at the peak, an illustration and not a measurement: {percents[0]:.0f} to "
        f"{percents[-1]:.0f} % by {len(percents)} sets of constants"
    )


def _range(told: Range | None, last_min: float) -> str:
    if told is None:
        return "not expected"
    ends = [
        f"after {last_min:g}" if math.isinf(one) else f"{one:.0f}"
        for one in (told.median, told.low, told.high)
        if one is not None
    ]
    return ends[0] if len(ends) == 1 else f"{ends[0]} ({ends[1]} to {ends[2]})"


def _rests_on(made: Forecast) -> Iterator[str]:
    model = made.model
    yield from _wrapped(f"Model: {model.title} ({model.sampled}, {model.drug}; basis: {model.basis})")
    yield from _wrapped(f"Of: {model.population}")
    for says in (*made.outside, *(f"{misfit}." for misfit in model.misfits)):
        yield from _wrapped(f"- {says}", "  ")
    yield from _wrapped(f"Sources: {', '.join(model.sources)}")
    yield CLOSING


def _wrapped(text: str, then: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=then)
