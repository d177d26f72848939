"""What is said when a protocol file cannot be taken."""

from collections.abc import Sequence


class ProtocolFault(ValueError):
    """The protocol cannot be used. Every fault at once, one sentence each, naming file and key."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))
