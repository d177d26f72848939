"""The database's own refusal to change rows, taken down for a moment: to flush, and to tamper on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TABLES = (
    "records_entryrow",
    "records_reading",
    "records_accessrow",
    "records_headrow",
    "records_quarantinerow",
)


def _down_and_up(connection: Any) -> tuple[list[str], list[str]]:
    if connection.vendor == "postgresql":
        down = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in _TABLES]
        return down, [line.replace("DISABLE", "ENABLE") for line in down]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]


def flush_statements(connection: Any, statements: list[str]) -> list[str]:
    """What empties the tables, with the walls down around it."""
    down, up = _down_and_up(connection)
    return [*down, *statements, *up]


@contextmanager
def walls_down(connection: Any) -> Iterator[Any]:
    """A cursor that may change anything, as somebody with the database in their hands could."""
    down, up = _down_and_up(connection)
    with connection.cursor() as cursor:
        for statement in down:
            cursor.execute(statement)
        yield cursor
        for statement in up:
            cursor.execute(statement)
