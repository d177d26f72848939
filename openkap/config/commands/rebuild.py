"""openkap rebuild: make every list again from the ledger."""

import argparse

from openkap.config.unusable import Unusable

NAME = "rebuild"
HELP = "Make every list, calendar and search table again from the ledger."
PERMISSION = "system.operate"
GIVES_WAY = False
"""It holds the database in one transaction, and is asked for when nothing else helps."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready(make=False)
    from openkap.records.decoded import BrokenEntry
    from openkap.records.projections import rebuild

    try:
        count = rebuild()
    except BrokenEntry as fault:
        raise Unusable(f"Nothing was rebuilt: {fault}") from None
    print(f"Rebuilt the lists of {count} charts.")
    return 0
