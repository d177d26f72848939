"""What the stages work with: routes, checklists, named numbers."""

from datetime import timedelta
from decimal import Decimal

from openkap.clinical.protocol import ChecklistItem, Number, Route, Unset
from openkap.protocol.read_rules import ROLES, fresh_id, read_basis
from openkap.protocol.read_toml import Table, as_amount, as_span
from openkap.protocol.read_when import Known

_TWO = 2
NUMBER_KINDS: dict[str, type] = {"time": timedelta, "count": int, "amount": Decimal}
NUMBER_ASKS = {"time": "a time, such as 90 d", "count": "a whole number", "amount": "a number"}
"""What an open number is, and how it is asked for."""
CAPS = ("at most (mg/kg)", "at most (mg)")
"""What is asked for a cap that a route leaves open: either, or both."""


def read_route(table: Table, name: str, known: Known) -> tuple[Route, tuple[Unset, ...]]:
    title, minutes = table.text("title"), table.get("minutes", int)
    basis, sources = read_basis(table, known)
    route = Route(
        id=name,
        title=title,
        mg_per_kg=_range(table, "mg_per_kg"),
        fixed_mg=_range(table, "fixed_mg"),
        cap_mg_per_kg=table.amount("cap_mg_per_kg") if "cap_mg_per_kg" in table else None,
        cap_mg=table.amount("cap_mg") if "cap_mg" in table else None,
        minutes=minutes,
        check_every=needed_span(table, "check_every"),
        peak_after=needed_span(table, "peak_after"),
        earliest_discharge=needed_span(table, "earliest_discharge"),
        anaesthetic=_range(table, "anaesthetic"),
        sources=sources,
        basis=basis,
        strongest_mg_per_ml=table.amount("strongest_mg_per_ml") if "strongest_mg_per_ml" in table else None,
        arrives=table.text("arrives", ""),
        timing=table.text("timing", ""),
        speaks_for=table.texts("for", ()),
        speaks_against=table.texts("against", ()),
        needs=table.texts("needs", ()),
        off_until_set=table.get("off_until_set", bool, default=False),
        drug=table.word("drug", ("racemic", "esketamine"), "racemic"),
        drawn_up=table.get("drawn_up", bool, default=False),
        held=table.get("held", bool, default=False),
        device_mg=table.amount("device_mg") if "device_mg" in table else None,
        device_gap=table.span("device_gap") if "device_gap" in table else None,
    )
    unset = [Unset(f"route {name}", "dosing", title, wants) for wants in table.texts("unset", ())]
    if cap := table.text("open_cap", ""):
        unset.insert(0, Unset(f"route {name}", "dosing", title, cap, route=name, asks=CAPS))
    table.close()
    return route, tuple(unset)


def _range(table: Table, key: str) -> tuple[Decimal, Decimal] | None:
    if key not in table:
        return None
    values = [as_amount(value, key, table) for value in table.get(key, list)]
    if len(values) != _TWO or values != sorted(values):
        table.fault(key, "this is not a range of two rising numbers")
        return None
    return values[0], values[1]


def needed_span(table: Table, key: str) -> timedelta:
    if key not in table:
        table.fault(key, "this is missing")
    return table.span(key) or timedelta(0)


def read_checklist(table: Table, known: Known) -> tuple[ChecklistItem, ...]:
    items: dict[str, ChecklistItem] = {}
    for one in table.tables("item"):
        name = fresh_id(one, items)
        says, who = one.text("says"), one.word("who", ROLES)
        items[name] = ChecklistItem(name, says, who, *read_basis(one, known))
        one.close()
    if not items:
        table.fault("checklist", "this checklist has no item")
    return tuple(items.values())


def read_number(table: Table, name: str, stage: str, known: Known) -> Number | Unset:
    says, unset = table.text("says"), table.text("unset", "")
    basis, sources = read_basis(table, known)
    number = Number(name, None if unset else read_value(table), says, basis, sources)
    kind = table.word("unset_as", tuple(NUMBER_KINDS)) if unset else ""
    at_most = read_value(table, "at_most") if unset else None
    table.close()
    if not unset:
        return number
    asks = (NUMBER_ASKS.get(kind, ""),)
    return Unset(name, stage, says, unset, number=number, template=kind, asks=asks, at_most=at_most)


def read_value(table: Table, key: str = "value") -> object:
    """The value of a key: a span of time, a whole number, a decimal, or a list of these."""
    if key not in table:
        table.fault(key, "this is missing")
        return 0
    written = table.values[key]
    if isinstance(written, list):
        return tuple(_single(table, key, one) for one in table.get(key, list))
    return _single(table, key, table.get(key, type(written)))


def _single(table: Table, key: str, written: object) -> object:
    if isinstance(written, str):
        return as_span(written, key, table)
    return int(as_amount(written, key, table)) if type(written) is int else as_amount(written, key, table)
