"""What can be typed after `openkap`: a file a command, found by its folder.

Each holds NAME, HELP, PERMISSION, GIVES_WAY (whether a dosing room goes before it on a busy machine),
`add_arguments(parser)` and `run(arguments) -> int` (the exit status).
Nothing at the top of a command's file may import Django: `openkap screen` starts at once and leaves no file.
"""

import argparse
import importlib
import pkgutil
from typing import Protocol, cast


class Command(Protocol):
    """The shape of a command's file."""

    NAME: str
    HELP: str
    PERMISSION: str
    GIVES_WAY: bool

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def files() -> list[str]:
    """The names of the files in this folder."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(file: str) -> Command:
    return cast(Command, importlib.import_module(f"{__name__}.{file}"))


def called(name: str) -> list[Command]:
    """The one command of that name, or every command when there is none, so that they can be listed.

    A file is called as its command, or begins with it (`import_record.py`), so the others need not be loaded.
    """
    for file in files():
        if file.partition("_")[0] == name and name == load(file).NAME:
            return [load(file)]
    return [load(file) for file in files()]
