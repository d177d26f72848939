"""Files of one folder that stand in an order of their own: each says its `place`."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from openkap.protocol.read_toml import Table


class Named(Protocol):
    @property
    def id(self) -> str: ...


Kind = TypeVar("Kind", bound=Named)


def in_places(files: Iterable[tuple[Table, str]], made_of: Callable[[Table, str], Kind]) -> dict[str, Kind]:
    """Every one by its id, in the order of their places; two in one place are a fault."""
    made: dict[int, Kind] = {}
    for table, name in files:
        place = table.get("place", int)
        if place in made:
            table.fault("place", f"{made[place].id} has this place already")
        made[place] = made_of(table, name)
        table.close()
    return {made[place].id: made[place] for place in sorted(made)}
