"""The files named on the command line."""

import argparse
import sys

from openkap.clinical.refusal import BadInput
from openkap.fhir.json_text import MOST_BYTES


def add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a FHIR R4 Bundle, plain or .gz; - for standard input"
    )


def bytes_of(file: str) -> bytes:
    """What the file holds, or standard input for "-"; no more than is ever read. Raises BadInput."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with open(file, "rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        what = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise BadInput(file, f"the file cannot be read ({what})", "Check its name") from None
