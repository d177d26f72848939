"""openkap forecast: where on the curve, when the peak, when over, and how sure."""

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from openkap.config.unusable import Unusable

if TYPE_CHECKING:
    from openkap.config.forecast_typed import Asked
    from openkap.kinetics.forecast import Forecast

NAME = "forecast"
HELP = "Forecast ketamine in plasma after doses, with bands and what they rest on. Stores nothing."
PERMISSION = "public"
GIVES_WAY = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    # Without this, "--weight -70kg" would be an unknown option instead of a weight below zero.
    parser._negative_number_matcher = re.compile(r"-[\d.]")
    add("--dose", action="append", default=[], metavar="ROUTE:AMOUNT@START[-END]", help="may be repeated")
    add("--weight", default="", metavar="70kg", help="with its unit, kg or lb")
    add("--age", default="", metavar="YEARS")
    add("--drug", default="racemic", metavar="DRUG", help="racemic (the default) or esketamine")
    add("--model", default="", metavar="NAME", help="a published model; that of the first route if left out")
    add("--effect-site", action="store_true", help="show S-ketamine at the effect site too")
    add("--typical", action="store_true", help="a typical person alone, without bands")
    add("--spat-out", action="store_true", help="what was held in the mouth is not swallowed")
    add("--at", default="", metavar="10,40,60", help="the minutes to answer at")
    add("--plot", type=Path, metavar="OUT.svg", help="write a figure")
    add("--json", action="store_true", help="one object, in full precision")
    parser.epilog = (
        "Doses: iv:0.5mg/kg@0-40min, iv:10mg@0 (at once), im:50mg@0, sl:100mg@0, po:50mg@0, film:100mg@0, "
        "in:3x28mg@0 (three sprays). Amounts are of ketamine base. Exit status: 0 a forecast, 2 what was "
        "typed cannot be used."
    )


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.forecast_said import as_object, as_text, rows_min
    from openkap.config.forecast_typed import typed

    asked = typed(arguments)
    told = asked.times_min or (None if arguments.json else rows_min(asked.regimen))
    made = _forecast(asked, told)
    if arguments.plot:
        curve = made if told is None else _forecast(asked, None)
        _write(arguments.plot, curve, effect_site=arguments.effect_site)
    if arguments.json:
        print(json.dumps(as_object(made), ensure_ascii=False, allow_nan=False))
    else:
        print(as_text(made, asked, effect_site=arguments.effect_site), end="")
    return 0


def _forecast(asked: "Asked", times_min: tuple[float, ...] | None) -> "Forecast":
    from openkap.kinetics.crowd import Population
    from openkap.kinetics.forecast import A_THOUSAND, forecast
    from openkap.protocol.read_kinetics import published

    population = Population(0) if asked.typical else A_THOUSAND
    return forecast(
        asked.regimen,
        asked.person,
        published(),
        model=asked.model,
        times_min=times_min,
        population=population,
    )


def _write(path: Path, made: "Forecast", *, effect_site: bool) -> None:
    from openkap.kinetics.system import EFFECT_SITE
    from openkap.reports.forecast_figure import KETAMINE, NORKETAMINE, forecast_svg

    shows = (KETAMINE, NORKETAMINE, *((EFFECT_SITE,) if effect_site else ()))
    try:
        path.write_text(forecast_svg(made, shows), encoding="utf-8")
    except (OSError, ValueError) as fault:
        what = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise Unusable(f"--plot: {path} cannot be written ({what}). Name another file.") from None
