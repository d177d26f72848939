"""What is said when a protocol file cannot be taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from openkap.protocol.lines import Step


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what, and the path of the key in its file; () is the file itself."""

    where: str
    what: str
    path: tuple[Step, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.what}."


class ProtocolFault(ValueError):
    """The protocol cannot be used. Every fault at once, one sentence each, naming file and key."""

    def __init__(self, found: Sequence[Fault]) -> None:
        self.found = tuple(found)
        self.faults = tuple(str(fault) for fault in found)
        super().__init__("\n".join(self.faults))
