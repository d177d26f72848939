"""openkap verify: recompute every hash of the ledger, and name the first entry that was changed."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

NAME = "verify"
HELP = "Recompute every hash of the ledger; name the first bad entry of each."
PERMISSION = "ledger.verify"
GIVES_WAY = True

WHOLE, BROKEN = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anchor", type=Path, help="compare with an anchor written before: shows a put-back copy"
    )
    parser.add_argument(
        "--write-anchor", type=Path, help="when whole, write where it ends now; keep it elsewhere"
    )


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready(make=False)
    from openkap.records.anchor import write_anchor
    from openkap.records.verify import verify

    faults = verify(arguments.anchor)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return BROKEN
    print("The ledger is whole: every entry is what was written.")
    if arguments.write_anchor:
        count = write_anchor(arguments.write_anchor, at=datetime.now(UTC))
        print(
            f"Anchored the ends of {count} ledgers in {arguments.write_anchor}; keep it on another machine."
        )
    return WHOLE
