"""openkap migrate: make the database, or bring it up to date."""

import argparse

NAME = "migrate"
HELP = "Make the database, or bring it up to date."
PERMISSION = "system.operate"
GIVES_WAY = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    from openkap.config import boot

    boot.boot()
    boot.check()
    boot.migrate()
    print("The database is up to date.")
    return 0
