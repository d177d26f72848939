"""What a handbook is made of: chapters of sections of lines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One rule, number or thing left open, as a reader meets it. Empty fields are left out."""

    id: str
    says: str
    speaks: str = ""  # when, or the value
    ask: str = ""
    act: tuple[str, ...] = ()
    past: str = ""  # who may go past it
    basis: str = ""  # a key of BASIS_SAYS
    sources: tuple[str, ...] = ()  # ids
    examples: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (answer, what was on the chart)


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers side by side; the first cell of a row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    note: str
    lines: tuple[Line, ...]
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stage, or a shelf of the protocol such as its instruments."""

    id: str
    title: str
    sections: tuple[Section, ...]
