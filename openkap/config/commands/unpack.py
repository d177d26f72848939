"""openkap unpack: a chart from another OpenKAP comes in as it was there."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from openkap.clinical.refusal import BadInput

NAME = "unpack"
HELP = "Take in whole charts from files that `openkap pack` or a patient saved."
PERMISSION = "system.operate"
GIVES_WAY = False
"""A chart is one transaction, which a starved command would hold open."""
DONE, UNUSABLE = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.zip")
    parser.add_argument(
        "--clinic",
        default="",
        metavar="NAME",
        help="takes the chart over; without it, it stays its own clinic's",
    )


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready()
    from openkap.config.clinics import the_clinic

    clinic = str(the_clinic(arguments.clinic).id) if arguments.clinic else ""
    status = DONE
    for file in arguments.files:
        try:
            print(f"{file}: chart {_take_in(file, clinic)}")
        except BadInput as fault:
            print(f"openkap: {file}: {fault}", file=sys.stderr)
            status = UNUSABLE
    return status


def _take_in(file: Path, clinic: str) -> str:
    from openkap.actions.carrying import take_in
    from openkap.records.models import Clinic
    from openkap.records.packed import unpacked
    from openkap.records.policy import OPERATOR

    try:
        data = file.read_bytes()
    except OSError as fault:
        raise BadInput("pack", f"the file cannot be read ({fault.strerror})", "Check its name") from None
    carried = unpacked(data)
    if not clinic and Clinic.objects.exists() and not Clinic.objects.filter(id=carried.clinic["id"]).exists():
        name = carried.clinic["name"]
        raise BadInput(
            "pack", f"it comes from {name}, which is not here", "Name who takes it over with --clinic"
        )
    return take_in(OPERATOR, carried, at=datetime.now(UTC), clinic=clinic)
