"""The `openkap` command: hands what was typed to one file of `commands/`, and says faults in a sentence.

Exit status: what the command answers; 2 for input that cannot be used; 130 after Ctrl-C; 141 when the reader
of the output has gone.
"""

import argparse
import os
import sys

from openkap import __doc__ as about
from openkap.clinical.refusal import BadFields, BadInput
from openkap.config.commands import called
from openkap.config.unusable import Unusable
from openkap.kinetics.refusal import Refused
from openkap.protocol.fault import ProtocolFault
from openkap.records import policy

UNUSABLE, INTERRUPTED, NOBODY_READS = 2, 130, 141
POLITE = 10
"""Niceness of a command that gives way: a report must not keep a dosing room waiting."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    typed = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold bytes that are no text, and a terminal may not know a letter.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(typed)
    except (BadInput, BadFields, Refused, ProtocolFault, Unusable) as fault:
        print(f"openkap: {fault}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS


def _run(typed: list[str]) -> int:
    arguments = parser(typed[0] if typed else "").parse_args(typed)
    _may(arguments.permission)
    if arguments.gives_way:
        os.setpriority(os.PRIO_PROCESS, 0, max(POLITE, os.getpriority(os.PRIO_PROCESS, 0)))
    status: int = arguments.run(arguments)
    sys.stdout.flush()
    return status


def _may(permission: str) -> None:
    """The door of the command line. A permission that no policy knows opens nothing."""
    if permission not in policy.ALL or not policy.may(policy.OPERATOR, permission):
        raise Unusable(f"{policy.OPERATOR.name} may not do this: it needs {permission!r}.")


def parser(name: str = "") -> argparse.ArgumentParser:
    """The parser of one command, or of all of them when that name is none of theirs."""
    whole = argparse.ArgumentParser(prog="openkap", description=about)
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    for command in called(name):
        part = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(part)
        part.set_defaults(run=command.run, permission=command.PERMISSION, gives_way=command.GIVES_WAY)
    return whole
