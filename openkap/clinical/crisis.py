"""What a person in danger reads, and how a safety task that nobody takes grows louder. Filled from TOML."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """A number to call or to text."""

    says: str  # "Call 988, at any hour"
    way: str  # "call" · "text"
    number: str


@dataclass(frozen=True, slots=True)
class Crisis:
    """The words and numbers of one region, shown at once after an answer that worries."""

    id: str  # "us"
    region: str  # "the United States"
    title: str
    says: tuple[str, ...]  # paragraphs above the numbers
    lines: tuple[Line, ...]
    then: tuple[str, ...]  # paragraphs below them
    basis: str
    sources: tuple[str, ...]

    @property
    def by_number(self) -> tuple[tuple[str, Line], ...]:
        """Each number once, with the ways to reach it: ("call or text", its first line)."""
        ways: dict[str, list[Line]] = {}
        for line in self.lines:
            ways.setdefault(line.number, []).append(line)
        return tuple((" or ".join(line.way for line in same), same[0]) for same in ways.values())


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step of the ladder: what is said, and to whom, once a task has been open so long."""

    after: timedelta
    says: str
    who: tuple[str, ...]  # roles
    taken: bool  # whether it is about a task that somebody has taken
    basis: str
    sources: tuple[str, ...]
