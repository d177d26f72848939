"""openkap protocol: check a folder of protocol files, or print the handbook made from it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openkap.clinical.protocol import Protocol
    from openkap.kinetics.published import Published

NAME = "protocol"
HELP = "Check protocol files, or make the clinicians' handbook from them."
PERMISSION = "public"
GIVES_WAY = True

SOUND = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    told = "Every fault with its file, line and key."
    check = parts.add_parser("check", help=told, description=told)
    check.epilog = "Exit status: 0 it can be used, 2 it cannot; every fault is told at once."
    check.set_defaults(part=_check)
    told = "The clinicians' handbook as a PDF: every rule as sentences, with its source."
    handbook = parts.add_parser("handbook", help=told, description=told)
    handbook.add_argument("out", type=Path, metavar="OUT.pdf", help="where to write it")
    handbook.set_defaults(part=_handbook)
    for part in (check, handbook):
        part.add_argument(
            "folder", nargs="?", type=Path, metavar="DIR", help="the protocol; the program's own if left out"
        )
        part.add_argument("--overlay", type=Path, metavar="FILE", help="a clinic's own values to lay over it")


def run(arguments: argparse.Namespace) -> int:
    """A fault of the protocol is raised as ProtocolFault and said by the caller."""
    from openkap.config.unusable import Unusable

    if arguments.folder is not None and not arguments.folder.is_dir():
        raise Unusable(f"{arguments.folder} is not a folder. Name the one that holds program.toml.")
    arguments.part(*_loaded(arguments), arguments)
    return SOUND


def _loaded(arguments: argparse.Namespace) -> "tuple[Protocol, Published]":
    """The rules and the kinetic models, which are read apart: the faults of both at once."""
    from openkap.protocol.fault import Fault, ProtocolFault
    from openkap.protocol.load import load
    from openkap.protocol.read_kinetics import load_kinetics
    from openkap.protocol.read_observations import load_observations

    faults: list[Fault] = []
    try:
        published = load_kinetics(arguments.folder)
        load_observations(arguments.folder, published)
    except ProtocolFault as fault:
        faults += fault.found
    try:
        protocol = load(arguments.folder, arguments.overlay)
    except ProtocolFault as fault:
        faults = [*fault.found, *faults]
    if faults:
        raise ProtocolFault(list(dict.fromkeys(faults)))  # both read sources.toml
    return protocol, published


def _check(protocol: "Protocol", published: "Published", _: argparse.Namespace) -> None:
    counted = ", ".join(
        f"{len(things)} {name}"
        for name, things in (
            ("rules", protocol.rules),
            ("sources", protocol.sources),
            ("value sets", protocol.value_sets),
            ("instruments", protocol.instruments),
            ("kinetic models", published.models),
        )
    )
    print(f"Protocol {protocol.version} can be used: {counted}, hash {protocol.hash[:12]}.")
    if protocol.unset:
        print(f"Left for the medical director ({len(protocol.unset)}), off until set:")
    for one in protocol.unset:
        print(f"  {one.id}: {one.wants}")


def _handbook(protocol: "Protocol", _: "Published", arguments: argparse.Namespace) -> None:
    from openkap.config.unusable import Unusable
    from openkap.reports.handbook import as_pdf, handbook

    made = as_pdf(
        handbook(protocol),
        clinic="OpenKAP",
        adopted="No clinic has adopted this copy: it was made at the command line.",
        made=datetime.now(UTC),
    )
    try:
        arguments.out.write_bytes(made)
    except OSError as fault:
        raise Unusable(f"{arguments.out} cannot be written ({fault.strerror}). Name another file.") from None
    print(f"Wrote {arguments.out}: {len(protocol.rules)} rules, {len(made) // 1024} KiB.")
