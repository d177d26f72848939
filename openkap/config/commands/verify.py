"""openkap verify: recompute every hash of the ledger, and name the first entry that was changed."""

import argparse
import sys

NAME = "verify"
HELP = "Recompute every hash of the ledger; name the first bad entry of each."
PERMISSION = "ledger.verify"

WHOLE, BROKEN = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready()
    from openkap.records.verify import verify

    faults = verify()
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return BROKEN
    print("The ledger is whole: every entry is what was written.")
    return WHOLE
