"""openkap protocol: check a folder of protocol files."""

import argparse
from pathlib import Path

NAME = "protocol"
HELP = "Check protocol files: every fault with its file, line and key."
PERMISSION = "public"

SOUND = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    check = parts.add_parser("check", help=HELP, description=HELP)
    check.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="the folder; the one that comes with the program if left out",
    )
    check.add_argument("--overlay", type=Path, metavar="FILE", help="a clinic's own values to lay over it")
    check.epilog = "Exit status: 0 it can be used, 2 it cannot; every fault is told at once."


def run(arguments: argparse.Namespace) -> int:
    """A folder without a fault is counted; a fault is raised as ProtocolFault and said by the caller."""
    from openkap.config.unusable import Unusable
    from openkap.protocol.load import load

    if arguments.folder is not None and not arguments.folder.is_dir():
        raise Unusable(f"{arguments.folder} is not a folder. Name the one that holds program.toml.")
    protocol = load(arguments.folder, arguments.overlay)
    counted = ", ".join(
        f"{len(things)} {name}"
        for name, things in (
            ("rules", protocol.rules),
            ("sources", protocol.sources),
            ("value sets", protocol.value_sets),
            ("instruments", protocol.instruments),
        )
    )
    print(f"Protocol {protocol.version} can be used: {counted}, hash {protocol.hash[:12]}.")
    if protocol.unset:
        print(f"Left for the medical director ({len(protocol.unset)}), off until set:")
    for one in protocol.unset:
        print(f"  {one.id}: {one.wants}")
    return SOUND
