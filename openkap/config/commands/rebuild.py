"""openkap rebuild: make every list again from the ledger."""

import argparse

NAME = "rebuild"
HELP = "Make every list, calendar and search table again from the ledger."
PERMISSION = "system.operate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready(make=False)
    from openkap.records.projections import rebuild

    count = rebuild()
    print(f"Rebuilt: {count}." if count is not None else "Rebuilt.")
    return 0
