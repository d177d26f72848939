"""openkap pack: a chart, or all of a clinic that closes, in files that anybody can read."""

import argparse
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

NAME = "pack"
HELP = "Write whole charts as files that anybody can read and another OpenKAP takes in."
PERMISSION = "system.operate"
GIVES_WAY = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("charts", nargs="*", metavar="CHART", help="ids of charts")
    parser.add_argument("--all", action="store_true", help="every chart there is")
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="where a file a chart goes")


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready
    from openkap.config.unusable import Unusable

    if bool(arguments.charts) == arguments.all:
        raise Unusable("Name the charts, or write --all.")
    ready(make=False)
    from openkap.records.models import ChartRow

    wanted = arguments.charts or [str(row) for row in ChartRow.objects.values_list("chart", flat=True)]
    arguments.to.mkdir(parents=True, exist_ok=True)
    for chart in wanted:
        print(f"{_write(chart, arguments.to)}")
    print(f"{len(wanted)} chart{'' if len(wanted) == 1 else 's'} packed.")
    return 0


def _write(chart_id: str, folder: Path) -> Path:
    """One chart's file, whole or not at all; a file that is there is never written over."""
    from openkap.config.unusable import Unusable
    from openkap.records import read
    from openkap.records.in_force import in_force
    from openkap.records.policy import OPERATOR
    from openkap.web import pack

    at, file = datetime.now(UTC), folder / f"{chart_id}.zip"
    if file.exists():
        raise Unusable(f"{file} is there already. Name another folder, or remove it.")
    try:
        chart = read.chart(OPERATOR, chart_id, permission="chart.read")
    except read.NotFound:
        raise Unusable(f"There is no chart {chart_id[:60]!r}.") from None
    who = replace(OPERATOR, clinic=chart.person.clinic)
    half = file.with_suffix(".part")
    half.write_bytes(pack.made(who, chart, in_force(chart.person.clinic), at))
    os.replace(half, file)
    return file
