"""One line of the table: what was measured, ours, a peer's or the goal, and how they compare."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` says how good ours is: 1 is level with the peer or goal, more is better."""

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str
    against: str = "bare SQLite"


def faster(name: str, ours: float, peer: float, unit: str, against: str = "bare SQLite") -> Row:
    """A rate, of which more is better."""
    return Row(name, ours, peer, ours / peer, unit, against)


def quicker(name: str, ours: float, goal: float, unit: str, against: str = "goal") -> Row:
    """A time, of which less is better."""
    return Row(name, ours, goal, goal / ours, unit, against)


def table(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    lines = [("", "OpenKAP", "", "ratio", "against")]
    lines += [
        (row.name, f"{row.ours:,.1f}", f"{row.peer:,.1f} {row.unit}", f"{row.ratio:.2f}", row.against)
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        f"{line[0]:<{widths[0]}}  " + "  ".join(f"{line[n]:>{widths[n]}}" for n in (1, 2, 3)) + f"  {line[4]}"
        for line in lines
    )
