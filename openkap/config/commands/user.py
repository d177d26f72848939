"""openkap user add: an account for a member of staff."""

import argparse
import getpass
import sys

from openkap.config.unusable import Unusable

NAME = "user"
HELP = "Add an account for a member of staff."
PERMISSION = "system.operate"
GIVES_WAY = True

SHORTEST = 12
"""Characters. NIST SP 800-63B-4 asks for 15 alone and 8 with a second factor; length counts, not signs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_subparsers(metavar="DO", required=True).add_parser("add", help="add one account")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="as it is written under an entry")
    add.add_argument(
        "--role", required=True, help="director, prescriber, therapist, monitor, manager or auditor"
    )
    add.add_argument("--clinic", default="", metavar="NAME", help="needed where there is more than one")


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready

    ready()
    from openkap.config.clinics import the_clinic
    from openkap.records.accounts import create_user

    clinic = the_clinic(arguments.clinic)
    create_user(
        arguments.username, name=arguments.name, role=arguments.role, clinic=clinic, password=_password()
    )
    print(f"{arguments.username} may sign in as {arguments.role} of {clinic.name}.")
    return 0


def _password() -> str:
    """Typed twice at a terminal, or one line of the input; never an argument, which other users can see."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise Unusable("The two passwords differ. Start again.")
    if len(password) < SHORTEST:
        raise Unusable(f"The password is shorter than {SHORTEST} characters. Choose a longer one.")
    return password
