"""openkap record: the record of one visit as a PDF."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

NAME = "record"
HELP = "Write the record of one visit as a PDF."
PERMISSION = "system.operate"
GIVES_WAY = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("chart", metavar="CHART", help="id of the chart")
    parser.add_argument("visit", metavar="VISIT", help="id of the visit")
    parser.add_argument("out", metavar="OUT.pdf", type=Path, help="file to write")


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready(make=False)
    from dataclasses import replace

    from openkap.config.unusable import Unusable
    from openkap.records import read
    from openkap.records.in_force import in_force
    from openkap.records.policy import OPERATOR
    from openkap.reports.session_record import as_pdf
    from openkap.web.session_record import made

    at = datetime.now(UTC)
    try:
        chart = read.chart(OPERATOR, arguments.chart, permission="visit.read")
        who = replace(OPERATOR, clinic=chart.person.clinic)
        record = made(who, chart, arguments.visit, in_force(chart.person.clinic), at)
    except read.NotFound:
        raise Unusable("There is no such chart, or no such visit in it. Check both ids.") from None
    try:
        arguments.out.write_bytes(as_pdf(record, made=at))
    except OSError as fault:
        raise Unusable(f"{arguments.out} cannot be written ({fault.strerror}). Name another file.") from None
    print(f"Wrote {arguments.out}: {record.title}. {record.made}.")
    return 0
