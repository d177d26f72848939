"""The handbook's chapter of the forecast: what was measured in people beside what the models expect.

Computed by the program that forecasts, each time it starts, so it cannot say something else.
"""

import math
from collections.abc import Sequence
from functools import cache

from openkap.kinetics.model import Parameter
from openkap.kinetics.observed import Compared, Measurement, Trial, compare
from openkap.kinetics.published import Links
from openkap.kinetics.study import Study, study
from openkap.protocol.read_kinetics import published
from openkap.protocol.read_observations import observations
from openkap.reports.lines import Chapter, Grid, Line, Section

NOTE = (
    "What a typical person of a model would show, beside what was published. On routes other than a vein, "
    "studies disagree by a factor of two among themselves: a forecast that claims to be nearer is wrong."
)
_COLUMNS = ("What", "Observed", "Forecast", "Forecast ÷ observed")
_SAYS = {
    "peak": "Peak of {analyte}",
    "peak-minute": "When {analyte} peaks",
    "exposure": "Exposure to {analyte}",
    "exposure-ratio": "Exposure to norketamine over that to ketamine",
    "clearance": "Clearance",
    "volume": "Volume at steady state",
    "share": "Share of the dose that arrives",
}
_OF = {"S": "of S", "R": "of R", "each": "of each enantiomer"}
_WITHIN = {True: "within", False: "outside", None: ""}


@cache
def compared() -> tuple[tuple[Trial, tuple[Compared, ...]], ...]:
    """Every trial with its numbers, worked out once."""
    return tuple((trial, compare(trial, published())) for trial in observations())


def asked(trial: Trial) -> Study:
    """Which model and routes a trial was compared by."""
    return study(trial.regimen, trial.person, published(), trial.model)


def comparison() -> Chapter:
    """Observed beside forecast, a section a trial, and what turns a concentration into an effect."""
    told = tuple(_trial(trial, numbers) for trial, numbers in compared())
    effects = Section("From a concentration to an effect", "", _links(published().links))
    return Chapter("forecast", "The forecast, observed and expected", (Section("", NOTE, ()), *told, effects))


def _trial(trial: Trial, numbers: Sequence[Compared]) -> Section:
    by = f"By {asked(trial).model.title}, {trial.person.weight}."
    speaks = f"{by} {trial.says}." if trial.says else by
    line = Line(f"trial-{trial.id}", verdict(numbers), speaks, basis=trial.basis, sources=trial.sources)
    rows = tuple(
        (
            _with_unit(one.measurement),
            _observed(one.measurement),
            figure(one.expected),
            ", ".join(
                part for part in (f"{one.ratio:.2f}" if one.ratio else "", _WITHIN[one.within]) if part
            ),
        )
        for one in numbers
    )
    return Section(trial.title, f"{trial.population}.", (line,), Grid(f"{trial.title}", _COLUMNS, rows))


def verdict(numbers: Sequence[Compared]) -> str:
    """The number that is furthest off, whichever way, and how many lie outside their published spread."""
    said = ""
    with_ratio = [(one.ratio, one) for one in numbers if one.ratio]
    if with_ratio:
        ratio, furthest = max(with_ratio, key=lambda pair: abs(math.log(pair[0])))
        high, low = ("late", "early") if furthest.measurement.unit == "min" else ("high", "low")
        times, way = (ratio, high) if ratio >= 1 else (1 / ratio, low)
        name = what(furthest.measurement)
        said = f"Furthest off: {_lower(name)}, {figure(times)} times too {way}. "
        if figure(times) == "1":
            said = f"{name}: as observed. "
    spread = [one.within for one in numbers if one.within is not None]
    if not spread:
        return f"{said}No spread was published."
    return f"{said}{spread.count(True)} of {len(spread)} within the published spread."


def what(one: Measurement) -> str:
    """ "Norketamine at 30 min", "Exposure to ketamine, 24 h, of S"."""
    said = f"{one.analyte.capitalize()} at {one.at_min:g} min" if one.kind == "level" else ""
    said = said or _SAYS[one.kind].format(analyte=one.analyte)
    until = f"{one.until_h:g} h" if one.until_h else ""
    return ", ".join(part for part in (said, until, _OF.get(one.of, "")) if part)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _with_unit(one: Measurement) -> str:
    """Said once a row, so that the numbers stand side by side on a phone."""
    return what(one) if one.unit == "1" else f"{what(one)}, {one.unit}"


def _observed(one: Measurement) -> str:
    if one.value is None:
        return one.spread
    return f"{figure(one.value)}; {one.spread}" if one.spread else figure(one.value)


def amount(value: float, unit: str) -> str:
    """ "18.5 ng/mL", never broken between number and unit; a share has none."""
    return figure(value) if unit == "1" else f"{figure(value)}\u00a0{unit}"


def figure(value: float) -> str:
    """Three digits, and whole numbers whole."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _links(links: Links) -> tuple[Line, ...]:
    felt, rise = links.experience, links.pressure
    effect = published().models[links.effect_model].title
    return (
        _constant("ke0", f"How fast the effect site follows the blood of {effect}", links.ke0, felt.sources),
        _constant("c50", "S-ketamine at half of the greatest effect", felt.c50_ng_per_ml, felt.sources),
        Line(
            "effect-window",
            "When an experience is expected",
            f"While S-ketamine at the effect site is above {felt.onset_share:g} of that, strongly above "
            f"{felt.core_share:g}.",
            basis=felt.basis,
            sources=felt.sources,
        ),
        Line(
            "effect-pressure",
            "How far blood pressure rises",
            f"{rise.systolic_per_ng_per_ml:g} mmHg systolic per ng/mL of S-ketamine, diastolic "
            f"{rise.diastolic_per_systolic:g} of that; people differ by {rise.person_sd_mmhg:g} mmHg (SD).",
            basis=rise.basis,
            sources=rise.sources,
        ),
        Line(
            "between-models",
            "How far published models disagree",
            f"One factor for a whole curve, log-SD {links.between_models_log_sd:g}: the lighter band.",
            basis="assumed",
            sources=published().models[links.effect_model].sources,
        ),
        *(
            Line(
                f"occupancy-{number}",
                f"Occupancy, an illustration: {one.title}",
                f"S {one.s_ketamine:g} µmol/L, R {one.r_ketamine:g} µmol/L. Not a measurement.",
                basis=one.basis,
                sources=one.sources,
            )
            for number, one in enumerate(links.blockers, 1)
        ),
    )


def _constant(name: str, says: str, one: Parameter, sources: tuple[str, ...]) -> Line:
    note = f" ({one.note})" if one.note else ""
    return Line(
        f"effect-{name}", says, f"{amount(one.value, one.unit)}{note}.", basis=one.basis, sources=sources
    )
