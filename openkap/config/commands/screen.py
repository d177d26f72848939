"""openkap screen: what the screening rules say about a record, without storing anything."""

import argparse
import json
import sys
from datetime import datetime

from openkap.clinical.refusal import BadInput
from openkap.config.asof import add_as_of, moment
from openkap.config.findings import Screened, as_object, as_row, as_text
from openkap.config.input import add_files, bytes_of

NAME = "screen"
HELP = "Say what the screening rules find in FHIR R4 records, storing nothing."
PERMISSION = "public"
GIVES_WAY = True

ALL_CLEAR, SOME_NOT, UNUSABLE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    add_as_of(parser)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one object a line a file, usable files only")
    shape.add_argument("--table", action="store_true", help="one line a patient: the worst, and each finding")
    parser.epilog = (
        "Exit status: 0 every record clear, 1 some not, 2 a file could not be used. The others are screened "
        "all the same; the sentence about the bad one goes to standard error. A record without a "
        "contraindication is not eligible: what was never asked is listed."
    )


def run(arguments: argparse.Namespace) -> int:
    at = moment(arguments.as_of)
    status = ALL_CLEAR
    for number, file in enumerate(arguments.files):
        try:
            found = screened(file, at)
        except BadInput as fault:
            print(f"openkap: {fault}", file=sys.stderr)
            status = UNUSABLE
            continue
        if arguments.json:
            print(json.dumps(as_object(found), ensure_ascii=False), flush=True)
        elif arguments.table:
            print(as_row(found), flush=True)
        else:
            print(("\n" if number else "") + as_text(found), flush=True)
        if found.answer.worst != "clear":
            status = max(status, SOME_NOT)
    return status


def screened(file: str, at: datetime) -> Screened:
    """One file read and asked every screening rule, as of a moment."""
    from openkap.clinical.screening import screen
    from openkap.fhir.bundle import read
    from openkap.fhir.unsaved import chart_of
    from openkap.protocol.load import shipped

    protocol = shipped()
    record = read(bytes_of(file), source=file, at=at, protocol=protocol)
    return Screened(file, at, record, screen(chart_of(record, at), protocol, at), protocol)
