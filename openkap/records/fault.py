"""What verification answers with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written. `seq` is the number of the bad entry; 0 means the whole."""

    subject: str
    seq: int
    what: str

    def __str__(self) -> str:
        where = f"{self.subject}, entry {self.seq}" if self.seq else self.subject
        return f"{where}: {self.what}."
