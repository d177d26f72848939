"""openkap import: a FHIR R4 record becomes a chart; what was not understood is listed."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.refusal import BadInput
from openkap.config.asof import add_as_of, moment
from openkap.config.input import add_files, bytes_of

if TYPE_CHECKING:
    from openkap.records.policy import Principal

NAME = "import"
HELP = "Make a chart of each FHIR R4 record, and list what could not be understood."
PERMISSION = "chart.import"
GIVES_WAY = False
"""A long record is one transaction. Starved of the processor in it, it would hold up every room's writing."""

DONE, UNUSABLE = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    parser.add_argument("--clinic", default="", metavar="NAME", help="needed where there is more than one")
    add_as_of(parser)


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    now = datetime.now(UTC)
    as_of = moment(arguments.as_of)
    if as_of.date() > now.date():
        raise BadInput("--as-of", f"{arguments.as_of} has not come yet", "Leave it out, or name a past day")
    ready()
    who = _operator(arguments.clinic)
    status = DONE
    for file in arguments.files:
        try:
            _import(file, who, min(as_of, now), now)
        except BadInput as fault:
            said = str(fault)
            print(f"openkap: {said if _named(file) in said else f'{file}: {said}'}", file=sys.stderr)
            status = UNUSABLE
    return status


def _operator(clinic: str) -> "Principal":
    """Whoever runs the command, in the clinic named."""
    from openkap.config.clinics import the_clinic
    from openkap.records.policy import OPERATOR

    return replace(OPERATOR, clinic=str(the_clinic(clinic).id))


def _import(file: str, who: "Principal", as_of: datetime, now: datetime) -> None:
    from openkap.actions.screening import import_record
    from openkap.fhir.bundle import read
    from openkap.records.in_force import in_force

    record = read(bytes_of(file), source=_named(file), at=as_of, protocol=in_force(who.clinic))
    chart = import_record(who, record, at=now, via="command line")
    _tell(file, chart, record)


def _tell(file: str, chart: str, record: IncomingRecord) -> None:
    counts: dict[str, int] = {}
    for fact, _ in record.facts:
        counts[fact.KIND] = counts.get(fact.KIND, 0) + 1
    print(f"{file}: chart {chart}")
    taken = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing but the person"
    print(f"  taken: {taken}")
    for line in record.not_understood[: record.not_used_from]:
        print(f"  not understood: {line.where}: {line.what}")
    for line in record.not_understood[record.not_used_from :]:
        print(f"  {line.what}")


def _named(file: str) -> str:
    """What the ledger calls the source: where it lay on somebody's disk is nobody's business."""
    return "standard input" if file == "-" else Path(file).name
